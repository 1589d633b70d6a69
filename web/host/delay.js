// How long after it was said a caption is there, as readers have it just now. Pure.

const REMEMBERED = 9;
/** Nothing was said for so long: what the delay was then says nothing about now. */
const OLD_S = 60;

export class Delay {
  constructor() {
    /** @type {{at: number, delayS: number}[]} */
    this.recent = [];
  }

  /** @param {import("../shared/protocol.js").CaptionEvent} event of now, not out of a replay */
  accept(event) {
    // A partial ends where its decode began: it looks quick however long its first words waited.
    if (event.text === "" || event.state !== "final") return;
    this.recent.push({ at: event.at, delayS: Math.max(0, event.at - event.end) });
    if (this.recent.length > REMEMBERED) this.recent.shift();
  }

  /** @param {number} nowS on the meeting's clock @returns {number | null} seconds, the middle of the last few */
  seconds(nowS) {
    const known = this.recent.filter(({ at }) => nowS - at < OLD_S).map(({ delayS }) => delayS);
    if (known.length < 3) return null;
    return known.sort((a, b) => a - b)[Math.floor(known.length / 2)];
  }
}
