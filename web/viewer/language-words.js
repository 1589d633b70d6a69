// Which languages a reader can choose, and what is said where theirs is not among them. Pure but for
// the words.

import { languageName, listOf, t } from "../shared/i18n.js";

/**
 * @typedef {{code: string, name: string, english: string, dir: "ltr" | "rtl", spoken: boolean, from: string[]}} Offered
 * @typedef {{languages: Offered[], pairs: [string, string][], problem: {code: string, message: string} | null}} Languages
 */

/** Spoken ones first, each group by its own name. @param {readonly Offered[]} languages */
export function sortedLanguages(languages) {
  const byName = (/** @type {Offered} */ first, /** @type {Offered} */ second) => first.name.localeCompare(second.name);
  return [...languages].sort((first, second) => Number(second.spoken) - Number(first.spoken) || byName(first, second));
}

/** @param {string} code */
export const primary = (code) => code.toLowerCase().split(/[-_]/)[0];

/** Whether somebody can read in a language here. @param {Languages} known @param {string} code */
export function isOffered({ languages }, code) {
  return languages.some((language) => primary(language.code) === primary(code));
}

/**
 * The first language of the browser that nobody can read in here, if its reader has not one that
 * they can: empty where nothing is missing.
 *
 * @param {Languages} known
 * @param {readonly string[]} preferred navigator.languages
 */
export function missingLanguage(known, preferred) {
  const [first = ""] = preferred;
  return first === "" || isOffered(known, first) ? "" : primary(first);
}

/** @param {Languages} known @param {string} missing a code; empty: nothing is */
export function missingWords(known, missing) {
  if (known.problem) return known.problem.message;
  if (missing === "") return "";
  if (known.pairs.length === 0) return t("language.none", { wanted: languageName(missing) });
  return t("language.no_pair", { wanted: languageName(missing), pairs: pairWords(known.pairs) });
}

/** "English into Dutch and German". @param {readonly [string, string][]} pairs */
export function pairWords(pairs) {
  /** @type {Map<string, string[]>} */
  const targets = new Map();
  for (const [from, to] of pairs) targets.set(from, [...(targets.get(from) ?? []), languageName(to)]);
  const each = [...targets].map(([from, to]) => t("language.pair", { from: languageName(from), to: listOf(to) }));
  return each.join("; ");
}
