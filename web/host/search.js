// Words looked for in a transcript: what has none of them is out of the way.

import { need, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

export class Search {
  constructor() {
    this.$field = /** @type {HTMLInputElement} */ (need("old-search"));
    this.$field.addEventListener("input", () => this.apply());
  }

  clear() {
    this.$field.value = "";
  }

  /** Names count too: who looks for Bram finds what Bram said. */
  apply() {
    const wanted = fold(this.$field.value).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const $part of /** @type {Iterable<HTMLElement>} */ (need("old-parts").children)) {
      const text = fold($part.textContent ?? "");
      $part.hidden = !wanted.every((word) => text.includes(word));
      if (!$part.hidden) found += 1;
    }
    setText(need("old-found"), wanted.length > 0 ? t("old.found", { count: found }) : "");
  }
}

/** Without case and accents: who types quickly types neither. @param {string} text */
export function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
