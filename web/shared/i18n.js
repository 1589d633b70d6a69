// The words of a page: t(key), and lang and dir on the page itself. Strings are in lang/<code>.json.

import { recall, remember } from "./device-memory.js";
import { setAttribute, setText } from "./dom.js";
import { PAGE_LANGUAGES, choosePageLanguage } from "./page-languages.js";

/** @typedef {{code: string, strings: Readonly<Record<string, string>>, plurals: Intl.PluralRules}} Table */

const ENGLISH = "en";
const KEPT = "ui";

/** @type {Table} */
let own = table(ENGLISH, {});
/** What is missing in the language of the page is said in English. @type {Table} */
let below = own;

/** @param {string} code @param {Record<string, string>} strings @returns {Table} */
function table(code, strings) {
  return { code, strings, plurals: new Intl.PluralRules(code) };
}

/** @param {string} code @param {Record<string, string>} strings @param {Record<string, string>} [english] */
export function useStrings(code, strings, english = {}) {
  own = table(code, strings);
  below = table(ENGLISH, english);
}

/** @returns {string} the language of the page */
export function pageLanguage() {
  return own.code;
}

/**
 * The text of a key with `{name}` filled in. With a `count`, `key.one`, `key.few` and so on are
 * used where the language says so.
 *
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const text = find(own, key, values.count) ?? find(below, key, values.count) ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** @param {Table} table @param {string} key @param {string | number} [count] @returns {string | undefined} */
function find({ strings, plurals }, key, count) {
  const form = typeof count === "number" ? strings[`${key}.${plurals.select(count)}`] : undefined;
  return form ?? strings[key];
}

/** @param {readonly string[]} names "A, B and C" */
export function listOf(names) {
  if (typeof Intl.ListFormat !== "function") return names.join(", ");
  return new Intl.ListFormat(own.code, { type: "conjunction" }).format(names);
}

/** The name of a language in the language of the page. @param {string} code */
export function languageName(code) {
  if (typeof Intl.DisplayNames !== "function") return code;
  return new Intl.DisplayNames([own.code], { type: "language" }).of(code) ?? code;
}

/** Which page this is: the first class of its body. */
export const thisPage = () => document.body.classList[0] ?? "";

/** Chosen by the address (`?ui=nl`), else by hand on this device, else by the browser. */
function wanted() {
  const asked = new URLSearchParams(location.search).get("ui");
  const preferred = navigator.languages ?? [navigator.language];
  return choosePageLanguage(thisPage(), [asked, recall(KEPT), ...preferred]);
}

/** Loads the strings of the reader's language and puts them on the page. */
export async function loadStrings() {
  const language = wanted();
  const [strings, english] = await Promise.all([
    fetchStrings(language.code),
    language.isWhole ? {} : fetchStrings(ENGLISH),
  ]);
  useStrings(language.code, strings, english);
  translatePage(document.documentElement);
}

/** @param {string} code @returns {Promise<Record<string, string>>} */
async function fetchStrings(code) {
  const answer = await fetch(`/assets/lang/${code}.json`);
  if (!answer.ok) throw new Error(`The texts of this page did not arrive: HTTP ${answer.status}`);
  return answer.json();
}

/** From now on this device reads pages in a language; the page is loaded anew. @param {string} code */
export function choosePageLanguageByHand(code) {
  remember(KEPT, code);
  const address = new URL(location.href);
  address.searchParams.delete("ui"); // it would win over the choice
  if (address.href === location.href) location.reload();
  else location.replace(address);
}

/** @param {HTMLElement} $root elements with data-t, data-t-label, data-t-title or data-t-placeholder */
export function translatePage($root) {
  $root.lang = own.code;
  $root.dir = PAGE_LANGUAGES.find(({ code }) => code === own.code)?.dir ?? "ltr";
  for (const $element of $root.querySelectorAll("[data-t]")) {
    setText($element, t($element.getAttribute("data-t") ?? ""));
  }
  for (const $element of $root.querySelectorAll("[data-t-label]")) {
    setAttribute($element, "aria-label", t($element.getAttribute("data-t-label") ?? ""));
  }
  for (const $element of $root.querySelectorAll("[data-t-title]")) {
    setAttribute($element, "title", t($element.getAttribute("data-t-title") ?? ""));
  }
  for (const $element of $root.querySelectorAll("[data-t-placeholder]")) {
    setAttribute($element, "placeholder", t($element.getAttribute("data-t-placeholder") ?? ""));
  }
}
