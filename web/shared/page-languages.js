// The languages that pages can speak. Pure.

/**
 * @typedef {object} PageLanguage
 * @property {string} code of web/lang/<code>.json
 * @property {string} name its own
 * @property {"ltr" | "rtl"} dir
 * @property {boolean} isChecked whether somebody who speaks it has read it
 * @property {readonly string[]} pages that are in it; of the others nothing is
 * @property {boolean} isWhole nothing of these pages is missing; else English stands in, text by text
 */

const ALL = Object.freeze(["viewer", "join", "ping", "host", "guest", "mic", "trust"]);
const READERS = Object.freeze(["viewer", "join"]);

/** @type {readonly Readonly<PageLanguage>[]} */
export const PAGE_LANGUAGES = Object.freeze([
  { code: "en", name: "English", dir: "ltr", isChecked: true, pages: ALL, isWhole: true },
  { code: "nl", name: "Nederlands", dir: "ltr", isChecked: true, pages: ALL, isWhole: true },
  { code: "de", name: "Deutsch", dir: "ltr", isChecked: false, pages: READERS, isWhole: true },
  { code: "fr", name: "Français", dir: "ltr", isChecked: false, pages: READERS, isWhole: true },
  { code: "es", name: "Español", dir: "ltr", isChecked: false, pages: READERS, isWhole: true },
  { code: "pl", name: "Polski", dir: "ltr", isChecked: false, pages: READERS, isWhole: true },
  { code: "tr", name: "Türkçe", dir: "ltr", isChecked: false, pages: READERS, isWhole: true },
  { code: "uk", name: "Українська", dir: "ltr", isChecked: false, pages: READERS, isWhole: true },
  { code: "ar", name: "العربية", dir: "rtl", isChecked: false, pages: READERS, isWhole: true },
]);

/** @param {string} page @returns {readonly Readonly<PageLanguage>[]} those that it can be read in */
export function languagesOf(page) {
  return PAGE_LANGUAGES.filter((language) => language.pages.includes(page));
}

/**
 * The first of these wishes that the page can be read in, else English.
 *
 * @param {string} page
 * @param {readonly (string | null)[]} wishes codes, as browsers and people write them: `nl-BE`
 * @returns {Readonly<PageLanguage>}
 */
export function choosePageLanguage(page, wishes) {
  const offered = languagesOf(page);
  for (const wish of wishes) {
    const code = (wish ?? "").toLowerCase().split(/[-_]/)[0];
    const found = offered.find((language) => language.code === code);
    if (found) return found;
  }
  return PAGE_LANGUAGES[0];
}
