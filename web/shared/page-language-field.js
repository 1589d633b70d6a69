// The language of the page itself, chosen by hand and kept on this device.

import { el } from "./dom.js";
import { choosePageLanguageByHand, pageLanguage, t, thisPage } from "./i18n.js";
import { languagesOf } from "./page-languages.js";

/** @returns {HTMLElement} a label and what it is for; the page is loaded anew when it changes */
export function pageLanguageField() {
  const options = languagesOf(thisPage()).map(({ code, name, dir, isChecked }) => {
    const note = isChecked ? "" : ` (${t("language.unchecked")})`;
    return el("option", { value: code, lang: code, dir, selected: code === pageLanguage() }, name + note);
  });
  const $select = /** @type {HTMLSelectElement} */ (el("select", { id: "page-language" }, ...options));
  $select.addEventListener("change", () => choosePageLanguageByHand($select.value));
  return el("div", { class: "setting field" }, el("label", { for: "page-language" }, t("language.page")), $select);
}
