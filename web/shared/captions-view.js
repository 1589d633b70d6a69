// timeline -> what stands on the page, row by row. Pure.

import { isPartial } from "./timeline.js";

/** @typedef {import("./timeline.js").Timeline} Timeline */
/** @typedef {import("./timeline.js").Entry} Entry */

/**
 * @typedef {object} RowText
 * @property {string} text
 * @property {string} language empty: not known
 * @property {"spoken" | "waiting" | "translation" | "beside" | "pending"} role
 *   spoken: as it was said; waiting: the same, until its translation is there; beside: the same,
 *   above its translation; pending: where that translation will stand
 *
 * @typedef {object} View how somebody reads
 * @property {string} language empty: as it was spoken
 * @property {"translation" | "both" | "original"} show
 * @property {"words" | "phrases"} flow phrases: only what no longer changes
 *
 * @typedef {object} Row
 * @property {string} key never changes for an utterance or message
 * @property {Entry} entry
 * @property {import("./protocol.js").ChannelCard | null} card null: a topic, a typed message, or a channel not announced
 * @property {string} name who says it
 * @property {readonly RowText[]} texts one below the other; mostly one
 * @property {number} startMs when it was said, since 1970; 0: not known
 * @property {boolean} isLive still changing
 * @property {boolean} isSettled nothing above it is still changing: it belongs into the log
 * @property {number} position 0: carries the chip of its speaker; n: the n-th row after that
 */

/** A long speech repeats its chip after this many rows, so that one is always in sight. */
export const ROWS_PER_CHIP = 8;
/** After so long a silence the same speaker starts anew. */
export const SAME_TURN_S = 20;

/** @type {Readonly<View>} */
export const AS_SPOKEN = Object.freeze({ language: "", show: "original", flow: "words" });

/**
 * Rows in the order of the meeting. A row that looks as before is the same object as in
 * `previous`, so that a page redraws only what changed.
 *
 * @param {Timeline} timeline
 * @param {readonly Row[]} [previous] rows of the same view
 * @param {Readonly<View>} [view]
 * @returns {Row[]}
 */
export function captionRows(timeline, previous = [], view = AS_SPOKEN) {
  /** @type {Row[]} */
  const rows = [];
  const former = new FormerRows(previous);
  const zeroMs = Date.parse(timeline.meeting?.started ?? "") || 0;
  let isSettled = true;
  for (const entry of timeline.entries) {
    if (entry.text === "" || (view.flow === "phrases" && isPartial(entry))) continue;
    if (isPartial(entry)) isSettled = false;
    const card = entry.kind === "caption" ? timeline.channels.get(entry.channel) ?? null : null;
    const position = positionAfter(rows[rows.length - 1], entry);
    const old = former.find(entry.id);
    if (old && looksLike(old, entry, card, isSettled, position)) rows.push(old);
    else rows.push(describe(entry, card, isSettled, position, textsOf(entry, view), zeroMs));
  }
  return rows;
}

/** Looks in step with the walk first; a Map is only made when the orders differ. */
class FormerRows {
  /** @param {readonly Row[]} rows */
  constructor(rows) {
    this.rows = rows;
    this.next = 0;
    /** @type {Map<string, Row> | null} */
    this.byKey = null;
  }

  /** @param {string} key */
  find(key) {
    const candidate = this.rows[this.next];
    if (candidate && candidate.key === key) {
      this.next += 1;
      return candidate;
    }
    if (this.next >= this.rows.length) return undefined;
    this.byKey ??= new Map(this.rows.slice(this.next).map((row) => [row.key, row]));
    const found = this.byKey.get(key);
    if (found) this.next = this.rows.indexOf(found, this.next) + 1 || this.next;
    return found;
  }
}

/** @param {Row} row @param {Entry} entry @param {unknown} card @param {boolean} isSettled @param {number} position */
function looksLike(row, entry, card, isSettled, position) {
  return (
    row.entry === entry &&
    row.card === card &&
    row.isSettled === isSettled &&
    row.position === position
  );
}

/**
 * @param {Entry} entry
 * @param {import("./protocol.js").ChannelCard | null} card
 * @param {boolean} isSettled
 * @param {number} position
 * @param {RowText[]} texts
 * @param {number} zeroMs when the meeting's clock was 0
 * @returns {Row}
 */
function describe(entry, card, isSettled, position, texts, zeroMs) {
  return {
    key: entry.id,
    entry,
    card,
    name: entry.kind === "message" ? entry.name : card?.name ?? "",
    texts,
    startMs: zeroMs && zeroMs + entry.start * 1000,
    isLive: isPartial(entry),
    isSettled,
    position,
  };
}

/** What was said, what it means, or both. @param {Entry} entry @param {Readonly<View>} view @returns {RowText[]} */
function textsOf(entry, { language, show }) {
  const spoken = { text: entry.text, language: entry.language };
  if (entry.kind !== "caption" || isIn(language, spoken.language) || show === "original") {
    return [{ ...spoken, role: "spoken" }];
  }
  const found = entry.translations[language];
  if (show === "translation") {
    return found ? [{ text: found.text, language, role: "translation" }] : [{ ...spoken, role: "waiting" }];
  }
  const beside = { ...spoken, role: /** @type {const} */ ("beside") };
  if (found) return [beside, { text: found.text, language, role: "translation" }];
  return [beside, { text: "…", language: "", role: "pending" }];
}

/** Nothing to translate. @param {string} wanted @param {string} spoken */
function isIn(wanted, spoken) {
  return wanted === "" || wanted.split("-")[0] === spoken.split("-")[0];
}

/** @param {Row | undefined} above @param {Entry} entry */
function positionAfter(above, entry) {
  if (!above || !isSameTurn(above.entry, entry)) return 0;
  return above.position + 1 >= ROWS_PER_CHIP ? 0 : above.position + 1;
}

/** @param {Entry} above @param {Entry} entry */
function isSameTurn(above, entry) {
  if (above.kind !== "caption" || entry.kind !== "caption") return false;
  return above.channel === entry.channel && entry.start - above.end < SAME_TURN_S;
}
