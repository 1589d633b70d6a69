// Rows on the page, each made once and then only touched where it changed.

import { fillRow, makeRow } from "./caption-row.js";

/** @typedef {import("./captions-view.js").Row} Row */
/** @typedef {import("./caption-row.js").Item} Item */

/** Rows made or changed in one frame; a long history is filled in from its end, over several. */
export const ROWS_PER_FRAME = 150;

export class CaptionList {
  /**
   * @param {HTMLElement} $log for rows that are settled, and all above them
   * @param {HTMLElement} $live for the rest
   * @param {((entry: import("./timeline.js").Entry) => HTMLElement) | null} [makeTools] what a host can do with what stands
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
        fillRow(item, row);
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

  /** @param {Row} row */
  make(row) {
    const item = makeRow(row);
    this.items.set(row.key, item);
    return item;
  }

  /** Once it is final. @param {Item} item */
  equip(item) {
    const { entry } = item.row;
    if (!this.makeTools || item.hasTools || item.row.isLive) return;
    item.hasTools = true;
    item.$row.append(this.makeTools(entry));
  }
}

/** @param {readonly Row[]} first @param {readonly Row[]} second */
function commonStart(first, second) {
  const most = Math.min(first.length, second.length);
  let at = 0;
  while (at < most && first[at] === second[at]) at += 1;
  return at;
}
