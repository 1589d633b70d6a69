// Which rows of a long meeting stand on the page, and how much space the others take. Pure.
// Heights are guessed from the length of a text until a row was on the page once.

/** @typedef {import("./captions-view.js").Row} Row */
/**
 * @typedef {object} Measure how text is set; another one makes all that was measured void
 * @property {number} fontPx
 * @property {number} leading height of a line, in fonts
 * @property {number} widthPx of a line
 * @property {string} look what else changes heights
 */

/** On the page, above and below what is in sight, as a share of the height that is. */
const SPARE = 1;
/** As long as so much is left of the spare rows, nothing is exchanged. */
const ENOUGH = 0.35;
/** More rows than this are never on the page but for those in sight. */
export const MOST_ROWS = 90;
/** Mean width of a character, and what surrounds the text of a row, in fonts. */
const CHARACTER = 0.5;
const ROW_EDGES = 0.3;
const NAME_LINE = 2.1;

export class RowHeights {
  /** @param {Measure} measure */
  constructor(measure) {
    /** @type {readonly Row[]} */
    this.rows = [];
    /** @type {Map<string, number>} px of rows that were on the page */
    this.known = new Map();
    /** `tops[n]` is where row n begins; valid up to and with `isRightTo`. @type {number[]} */
    this.tops = [0];
    this.isRightTo = 0;
    this.setMeasure(measure);
  }

  /** @param {Measure} measure @returns {boolean} whether everything has to be measured again */
  setMeasure(measure) {
    const { fontPx, leading, widthPx, look } = this.measure ?? {};
    const isSame = fontPx === measure.fontPx && leading === measure.leading && widthPx === measure.widthPx;
    if (isSame && look === measure.look) return false;
    this.measure = measure;
    this.known.clear();
    this.isRightTo = 0;
    return true;
  }

  /** @param {readonly Row[]} rows @returns {number} so many at the start are those of before */
  setRows(rows) {
    const most = Math.min(rows.length, this.rows.length);
    let same = 0;
    while (same < most && rows[same] === this.rows[same]) same += 1;
    this.rows = rows;
    this.isRightTo = Math.min(this.isRightTo, same);
    return same;
  }

  /** @param {string} key @returns {number} -1: there is none */
  find(key) {
    for (let at = this.rows.length - 1; at >= 0; at -= 1) if (this.rows[at].key === key) return at;
    return -1;
  }

  /** @param {number} at @param {number} px */
  learn(at, px) {
    const { key } = this.rows[at];
    if (this.known.get(key) === px) return;
    this.known.set(key, px);
    this.isRightTo = Math.min(this.isRightTo, at);
  }

  /** Where a row begins; of the number of rows, where the last one ends. @param {number} at */
  top(at) {
    while (this.isRightTo < at) {
      const row = this.rows[this.isRightTo];
      this.tops[this.isRightTo + 1] = this.tops[this.isRightTo] + (this.known.get(row.key) ?? this.guess(row));
      this.isRightTo += 1;
    }
    return this.tops[at];
  }

  get total() {
    return this.top(this.rows.length);
  }

  /** The row at a height; the last one for all below. @param {number} px */
  rowAt(px) {
    this.top(this.rows.length);
    let low = 0;
    let high = this.rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.tops[middle] <= px) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }

  /** @param {Row} row */
  guess(row) {
    const { fontPx, leading, widthPx } = /** @type {Measure} */ (this.measure);
    const characters = Math.max(1, widthPx / (fontPx * CHARACTER));
    let lines = 0;
    for (const { text } of row.texts) lines += Math.max(1, Math.ceil(text.length / characters));
    const edges = row.position === 0 ? ROW_EDGES + NAME_LINE : ROW_EDGES;
    return (lines * leading + edges) * fontPx;
  }
}

/**
 * The rows that should be on the page: those of before as long as they will do.
 *
 * @param {RowHeights} heights
 * @param {number} topPx of what is in sight
 * @param {number} heightPx of what is in sight
 * @param {{from: number, to: number}} now
 * @returns {{from: number, to: number}} `to` is the first that is not
 */
export function chooseRows(heights, topPx, heightPx, now) {
  const count = heights.rows.length;
  if (count === 0) return { from: 0, to: 0 };
  const bottomPx = topPx + heightPx;
  const seen = { from: heights.rowAt(topPx), to: heights.rowAt(bottomPx) + 1 };
  const isWhole = now.to <= count && now.from < now.to;
  const isEnoughAbove = now.from === 0 || heights.top(now.from) <= topPx - heightPx * ENOUGH;
  const isEnoughBelow = now.to >= count || heights.top(now.to) >= bottomPx + heightPx * ENOUGH;
  const most = Math.max(MOST_ROWS, seen.to - seen.from);
  if (isWhole && isEnoughAbove && isEnoughBelow && now.to - now.from <= most) return now;
  let from = heights.rowAt(topPx - heightPx * SPARE);
  let to = heights.rowAt(bottomPx + heightPx * SPARE) + 1;
  const spare = Math.max(0, Math.floor((most - (seen.to - seen.from)) / 2));
  from = Math.max(from, seen.from - spare);
  to = Math.min(to, seen.to + spare);
  return { from, to };
}
