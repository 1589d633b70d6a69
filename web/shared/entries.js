// What was said, typed or marked, in the order in which it is shown. Pure.

/** @typedef {import("./timeline.js").Entry} Entry */

/** From the end: what changes is nearly always among the newest. @param {readonly Entry[]} entries @param {string} id */
export function findUtterance(entries, id) {
  for (let place = entries.length - 1; place >= 0; place -= 1) {
    const entry = entries[place];
    if (entry.id === id && entry.kind === "caption") return place;
  }
  return -1;
}

/**
 * In the order of the transcript: by start, then channel, then id. Not by `seq`: whoever comes late
 * is not sent old partials, and would see two that began together the other way round.
 *
 * @param {Entry} first
 * @param {Entry} second
 */
function isBefore(first, second) {
  if (first.start !== second.start) return first.start < second.start;
  const channels = [first, second].map((entry) => (entry.kind === "caption" ? entry.channel : 0));
  return channels[0] < channels[1] || (channels[0] === channels[1] && first.id < second.id);
}

/**
 * @param {readonly Entry[]} entries
 * @param {number} place where an older form of the entry stands, or -1
 * @param {Entry} entry
 */
export function put(entries, place, entry) {
  const copy = entries.slice();
  if (place >= 0 && copy[place].start === entry.start) {
    copy[place] = entry;
    return copy;
  }
  if (place >= 0) copy.splice(place, 1);
  let at = copy.length;
  while (at > 0 && isBefore(entry, copy[at - 1])) at -= 1;
  copy.splice(at, 0, entry);
  return copy;
}
