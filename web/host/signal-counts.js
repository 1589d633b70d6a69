// What readers asked for in the last minute, counted. Pure.

/** @typedef {import("../shared/protocol.js").SignalEvent} SignalEvent */
/** @typedef {{event: SignalEvent, atMs: number}} Raised */
/** @typedef {{signal: SignalEvent["signal"], count: number, names: string[], isFresh: boolean}} Count */

/** Then it is over: nobody has to take it away. */
export const SHOWN_MS = 60_000;
const FRESH_MS = 15_000;
const ORDER = Object.freeze(/** @type {const} */ (["wait", "repeat", "slower", "one_at_a_time"]));

/** @param {readonly Raised[]} raised @param {number} nowMs @returns {Raised[]} what is shown still */
export function stillShown(raised, nowMs) {
  return raised.filter(({ atMs }) => nowMs - atMs < SHOWN_MS);
}

/** @param {readonly Raised[]} raised @param {number} nowMs @returns {Count[]} each in its own place, always in one order */
export function signalCounts(raised, nowMs) {
  const shown = stillShown(raised, nowMs);
  return ORDER.flatMap((signal) => {
    const of = shown.filter(({ event }) => event.signal === signal);
    if (of.length === 0) return [];
    const names = [...new Set(of.map(({ event }) => event.name ?? "").filter(Boolean))];
    return [{ signal, count: of.length, names, isFresh: of.some(({ atMs }) => nowMs - atMs < FRESH_MS) }];
  });
}
