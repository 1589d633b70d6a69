// Translations that are to be ready from the first word on. Readers choose their language for themselves.

import { el, need, setText } from "../shared/dom.js";
import { languageName, listOf, t } from "../shared/i18n.js";
import { api } from "./api.js";

export class WantedLanguages {
  constructor() {
    /** @type {Map<string, HTMLInputElement>} */
    this.boxes = new Map();
  }

  async show() {
    const wanted = new Set(this.chosen);
    const { languages } = await api.languages();
    const known = languages.filter((language) => language.from.length > 0);
    this.boxes = new Map(known.map(({ code }) => [code, /** @type {HTMLInputElement} */ (el("input", { type: "checkbox", id: `language-${code}`, checked: wanted.has(code) }))]));
    need("translations").hidden = known.length === 0;
    need("languages").replaceChildren(
      ...known.map(({ code, name }) => el("p", { class: "choice" }, this.boxes.get(code), " ", el("label", { for: `language-${code}`, lang: code }, name))),
    );
  }

  /** @returns {string[]} codes */
  get chosen() {
    return [...this.boxes].filter(([, $box]) => $box.checked).map(([code]) => code);
  }

  /** As last time; what cannot be had any more is told. @param {readonly string[]} codes */
  choose(codes) {
    for (const [code, $box] of this.boxes) $box.checked = codes.includes(code);
    const missing = codes.filter((code) => !this.boxes.has(code));
    setText(need("languages-missing"), missing.length > 0 ? t("languages.missing", { names: listOf(missing.map(languageName)) }) : "");
    if (missing.length > 0) need("translations").hidden = false;
  }
}
