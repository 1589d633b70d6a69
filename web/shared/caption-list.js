// Rows on the page, each made once and then only touched where it changed.

import { el, setAttribute, setText } from "./dom.js";
import { t } from "./i18n.js";
import { setColour, showSpeaker, speakerChip } from "./speaker-chip.js";

/** @typedef {import("./captions-view.js").Row} Row */
/** @typedef {{row: Row, $row: HTMLElement, $chip: HTMLElement, $said: HTMLElement, $mark: HTMLElement, hasTools: boolean}} Item */

/** Rows made or changed in one frame; a long history is filled in from its end, over several. */
export const ROWS_PER_FRAME = 150;

export class CaptionList {
  /**
   * @param {HTMLElement} $log for rows that are settled, and all above them
   * @param {HTMLElement} $live for the rest
   * @param {((entry: import("./timeline.js").Entry) => HTMLElement) | null} [makeTools] what a host can do with a row that is settled
   */
  constructor($log, $live, makeTools = null) {
    this.makeTools = makeTools;
    this.$log = $log;
    this.$live = $live;
    /** @type {Map<string, Item>} */
    this.items = new Map();
    /** @type {readonly Row[]} */
    this.rows = [];
    /** Rows from here on are on the page. */
    this.from = 0;
  }

  /**
   * @param {readonly Row[]} rows
   * @returns {boolean} whether everything is on the page now
   */
  show(rows) {
    const same = this.from === 0 ? commonStart(this.rows, rows) : 0;
    this.removeMissing(rows, same);
    this.rows = rows;
    this.from = this.place(rows, same);
    return this.from === 0;
  }

  /** @param {readonly Row[]} rows @param {number} same so many rows at the start need no look */
  removeMissing(rows, same) {
    const former = this.rows.length;
    if (former === same) return;
    const kept = new Set();
    for (let at = same; at < rows.length; at += 1) kept.add(rows[at].key);
    for (let at = same; at < former; at += 1) {
      const { key } = this.rows[at];
      if (kept.has(key)) continue;
      this.items.get(key)?.$row.remove();
      this.items.delete(key);
    }
  }

  /**
   * Backwards, so that the newest stand there first.
   *
   * @param {readonly Row[]} rows
   * @param {number} same
   * @returns {number} the first row that is on the page
   */
  place(rows, same) {
    let left = ROWS_PER_FRAME;
    /** @type {Element | null} */
    let $below = null;
    for (let at = rows.length - 1; at >= same; at -= 1) {
      const row = rows[at];
      const $parent = row.isSettled ? this.$log : this.$live;
      let item = this.items.get(row.key);
      if (!item || item.row !== row) {
        if (left === 0) return at + 1;
        left -= 1;
        item ??= this.make(row);
        fill(item, row);
        this.equip(item);
      }
      const $next = $below?.parentNode === $parent ? $below : null;
      if (item.$row.parentNode !== $parent || item.$row.nextSibling !== $next) {
        $parent.insertBefore(item.$row, $next);
      }
      $below = item.$row;
    }
    return 0;
  }

  /** Once it is final. @param {Item} item */
  equip(item) {
    const { entry } = item.row;
    if (!this.makeTools || item.hasTools || entry.kind === "message" || item.row.isLive) return;
    item.hasTools = true;
    item.$row.append(this.makeTools(entry));
  }

  /** @param {Row} row @returns {Item} */
  make(row) {
    if (row.entry.kind === "topic") return this.makeTopic(row);
    const $chip = speakerChip();
    const $mark = el("span", { class: "mark" });
    const $text = el("span", {});
    const $said = el("p", { class: "said" }, $text, $mark);
    const $row = el("div", { class: "row", "data-row": row.entry.kind }, $chip, $said);
    const item = { row: /** @type {any} */ (null), $row, $chip, $said: $text, $mark, hasTools: false };
    this.items.set(row.key, item);
    return item;
  }

  /** A heading: the chip and the mark are there for `fill` only. @param {Row} row @returns {Item} */
  makeTopic(row) {
    const $text = el("span", {});
    const $row = el("div", { class: "row", "data-row": "topic" }, el("h3", { class: "topic" }, $text));
    const item = { row: /** @type {any} */ (null), $row, $chip: speakerChip(), $said: $text, $mark: el("span"), hasTools: false };
    this.items.set(row.key, item);
    return item;
  }
}

/** @param {Item} item @param {Row} row */
function fill(item, row) {
  const { entry } = row;
  const isNew = item.row === null;
  if (isNew || item.row.card !== row.card) {
    showSpeaker(item.$chip, row.card, row.name);
    setColour(item.$row, row.card);
  }
  setAttribute(item.$row, "data-continues", row.position > 0);
  setAttribute(item.$row, "aria-hidden", row.isLive ? "true" : null);
  setAttribute(item.$said, "lang", row.language || null);
  setAttribute(item.$said, "dir", "auto");
  setText(item.$said, row.text);
  const isEdited = entry.kind === "caption" && entry.state === "edited";
  setText(item.$mark, isEdited ? t("captions.edited") : "");
  item.row = row;
}

/** @param {readonly Row[]} first @param {readonly Row[]} second */
function commonStart(first, second) {
  const most = Math.min(first.length, second.length);
  let at = 0;
  while (at < most && first[at] === second[at]) at += 1;
  return at;
}
