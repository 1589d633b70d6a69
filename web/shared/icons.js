// The few signs of the pages, drawn with lines: they take the colour of the text beside them.

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  slower: "M4 17a8 8 0 1 1 16 0M12 17 8 11.5M4 20h16",
  one_at_a_time: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M10 9.2l2.3-1.7v9",
  repeat: "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M20 3.8v4.4h-4.4",
  wait: "M7.5 12.5V7a1.4 1.4 0 0 1 2.8 0v4M10.3 11V5.4a1.4 1.4 0 0 1 2.8 0V11M13.1 11V6.4a1.4 1.4 0 0 1 2.8 0V12M15.9 12V9a1.4 1.4 0 0 1 2.8 0v5.6c0 3.9-2.5 6.3-6 6.3-3.1 0-4.6-1.3-6-3.8l-2.2-3.9a1.4 1.4 0 0 1 2.4-1.4l1.4 2",
  type: "M3 6.5h18v11H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8",
  speak: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a7.5 7.5 0 0 1 0 11",
  close: "M6 6l12 12M18 6 6 18",
};

/** @typedef {keyof typeof PATHS} IconName */

/** @param {IconName} name @returns {SVGElement} says nothing: the words are beside it */
export function icon(name) {
  const $svg = document.createElementNS(SVG, "svg");
  $svg.setAttribute("viewBox", "0 0 24 24");
  $svg.setAttribute("class", "icon");
  $svg.setAttribute("aria-hidden", "true");
  const $path = document.createElementNS(SVG, "path");
  $path.setAttribute("d", PATHS[name]);
  $svg.append($path);
  return $svg;
}
