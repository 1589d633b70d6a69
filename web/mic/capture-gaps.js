// A phone that sleeps, or takes a call, hears nothing meanwhile and does not count it. Pure.

/** Sound comes twenty times a second, on some phones in fives: so much later is no jitter any more. */
export const GAP_MS = 1000;

export class CaptureGaps {
  /** @param {number} rate samples a second */
  constructor(rate) {
    this.rate = rate;
    /** @type {number | null} */
    this.lastMs = null;
  }

  /**
   * @param {number} samples of a chunk
   * @param {number} atMs when its last one was heard
   * @returns {number} samples that were missed before it
   */
  accept(samples, atMs) {
    const lastMs = this.lastMs;
    this.lastMs = atMs;
    if (lastMs === null) return 0;
    const missedMs = atMs - lastMs - (samples * 1000) / this.rate;
    return missedMs >= GAP_MS ? Math.round((missedMs * this.rate) / 1000) : 0;
  }
}
