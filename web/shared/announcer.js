// One polite status region for people who hear the page: only status, never captions that change.
// Finals are spoken by the log itself.

import { setText } from "./dom.js";

/**
 * @param {HTMLElement} $region an element with role=status
 * @returns {(text: string) => void} says a text unless it was the last one said
 */
export function createAnnouncer($region) {
  let last = "";
  return (text) => {
    if (text === last) return;
    last = text;
    setText($region, text);
  };
}
