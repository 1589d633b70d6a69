// What is said aloud next, and in which voice. Pure: a reader hears sentences in their order, each
// once, and never those of minutes ago.

/** Letters a second of a voice at its own speed: about 170 words a minute. */
const LETTERS_A_SECOND = 15;
/** More than this still to be said, and the oldest are skipped. */
export const LONGEST_BEHIND_S = 10;
export const SLOWEST = 0.5;
export const FASTEST = 3;
/** Some browsers fall silent in the middle of longer ones. */
const LONGEST_PIECE = 180;

/**
 * @typedef {{key: string, text: string, language: string}} Sentence
 *
 * @typedef {object} SpeechQueue
 * @property {readonly Sentence[]} waiting
 * @property {ReadonlySet<string>} offered keys of all that ever came in
 * @property {number} skipped sentences left out since it began
 */

/** @type {Readonly<SpeechQueue>} */
export const SILENT = Object.freeze({ waiting: Object.freeze([]), offered: new Set(), skipped: 0 });

/** How long it takes to say. @param {string} text @param {number} speed */
export function lengthS(text, speed) {
  return text.length / (LETTERS_A_SECOND * speed);
}

/**
 * Takes in what was said since; what came before is not said again. Where it would fall too far
 * behind, the oldest are skipped, but never the newest. What waits and is not among the sentences any
 * more was deleted: it is not said.
 *
 * @param {SpeechQueue} queue
 * @param {readonly Sentence[]} sentences in their order
 * @param {number} speed
 * @returns {SpeechQueue}
 */
export function offered(queue, sentences, speed) {
  const fresh = sentences.filter(({ key }) => !queue.offered.has(key));
  if (fresh.length === 0 && queue.waiting.length === 0) return queue;
  const now = new Map(sentences.map((sentence) => [sentence.key, sentence]));
  const still = queue.waiting.flatMap(({ key }) => now.get(key) ?? []);
  const waiting = [...still, ...fresh.filter(({ text }) => text.trim() !== "")];
  let behindS = waiting.reduce((sum, { text }) => sum + lengthS(text, speed), 0);
  let skipped = 0;
  while (behindS > LONGEST_BEHIND_S && waiting.length - skipped > 1) {
    behindS -= lengthS(waiting[skipped].text, speed);
    skipped += 1;
  }
  return {
    waiting: waiting.slice(skipped),
    offered: new Set([...queue.offered, ...fresh.map(({ key }) => key)]),
    skipped: queue.skipped + skipped,
  };
}

/** These are taken for said: what stood there before somebody asked to hear. @param {SpeechQueue} queue @param {Iterable<string>} keys */
export function passedOver(queue, keys) {
  return { ...queue, offered: new Set([...queue.offered, ...keys]) };
}

/** @param {SpeechQueue} queue @returns {{sentence: Sentence | null, rest: SpeechQueue}} */
export function next(queue) {
  const [sentence = null, ...waiting] = queue.waiting;
  return { sentence, rest: sentence ? { ...queue, waiting } : queue };
}

/** Silence at once; what waited is not said later. @param {SpeechQueue} queue @returns {SpeechQueue} */
export function stopped(queue) {
  return { ...queue, waiting: [] };
}

/** @param {string} code */
const primary = (code) => code.toLowerCase().split(/[-_]/)[0];

/**
 * Voices of a language that speak on this device. One that is somewhere else would be sent what is
 * said in the room.
 *
 * @template {{name: string, lang: string, localService: boolean, default?: boolean}} Voice
 * @param {readonly Voice[]} voices
 * @param {string} language
 * @returns {Voice[]} the closest first
 */
export function voicesFor(voices, language) {
  const exact = language.toLowerCase();
  /** @param {Voice} voice */
  const rank = (voice) => (voice.lang.toLowerCase().replace("_", "-") === exact ? 0 : 2) - (voice.default ? 1 : 0);
  return voices
    .filter((voice) => voice.localService && primary(voice.lang) === primary(language))
    .sort((first, second) => rank(first) - rank(second));
}

/** A text in pieces that every browser says to their end. @param {string} text @returns {string[]} */
export function pieces(text) {
  const found = [];
  let rest = text.trim();
  while (rest.length > LONGEST_PIECE) {
    const start = rest.slice(0, LONGEST_PIECE);
    const sentence = Math.max(...[". ", "? ", "! ", "; ", "。", "؟ "].map((end) => start.lastIndexOf(end) + 1));
    const cut = sentence > 40 ? sentence : Math.max(start.lastIndexOf(" "), 0) || LONGEST_PIECE;
    found.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  return rest ? [...found, rest] : found;
}

/** @param {number} speed as somebody kept it @returns {number} one that can be understood */
export function usableSpeed(speed) {
  return Number.isFinite(speed) ? Math.min(FASTEST, Math.max(SLOWEST, speed)) : 1;
}
