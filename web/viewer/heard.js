// Which captions a reader hears who asked to hear them: finished ones, as they are shown. Pure.

/** @typedef {import("../shared/timeline.js").Entry} Entry */
/** @typedef {import("../shared/speech-queue.js").Sentence} Sentence */

/** So many of the newest are looked at: older ones are never said. */
const NEWEST = 80;

/**
 * @param {readonly Entry[]} entries
 * @param {{language: string, show: "translation" | "both" | "original"}} view
 * @param {string} unknown the language that a voice is chosen for where none is known
 * @returns {Sentence[]} in their order; a translation that is not there yet comes later
 */
export function heardSentences(entries, view, unknown) {
  /** @type {Sentence[]} */
  const sentences = [];
  for (const entry of entries.slice(-NEWEST)) {
    if (entry.text === "" || (entry.kind === "caption" && entry.state === "partial")) continue;
    const shown = entry.kind === "caption" ? shownText(entry, view) : entry;
    if (shown) sentences.push({ key: entry.id, text: shown.text, language: shown.language || unknown });
  }
  return sentences;
}

/** @param {import("../shared/timeline.js").CaptionEntry} entry @param {{language: string, show: string}} view */
function shownText(entry, { language, show }) {
  if (language === "" || show === "original" || primary(language) === primary(entry.language)) return entry;
  const found = entry.translations[language];
  return found?.state === "final" ? { text: found.text, language } : null;
}

/** @param {string} code */
function primary(code) {
  return code.toLowerCase().split("-")[0];
}
