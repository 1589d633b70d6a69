// Which captions a reader has in sight that lack their translation, and are to be asked for. Pure.

/** So many at once, as the service takes them. */
export const MOST_ASKED = 50;

/** @typedef {import("./timeline.js").Entry} Entry */

/**
 * @param {readonly Entry[]} shown entries in sight, in their order
 * @param {string} language empty: as spoken, nothing is wanted
 * @param {ReadonlySet<string>} asked `language utterance` of what was asked for already
 * @returns {string[]} utterances, the newest first
 */
export function wantedTranslations(shown, language, asked) {
  if (language === "") return [];
  const wanted = [];
  for (let at = shown.length - 1; at >= 0 && wanted.length < MOST_ASKED; at -= 1) {
    const entry = shown[at];
    const isFinished = entry.kind === "caption" && entry.state !== "partial" && entry.text !== "";
    if (isFinished && lacks(entry, language) && !asked.has(askedKey(language, entry.id))) wanted.push(entry.id);
  }
  return wanted;
}

/** @param {string} language @param {string} utterance */
export function askedKey(language, utterance) {
  return `${language} ${utterance}`;
}

/** @param {import("./timeline.js").CaptionEntry} entry @param {string} language */
function lacks(entry, language) {
  const [wanted, spoken] = [language, entry.language].map((code) => code.toLowerCase().split("-")[0]);
  return wanted !== spoken && entry.translations[language] === undefined;
}
