// The transcript in every format that it can leave in.

import { el } from "./dom.js";
import { t } from "./i18n.js";

/** Best for people first. */
export const FORMATS = Object.freeze(["docx", "html", "txt", "md", "srt", "vtt", "json"]);

/** @param {(format: string) => string} pathOf @returns {HTMLElement[]} */
export function downloadLinks(pathOf) {
  return FORMATS.map((format) =>
    el("a", { href: pathOf(format), download: "" }, t(`transcript.${format}`)),
  );
}
