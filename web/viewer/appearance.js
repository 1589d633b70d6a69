// The reader's settings as attributes and sizes of the page; the style sheets do the rest.

import { setAttribute } from "../shared/dom.js";
import { usualSize } from "../shared/reader-settings.js";

/** @typedef {import("../shared/reader-settings.js").ReaderSettings} ReaderSettings */

/** The size in px that captions have with these settings on this screen. @param {Readonly<ReaderSettings>} settings */
export function captionSize(settings) {
  return settings.size || usualSize(settings.view, window.innerWidth, window.innerHeight);
}

/** @param {Readonly<ReaderSettings>} settings */
export function applyAppearance(settings) {
  const $root = document.documentElement;
  const usual = settings.view === "overlay" ? "black" : null;
  setAttribute($root, "data-theme", settings.theme === "system" ? usual : settings.theme);
  setAttribute($root, "data-font", settings.font === "system" ? null : settings.font);
  setAttribute($root, "data-chips", settings.chips === "standard" ? null : settings.chips);
  setAttribute($root, "data-names", settings.names);
  setAttribute($root, "data-times", settings.times);
  setAttribute($root, "data-view", settings.view);
  $root.style.setProperty("--caption-size", `${captionSize(settings)}px`);
  $root.style.setProperty("--leading", String(settings.spacing));
  $root.style.setProperty("--characters", String(settings.width));
}
