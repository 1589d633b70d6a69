// How a reader wants to read: every setting with its bounds, out of an address, out of what the
// device kept, and back. Pure.

/**
 * @typedef {object} ReaderSettings
 * @property {number} size px of a caption; 0: what suits the screen
 * @property {"system" | "dark" | "light" | "black" | "yellow"} theme
 * @property {"system" | "atkinson" | "serif" | "dyslexic"} font
 * @property {number} spacing height of a line, in sizes
 * @property {number} width longest line, in characters
 * @property {"words" | "phrases"} flow words as they are spoken, or finished phrases only
 * @property {"on" | "off"} names
 * @property {"on" | "off"} times
 * @property {"standard" | "apart"} chips apart: colours that colour-blind readers tell best
 * @property {string} language of the captions; empty: as they were spoken
 * @property {"translation" | "both" | "original"} show where a language is chosen
 * @property {"off" | "30" | "120"} idle after so many seconds without a touch the place is kept
 * @property {"page" | "room" | "overlay"} view a reader's page, a beamer's, or over a video
 */

/** The first of a list is what a reader has who chose nothing. */
export const CHOICES = Object.freeze({
  theme: ["system", "dark", "light", "black", "yellow"],
  font: ["system", "atkinson", "serif", "dyslexic"],
  flow: ["words", "phrases"],
  names: ["on", "off"],
  times: ["off", "on"],
  chips: ["standard", "apart"],
  show: ["translation", "both", "original"],
  idle: ["off", "30", "120"],
  view: ["page", "room", "overlay"],
});

/** @typedef {{least: number, most: number, step: number, usual: number}} Range */
export const RANGES = Object.freeze({
  size: { least: 16, most: 96, step: 2, usual: 0 },
  spacing: { least: 1.2, most: 2.2, step: 0.1, usual: 1.5 },
  width: { least: 20, most: 80, step: 5, usual: 60 },
});

/** Belongs to an address, not to a reader: a beamer's page says nothing about the next visit. */
const NOT_KEPT = Object.freeze(["view"]);

const LANGUAGE = /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i;

/** @type {Readonly<ReaderSettings>} */
export const USUAL = Object.freeze(
  /** @type {ReaderSettings} */ ({
    ...Object.fromEntries(Object.entries(RANGES).map(([name, range]) => [name, range.usual])),
    ...Object.fromEntries(Object.entries(CHOICES).map(([name, choices]) => [name, choices[0]])),
    language: "",
  }),
);

/**
 * What of these values can be used; numbers outside their bounds are brought to them.
 *
 * @param {Record<string, unknown>} values
 * @returns {Partial<ReaderSettings>}
 */
export function mend(values) {
  /** @type {Record<string, unknown>} */
  const good = {};
  for (const [name, choices] of Object.entries(CHOICES)) {
    if (choices.includes(String(values[name]))) good[name] = String(values[name]);
  }
  for (const [name, range] of Object.entries(RANGES)) {
    const number = mendNumber(values[name], range);
    if (number !== null) good[name] = number;
  }
  const { language } = values;
  if (language === "" || (typeof language === "string" && LANGUAGE.test(language))) {
    good.language = language.toLowerCase();
  }
  return good;
}

/** @param {unknown} value @param {Range} range @returns {number | null} */
function mendNumber(value, { least, most, step, usual }) {
  if (value === null || value === undefined || value === "") return null;
  const number = Number(value);
  if (!Number.isFinite(number)) return null;
  if (number === usual) return usual;
  const whole = least + Math.round((number - least) / step) * step;
  return Math.round(Math.min(most, Math.max(least, whole)) * 100) / 100;
}

/** What an address says (`?size=40&theme=black`). @param {string} query location.search */
export function fromQuery(query) {
  return mend(Object.fromEntries(new URLSearchParams(query)));
}

/** What the device kept; nothing if it is damaged. @param {string | null} text */
export function fromKept(text) {
  try {
    const values = JSON.parse(text ?? "{}");
    for (const name of NOT_KEPT) delete values[name];
    return mend(values);
  } catch {
    return {};
  }
}

/** @param {Readonly<ReaderSettings>} settings @returns {string} only what differs from the usual */
export function toKept(settings) {
  const chosen = differences(settings).filter(([name]) => !NOT_KEPT.includes(name));
  return JSON.stringify(Object.fromEntries(chosen));
}

/**
 * The query of an address that gives somebody else the same page.
 *
 * @param {Readonly<ReaderSettings>} settings
 */
export function toQuery(settings) {
  return new URLSearchParams(differences(settings).map(([name, value]) => [name, String(value)])).toString();
}

/** @param {Readonly<ReaderSettings>} settings @returns {[string, unknown][]} */
function differences(settings) {
  return Object.entries(settings).filter(
    ([name, value]) => value !== USUAL[/** @type {keyof ReaderSettings} */ (name)],
  );
}

/**
 * The query of this page without the settings that the reader has just chosen by hand: what is
 * chosen last counts, also when the page is loaded again.
 *
 * @param {string} query
 * @param {readonly string[]} names
 */
export function withoutSettings(query, names) {
  const left = new URLSearchParams(query);
  for (const name of names) left.delete(name);
  return left.toString();
}

/**
 * A size that suits a screen: about 15 words a line on a phone, and legible from the back row.
 *
 * @param {ReaderSettings["view"]} view
 * @param {number} widthPx
 * @param {number} heightPx
 */
export function usualSize(view, widthPx, heightPx) {
  const share = view === "page" ? 15.2 + widthPx * 0.0176 : Math.min(widthPx / 26, heightPx / 12);
  const [least, most] = view === "page" ? [20, 32] : [20, 160];
  return Math.round(Math.min(most, Math.max(least, share)));
}
