// The rows that are in sight, and some above and below them: a meeting of hours costs no more than
// one of minutes. What is not on the page is space of about the right height.

import { fillRow, makeRow } from "./caption-row.js";
import { el, setAttribute } from "./dom.js";
import { RowHeights, chooseRows } from "./row-window.js";

/** @typedef {import("./captions-view.js").Row} Row */
/** @typedef {import("./caption-row.js").Item} Item */
/** @typedef {{key: string, offsetPx: number}} Anchor a row, and how far above the upper edge it begins */

/** So many new rows at once are history, not news: they are not read out one by one. */
const NEWS = 5;
/** A movement without an event for so long is over. */
const REST_MS = 160;

export class CaptionList {
  /**
   * @param {HTMLElement} $log for rows that are settled, and all above them
   * @param {HTMLElement} $live for the rest
   * @param {import("./follow.js").Follow} follow
   * @param {((entry: import("./timeline.js").Entry) => HTMLElement) | null} [makeTools] what a host can do with what stands
   */
  constructor($log, $live, follow, makeTools = null) {
    this.$log = $log;
    this.$live = $live;
    this.follow = follow;
    this.$scroller = follow.$scroller;
    this.makeTools = makeTools;
    this.$above = el("div", { "aria-hidden": "true" });
    this.$below = el("div", { "aria-hidden": "true" });
    $log.before(this.$above);
    $live.after(this.$below);
    /** @type {Map<string, Item>} rows on the page */
    this.items = new Map();
    this.window = { from: 0, to: 0 };
    /** Everything, for paper. */
    this.isWhole = false;
    /** @type {Anchor | null} what stays where it is while the reader is not at the end */
    this.anchor = null;
    /** Grows when letters arrive that were asked for. */
    this.letters = 0;
    this.heights = new RowHeights(this.measure());
    this.placedPx = 0;
    /**
     * Rows that were guessed too high or too low push those below. Moving the page against it would
     * stop a movement under way, so the space above takes it up until the reader's hand rests.
     */
    this.driftPx = 0;
    this.isScrolling = false;
    /** @type {string | null} */
    this.highlighted = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.restTimer = undefined;
    this.hasFrame = false;
    follow.onResize = () => this.show(this.rows);
    this.over = new AbortController();
    const { signal } = this.over;
    this.$scroller.addEventListener("scroll", () => this.scrolled(), { passive: true, signal });
    document.fonts?.addEventListener("loadingdone", () => this.lettersArrived(), { signal });
    window.addEventListener("beforeprint", () => this.showWhole(true), { signal });
    window.addEventListener("afterprint", () => this.showWhole(false), { signal });
  }

  stop() {
    clearTimeout(this.restTimer);
    this.follow.stop();
    this.over.abort();
    this.$above.remove();
    this.$below.remove();
  }

  /** Lines may break elsewhere now. */
  lettersArrived() {
    this.letters += 1;
    this.show(this.rows);
  }

  /** @returns {readonly Row[]} */
  get rows() {
    return this.heights?.rows ?? [];
  }

  /** How text is set just now. */
  measure() {
    const style = getComputedStyle(this.$log);
    const fontPx = Number.parseFloat(style.fontSize) || 16;
    const leading = Number.parseFloat(style.getPropertyValue("--leading")) || 1.5;
    const widthPx = Math.max(1, this.$log.clientWidth - fontPx * 0.85);
    const { names = "", times = "" } = document.documentElement.dataset;
    return { fontPx, leading, widthPx, look: [style.fontFamily, names, times, this.letters].join() };
  }

  /** @param {readonly Row[]} rows */
  show(rows) {
    const isSetAnew = this.heights.setMeasure(this.measure());
    if (!isSetAnew && this.hasMoved()) this.dropAnchor();
    this.heights.setRows(rows);
    this.render();
    // Heights that were guessed may have been wrong by more than what was spare.
    if (!this.covers()) this.render();
  }

  render() {
    const { $scroller, follow, heights } = this;
    const heightPx = $scroller.clientHeight;
    const topPx = follow.isFollowing ? heights.total - heightPx : this.topInSight();
    const whole = { from: 0, to: heights.rows.length };
    const { from } = this.window;
    this.window = this.isWhole ? whole : chooseRows(heights, topPx, heightPx, this.window);
    if (this.window.from !== from) follow.floor = 0; // what it counts from is not there any more
    this.place();
    this.learnHeights();
    this.stay();
  }

  /** Where the first row begins, or would. In px of the scroller's inside, as are all places below. */
  get edgePx() {
    return this.$above.offsetTop + this.driftPx;
  }

  /** The upper edge of what is in sight, counted from the first row: where the anchor has it. */
  topInSight() {
    const { anchor, heights, $scroller } = this;
    const at = anchor ? heights.find(anchor.key) : -1;
    return anchor && at >= 0 ? heights.top(at) + anchor.offsetPx : $scroller.scrollTop - this.edgePx;
  }

  place() {
    const { rows, window: { from, to } } = this;
    const isHistory = this.removeOthers() || to - from - this.items.size > NEWS;
    if (isHistory) setAttribute(this.$log, "aria-busy", "true");
    /** @type {Element | null} */
    let $next = null;
    for (let at = to - 1; at >= from; at -= 1) {
      const row = rows[at];
      const $parent = row.isSettled ? this.$log : this.$live;
      const item = this.fill(row);
      if ($next?.parentNode !== $parent) $next = null;
      if (item.$row.parentNode !== $parent || item.$row.nextSibling !== $next) $parent.insertBefore(item.$row, $next);
      $next = item.$row;
    }
    setAttribute(this.$log, "aria-live", this.follow.isFollowing ? "polite" : "off");
    if (isHistory) requestAnimationFrame(() => setAttribute(this.$log, "aria-busy", null));
  }

  /** @returns {boolean} whether nothing of what was there is left */
  removeOthers() {
    const { rows, window: { from, to } } = this;
    const wanted = new Set();
    for (let at = from; at < to; at += 1) wanted.add(rows[at].key);
    const former = this.items.size;
    for (const [key, item] of this.items) {
      if (wanted.has(key)) continue;
      item.$row.remove();
      this.items.delete(key);
    }
    return former > 0 && this.items.size === 0;
  }

  /** @param {Row} row @returns {Item} */
  fill(row) {
    let item = this.items.get(row.key);
    if (!item) {
      item = makeRow(row);
      this.items.set(row.key, item);
    }
    if (item.row !== row) {
      fillRow(item, row);
      this.equip(item, row);
    }
    return item;
  }

  /** Once it is final. @param {Item} item @param {Row} row */
  equip(item, { entry, isLive }) {
    if (!this.makeTools || item.hasTools || isLive) return;
    item.hasTools = true;
    item.$row.append(this.makeTools(entry));
  }

  learnHeights() {
    const { rows, heights, window: { from, to } } = this;
    for (let at = from; at < to; at += 1) {
      const item = this.items.get(rows[at].key);
      if (item) heights.learn(at, item.$row.getBoundingClientRect().height);
    }
    this.$below.style.height = `${heights.total - heights.top(to)}px`;
  }

  /** At the end, or where the reader is. */
  stay() {
    const { follow, heights, window: { from } } = this;
    const wantedPx = this.topInSight() + this.$above.offsetTop;
    const strayPx = this.$scroller.scrollTop - wantedPx;
    const mayDrift = !follow.isFollowing && this.isScrolling && from > 0 && heights.top(from) + strayPx >= 0;
    this.driftPx = mayDrift ? strayPx : 0;
    this.$above.style.height = `${heights.top(from) + this.driftPx}px`;
    follow.spacePx = heights.top(from);
    follow.keep();
    if (follow.isFollowing) this.anchor = null;
    else if (this.driftPx === 0 && Math.abs(wantedPx - this.$scroller.scrollTop) >= 1) follow.moveTo(wantedPx);
    if (!follow.isFollowing && !this.anchor) this.dropAnchor();
    this.placedPx = this.$scroller.scrollTop;
  }

  /** The first row in sight is what stays. */
  dropAnchor() {
    if (this.rows.length === 0) return;
    const topPx = this.$scroller.scrollTop - this.edgePx;
    const at = this.heights.rowAt(topPx);
    this.anchor = { key: this.rows[at].key, offsetPx: topPx - this.heights.top(at) };
  }

  covers() {
    const { heights, $scroller, window: { from, to } } = this;
    const topPx = $scroller.scrollTop - this.edgePx;
    const isFine = from === 0 || heights.top(from) <= topPx;
    return isFine && (to >= heights.rows.length || heights.top(to) >= topPx + $scroller.clientHeight);
  }

  scrolled() {
    if (Math.abs(this.$scroller.scrollTop - this.placedPx) < 1) return; // our own doing
    if (this.follow.isFollowing) this.anchor = null;
    else this.dropAnchor();
    this.keepMoving();
    if (this.hasFrame) return;
    this.hasFrame = true;
    requestAnimationFrame(() => {
      this.hasFrame = false;
      this.show(this.rows);
    });
  }

  /** A movement is under way that no event has told of yet. */
  hasMoved() {
    if (this.follow.isFollowing || Math.abs(this.$scroller.scrollTop - this.placedPx) < 1) return false;
    this.keepMoving();
    return true;
  }

  keepMoving() {
    this.isScrolling = true;
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => this.rest(), REST_MS);
  }

  /** The movement is over: the space above may be what it should be. */
  rest() {
    this.isScrolling = false;
    if (this.driftPx !== 0) this.show(this.rows);
  }

  /** Bring a row into the upper third. @param {string} key @returns {boolean} whether there is one */
  reveal(key) {
    if (this.heights.find(key) < 0) return false;
    this.follow.set(false);
    this.isScrolling = false;
    this.placedPx = this.$scroller.scrollTop;
    this.anchor = { key, offsetPx: -this.$scroller.clientHeight / 3 };
    this.show(this.rows);
    return true;
  }

  /** The last row of which something is in sight. @returns {Row | null} */
  lastInSight() {
    const bottomPx = this.$scroller.scrollTop - this.edgePx + this.$scroller.clientHeight;
    const { rows, heights } = this;
    return rows.length === 0 || bottomPx <= 0 ? null : rows[heights.rowAt(bottomPx - 1)];
  }

  /** Tell one row from the others, quietly. @param {string | null} key @param {string} label */
  highlight(key, label) {
    if (this.highlighted !== key && this.highlighted) {
      setAttribute(this.items.get(this.highlighted)?.$row ?? this.$above, "data-place", null);
    }
    this.highlighted = key;
    const item = key === null ? undefined : this.items.get(key);
    if (item) setAttribute(item.$row, "data-place", label);
  }

  /** Where a row is against what is in sight. @param {string} key @returns {"above" | "in sight" | "below" | null} */
  whereIs(key) {
    const at = this.heights.find(key);
    if (at < 0) return null;
    const topPx = this.$scroller.scrollTop - this.edgePx;
    if (this.heights.top(at + 1) <= topPx) return "above";
    return this.heights.top(at) >= topPx + this.$scroller.clientHeight ? "below" : "in sight";
  }

  /** @param {boolean} isWhole */
  showWhole(isWhole) {
    this.isWhole = isWhole;
    this.show(this.rows);
  }
}
