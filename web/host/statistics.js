// A meeting in figures. Speakers stand in the order of their microphones: nobody is ranked.

import { el, need } from "../shared/dom.js";
import { pageLanguage, t } from "../shared/i18n.js";
import { showSpeaker, speakerChip } from "../shared/speaker-chip.js";

/**
 * @typedef {{median_s: number, p95_s: number, count: number} | null} Delay
 * @typedef {{channel: number, name: string, letter: string, colour: string, seconds: number, utterances: number, words: number, words_per_minute: number | null}} Speaking
 * @typedef {{length_s: number, overlap_s: number, channels: Speaking[], first_text: Delay, final: Delay}} Statistics
 */

/** @param {Statistics | null} statistics */
export function showStatistics(statistics) {
  const $place = need("old-statistics");
  $place.hidden = statistics === null;
  if (!statistics) return;
  const { channels, length_s, overlap_s, first_text, final } = statistics;
  const heads = ["who", "time", "pace", "captions"].map((key) => el("th", { scope: "col" }, t(`statistics.${key}`)));
  const $table = el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...channels.map(rowOf)));
  const facts = [
    t("statistics.length", { length: minutes(length_s), overlap: minutes(overlap_s) }),
    first_text ? t("statistics.first_text", delayWords(first_text)) : t("statistics.first_text_unknown"),
    final ? t("statistics.final", delayWords(final)) : "",
  ];
  need("old-statistics-body").replaceChildren($table, ...facts.filter(Boolean).map((text) => el("p", {}, text)));
}

/** @param {Speaking} said */
function rowOf(said) {
  const $chip = speakerChip();
  showSpeaker($chip, /** @type {any} */ (said), said.name);
  const pace = said.words_per_minute === null ? t("statistics.too_little") : t("statistics.wpm", { count: said.words_per_minute });
  return el("tr", {}, el("th", { scope: "row" }, $chip), el("td", {}, minutes(said.seconds)), el("td", {}, pace), el("td", {}, String(said.utterances)));
}

/** @param {number} seconds */
export function minutes(seconds) {
  const whole = Math.round(seconds);
  return t("statistics.minutes", { minutes: Math.floor(whole / 60), seconds: String(whole % 60).padStart(2, "0") });
}

/** @param {{median_s: number, p95_s: number}} delay */
function delayWords({ median_s, p95_s }) {
  const digits = new Intl.NumberFormat(pageLanguage(), { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return { median: digits.format(median_s), p95: digits.format(p95_s) };
}
