// Which microphone hears the voice that speaks now. Pure: levels and times come in.

/**
 * @typedef {{voice_db: number | null, floor_db: number, peak_db: number, clipping: boolean, dead: boolean}} Heard what its last seconds say
 * @typedef {{id: string, rms_db: number, problem: string, muted: boolean, heard: Heard | null}} DeviceLevel
 * @typedef {{one: string, other: string, likeness: "same" | "shared", below_db: number}} Pair
 */

/** How far a voice stands above the noise of a microphone that hears it well. */
const VOICE_DB = 15;
/** By how much the best must beat the next: less, and a host is told that it is not clear. */
const CLEAR_DB = 4;
/** A word: shorter, and a door that slams would be somebody. */
const LONG_ENOUGH_MS = 500;
/** What was found stays shown for so long after the voice. */
const SHOWN_MS = 2500;
/** Nothing quieter is a voice, however quiet the room. */
const QUIETEST_FLOOR_DB = -70;
const QUIETEST_VOICE_DB = -50;

/** @param {DeviceLevel} level decibels above its own noise: microphones' gains differ */
export function aboveNoise({ rms_db, heard, muted, problem }) {
  if (!heard || heard.dead || muted || problem || rms_db < QUIETEST_VOICE_DB) return 0;
  return rms_db - Math.max(heard.floor_db, QUIETEST_FLOOR_DB);
}

export class HearsBest {
  constructor() {
    this.candidate = "";
    this.sinceMs = 0;
    this.best = "";
    this.untilMs = 0;
  }

  /**
   * The microphone that hears the voice of now, or of just now, best; empty: there is none, or it is not clear.
   *
   * @param {readonly DeviceLevel[]} levels
   * @param {number} nowMs
   */
  accept(levels, nowMs) {
    const [first, second] = levels
      .map((level) => ({ id: level.id, db: aboveNoise(level) }))
      .sort((a, b) => b.db - a.db);
    const isClear = first && first.db >= VOICE_DB && first.db - (second?.db ?? 0) >= CLEAR_DB;
    const id = isClear ? first.id : "";
    if (id !== this.candidate) {
      this.candidate = id;
      this.sinceMs = nowMs;
    }
    if (id && nowMs - this.sinceMs >= LONG_ENOUGH_MS) {
      this.best = id;
      this.untilMs = nowMs + SHOWN_MS;
    }
    if (nowMs > this.untilMs) this.best = "";
    return this.best;
  }
}
