// Who speaks: letter on the speaker's colour, and the name in neutral text beside it.

import { el, setAttribute, setText } from "./dom.js";

/** Beyond this many channels the colours repeat; the tag then has another shape. */
const COLOURS = 8;

/** @typedef {import("./protocol.js").ChannelCard} ChannelCard */

/** @returns {HTMLElement} to be filled by showSpeaker */
export function speakerChip() {
  return el(
    "span",
    { class: "chip" },
    el("span", { class: "chip-letter", "aria-hidden": "true" }),
    el("span", { class: "chip-name" }),
  );
}

/** @param {HTMLElement} $chip @param {ChannelCard | null} card @param {string} name */
export function showSpeaker($chip, card, name) {
  const [$letter, $name] = $chip.children;
  setText($letter, card ? card.letter : "✎");
  setText($name, name);
  setColour($chip, card);
}

/** Gives --chip and --ink of the speaker to an element and all within. @param {Element} $element @param {ChannelCard | null} card */
export function setColour($element, card) {
  setAttribute($element, "data-colour", card ? card.colour : "none");
  setAttribute($element, "data-shape", card && card.channel > COLOURS ? "square" : null);
}
