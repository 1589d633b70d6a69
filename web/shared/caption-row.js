// One caption on the page: made once, then only touched where it changed.

import { el, setAttribute } from "./dom.js";
import { pageLanguage, t } from "./i18n.js";
import { setColour, showSpeaker, speakerChip } from "./speaker-chip.js";

/** @typedef {import("./captions-view.js").Row} Row */
/** @typedef {import("./captions-view.js").RowText} RowText */
/**
 * @typedef {object} Item
 * @property {Row | null} row as it is shown
 * @property {HTMLElement} $row
 * @property {HTMLElement} $who
 * @property {HTMLElement} $chip
 * @property {HTMLElement | null} $time
 * @property {Said[]} said
 * @property {HTMLElement | null} $mark
 * @property {boolean} hasTools
 *
 * @typedef {{$said: HTMLElement, $tag: HTMLElement | null, text: Text}} Said
 */

const RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"]);

/** @param {Row} row @returns {Item} to be filled with fillRow */
export function makeRow(row) {
  const $chip = speakerChip();
  const $who = el("div", { class: "who" }, $chip);
  const $row = el("div", { class: "row", "data-row": row.entry.kind }, $who);
  return { row: null, $row, $who, $chip, $time: null, said: [], $mark: null, hasTools: false };
}

/** @param {Item} item @param {Row} row */
export function fillRow(item, row) {
  const { row: former, $row } = item;
  if (!former || former.card !== row.card || former.name !== row.name) {
    showSpeaker(item.$chip, row.card, row.name);
    setColour($row, row.card);
  }
  setAttribute($row, "data-continues", row.position > 0);
  setAttribute($row, "aria-hidden", row.isLive ? "true" : null);
  showTime(item, row);
  showTexts(item, row.texts);
  showMark(item, row.entry.kind === "caption" && row.entry.state === "edited");
  item.row = row;
}

/** With the name, where there is one to be seen. @param {Item} item @param {Row} row */
function showTime(item, row) {
  const isWanted = row.position === 0 && row.startMs > 0;
  if (!isWanted) {
    item.$time?.remove();
    item.$time = null;
    return;
  }
  item.$time ??= item.$who.appendChild(el("span", { class: "time" }));
  if (item.row?.startMs !== row.startMs) item.$time.textContent = clockTime(row.startMs);
}

/** @param {Item} item @param {readonly RowText[]} texts */
function showTexts(item, texts) {
  while (item.said.length > texts.length) item.said.pop()?.$said.remove();
  texts.forEach((shown, at) => {
    const said = item.said[at] ?? addSaid(item);
    showText(said, shown);
  });
}

/** @param {Item} item @returns {Said} */
function addSaid(item) {
  const text = document.createTextNode("");
  const isTopic = item.$row.getAttribute("data-row") === "topic";
  const $said = el(isTopic ? "h3" : "p", { class: "said" }, text);
  const $above = item.said.length > 0 ? item.said[item.said.length - 1].$said : item.$who;
  $above.after($said);
  const said = { $said, $tag: null, text };
  item.said.push(said);
  return said;
}

/** The text node stays and only its data changes: nothing flashes, nothing is selected anew. @param {Said} said @param {RowText} shown */
function showText(said, { text, language, role }) {
  setAttribute(said.$said, "lang", language || null);
  setAttribute(said.$said, "dir", direction(language));
  setAttribute(said.$said, "data-text", role === "spoken" ? null : role);
  setAttribute(said.$said, "aria-hidden", role === "pending" ? "true" : null);
  showTag(said, role === "waiting" ? language : "");
  if (said.text.data !== text) said.text.data = text;
}

/** The language of a text that stands in for its translation. @param {Said} said @param {string} language */
function showTag(said, language) {
  if (language === "") {
    said.$tag?.remove();
    said.$tag = null;
    return;
  }
  said.$tag ??= el("span", { class: "tag" });
  if (said.$tag.textContent !== language) {
    said.$tag.textContent = language;
    setAttribute(said.$tag, "title", t("translation.waiting"));
  }
  if (!said.$tag.parentNode) said.$said.prepend(said.$tag);
}

/** @param {Item} item @param {boolean} isEdited */
function showMark(item, isEdited) {
  if (!isEdited) {
    item.$mark?.remove();
    item.$mark = null;
    return;
  }
  item.$mark ??= el("span", { class: "mark" }, t("captions.edited"));
  item.said[item.said.length - 1].$said.append(item.$mark);
}

/** @param {string} language @returns {"rtl" | "ltr" | "auto"} */
export function direction(language) {
  if (language === "") return "auto";
  return RIGHT_TO_LEFT.has(language.split("-")[0]) ? "rtl" : "ltr";
}

/** @type {{language: string, format: Intl.DateTimeFormat} | null} */
let clock = null;

/** Hours and minutes of this device's day. @param {number} ms since 1970 */
export function clockTime(ms) {
  const language = pageLanguage();
  if (clock?.language !== language) {
    clock = { language, format: new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }) };
  }
  return clock.format.format(ms);
}
