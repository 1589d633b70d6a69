// What the status line says. Pure but for the words. It is always there and always true: to
// somebody who cannot hear, a quiet room and a broken line look the same.

import { listOf, t } from "./i18n.js";
import { isPartial, lostChannels, presentChannels } from "./timeline.js";

/** @typedef {import("./timeline.js").Timeline} Timeline */
/** @typedef {import("./connection.js").LineState} LineState */

/**
 * @typedef {object} StatusLine
 * @property {"wait" | "live" | "warn" | "pause" | "end"} tone
 * @property {string} text
 * @property {string} spoken for the status region: without numbers that count
 */

/** Nobody speaks: no open utterance, and the last one this long ago. */
const QUIET_S = 4;

/**
 * @param {Timeline} timeline
 * @param {LineState} line
 * @param {number} nowMs
 * @returns {StatusLine}
 */
export function statusLine(timeline, line, nowMs) {
  if (line.kind === "gone") return say("end", t("status.gone"));
  if (timeline.status === "ended") return say("end", t("status.ended"));
  if (line.kind === "connecting") {
    return say("wait", line.failures ? t("status.unreachable") : t("status.connecting"));
  }
  if (line.kind === "cut") {
    const count = Math.max(1, Math.round((nowMs - line.sinceMs) / 1000));
    return say("warn", t("status.cut", { count }), t("status.cut_spoken"));
  }
  return meetingLine(timeline, line, nowMs);
}

/** @param {Timeline} timeline @param {LineState} line @param {number} nowMs */
function meetingLine(timeline, line, nowMs) {
  switch (timeline.status) {
    case "lobby":
      return say("wait", t("status.lobby"));
    case "paused":
      return say("pause", t(timeline.brokeOff ? "status.broken_off" : "status.paused"));
    case "private":
      return say("pause", t("status.private"));
    case "overloaded":
      return overloaded(timeline);
    default:
      return live(timeline, line, nowMs);
  }
}

/** @param {Timeline} timeline */
function overloaded(timeline) {
  const count = Math.round(timeline.lagS ?? 0);
  const spoken = t("status.overloaded");
  return say("warn", count > 0 ? t("status.behind", { count }) : spoken, spoken);
}

/** @param {Timeline} timeline @param {LineState} line @param {number} nowMs */
function live(timeline, line, nowMs) {
  const lost = lostChannels(timeline).length;
  if (lost > 0 && lost === presentChannels(timeline).length) return say("warn", t("status.no_microphone"));
  const spoken = t("status.live");
  if (lost > 0) return say("live", spoken);
  const clockS = timeline.at + (nowMs - line.sinceMs) / 1000;
  return say("live", isQuiet(timeline, clockS) ? t("status.quiet") : spoken, spoken);
}

/** @param {Timeline} timeline @param {number} clockS */
function isQuiet(timeline, clockS) {
  let lastEnd = 0;
  const { entries } = timeline;
  for (let at = entries.length - 1; at >= 0 && at > entries.length - 30; at -= 1) {
    const entry = entries[at];
    if (isPartial(entry)) return false;
    if (entry.kind === "caption" && entry.text !== "") lastEnd = Math.max(lastEnd, entry.end);
  }
  return clockS - lastEnd > QUIET_S;
}

/**
 * What stays true beside the status: microphones that are gone or switched off.
 *
 * @param {Timeline} timeline
 * @param {LineState} line
 * @returns {{tone: "warn" | "pause", text: string}[]}
 */
export function notices(timeline, line) {
  if (line.kind === "gone" || timeline.status === "ended") return [];
  const lost = lostChannels(timeline).map((card) => card.name);
  const muted = [...timeline.channels.values()].filter((card) => card.state === "muted");
  /** @type {{tone: "warn" | "pause", text: string}[]} */
  const found = [];
  if (timeline.trouble) found.push({ tone: "warn", text: timeline.trouble });
  if (lost.length > 0) {
    found.push({ tone: "warn", text: t("notice.lost", { count: lost.length, names: listOf(lost) }) });
  }
  for (const way of /** @type {const} */ (["private", "muted"])) {
    const cards = muted.filter((card) => (card.muting ?? "muted") === way);
    const names = listOf(cards.map((card) => card.name));
    if (cards.length > 0) found.push({ tone: "pause", text: t(`notice.${way}`, { count: cards.length, names }) });
  }
  return found;
}

/** @param {StatusLine["tone"]} tone @param {string} text @param {string} [spoken] @returns {StatusLine} */
function say(tone, text, spoken = text) {
  return { tone, text, spoken };
}
