// The words of a page: t(key), and lang on the page itself. Strings are in lang/<code>.json.

import { setAttribute, setText } from "./dom.js";

export const LANGUAGES = ["en", "nl"];

/** @type {Record<string, string>} */
let strings = {};
let current = "en";

/**
 * The first language that we have: of the address (`?lang=nl`), then of the browser.
 *
 * @param {string} query location.search
 * @param {readonly string[]} preferred navigator.languages
 */
export function chooseLanguage(query, preferred) {
  const asked = new URLSearchParams(query).get("lang");
  for (const wish of asked ? [asked, ...preferred] : preferred) {
    const code = wish.toLowerCase().split("-")[0];
    if (LANGUAGES.includes(code)) return code;
  }
  return "en";
}

/** @param {string} language @param {Record<string, string>} table */
export function useStrings(language, table) {
  current = language;
  strings = table;
}

/** @returns {string} the language of the page */
export function pageLanguage() {
  return current;
}

/**
 * The text of a key with `{name}` filled in. With a `count`, `key.one` is used where the language
 * says so.
 *
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const isOne =
    typeof values.count === "number" &&
    new Intl.PluralRules(current).select(values.count) === "one";
  const text = (isOne && strings[`${key}.one`]) || strings[key] || key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** @param {readonly string[]} names "A, B and C" */
export function listOf(names) {
  if (typeof Intl.ListFormat !== "function") return names.join(", ");
  return new Intl.ListFormat(current, { type: "conjunction" }).format(names);
}

/** The name of a language in the language of the page. @param {string} code */
export function languageName(code) {
  if (typeof Intl.DisplayNames !== "function") return code;
  return new Intl.DisplayNames([current], { type: "language" }).of(code) ?? code;
}

/** Loads the strings of the reader's language and puts them on the page. */
export async function loadStrings() {
  const language = chooseLanguage(location.search, navigator.languages ?? [navigator.language]);
  const answer = await fetch(`/assets/lang/${language}.json`);
  if (!answer.ok) throw new Error(`The texts of this page did not arrive: HTTP ${answer.status}`);
  useStrings(language, await answer.json());
  translatePage(document.documentElement);
}

/** @param {HTMLElement} $root elements with data-t, data-t-label, data-t-title or data-t-placeholder */
export function translatePage($root) {
  $root.lang = current;
  $root.dir = "ltr";
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
