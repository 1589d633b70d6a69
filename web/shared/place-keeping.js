// Where a reader was when they looked away: the last line that was on the screen then. Pure.
// A highlight of it raised comprehension by 14.6 % where a pause button did not (Lasecki 2014).

/**
 * @typedef {object} Places
 * @property {string | null} place key of the row that is highlighted
 * @property {number} placedAtMs
 * @property {string | null} left last row in sight when the page went out of sight
 * @property {string | null} seen last row in sight at the last sign of the reader
 * @property {number} signAtMs when that was
 *
 * @typedef {object} Sight what is on the screen now
 * @property {string | null} last key of the last row in sight
 * @property {string | null} newest key of the newest row there is
 * @property {number} nowMs
 */

/** A place so old is where nobody looks for it any more. */
export const PLACE_LASTS_MS = 10 * 60_000;

/** @type {Readonly<Places>} */
export const NOWHERE = Object.freeze({ place: null, placedAtMs: 0, left: null, seen: null, signAtMs: 0 });

/**
 * The reader says that they look away now. Saying so again at the same line takes it back.
 *
 * @param {Readonly<Places>} places
 * @param {Sight} sight
 * @returns {Places}
 */
export function mark(places, { last, nowMs }) {
  const place = last === places.place ? null : last;
  return { ...places, place, placedAtMs: nowMs, seen: last, signAtMs: nowMs };
}

/** The page goes out of sight: another app, a locked screen. @param {Readonly<Places>} places @param {Sight} sight @returns {Places} */
export function leave(places, { last }) {
  return { ...places, left: last };
}

/** It is in sight again. Where nothing was said meanwhile there is nothing to find. @param {Readonly<Places>} places @param {Sight} sight @returns {Places} */
export function comeBack(places, { last, newest, nowMs }) {
  const { left } = places;
  const back = { ...places, left: null, seen: last, signAtMs: nowMs };
  return left === null || left === newest ? back : { ...back, place: left, placedAtMs: nowMs };
}

/**
 * A touch, a key, the wheel: the reader is there. After `idleMs` without one they were not, if they
 * chose that it should count so.
 *
 * @param {Readonly<Places>} places
 * @param {Sight} sight
 * @param {number} idleMs 0: a hand that rests is no sign of eyes that look elsewhere
 * @returns {{places: Places, wasAway: boolean}}
 */
export function showSign(places, { last, newest, nowMs }, idleMs) {
  const { seen, signAtMs } = places;
  const wasAway = idleMs > 0 && seen !== null && nowMs - signAtMs >= idleMs && seen !== newest;
  const there = { ...places, seen: last, signAtMs: nowMs };
  return { places: wasAway ? { ...there, place: seen, placedAtMs: nowMs } : there, wasAway };
}

/** Some time later. @param {Readonly<Places>} places @param {number} nowMs @returns {Readonly<Places>} */
export function forgetOld(places, nowMs) {
  return places.place !== null && nowMs - places.placedAtMs > PLACE_LASTS_MS ? forget(places) : places;
}

/** The reader is where everybody is. @param {Readonly<Places>} places @returns {Places} */
export function forget(places) {
  return { ...places, place: null };
}
