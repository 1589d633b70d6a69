// What a level meter says in words. Pure but for the words. "Is sound arriving?" comes first.

import { t } from "../shared/i18n.js";

export const QUIETEST_DB = -60;
/** Below this there is not even the noise of a live microphone. */
const DEAD_DB = -90;
const CLIPPING_DB = -1;
/** Levels come five times a second; so long without any, and none arrive. */
const MISSING_MS = 3000;

/** @typedef {"speaking" | "listening" | "loud" | "warn" | "muted"} LevelSign a shape beside the words */

/**
 * @param {import("../shared/protocol.js").ChannelCard} card
 * @param {import("../shared/protocol.js").Level | null} level the last one heard
 * @param {number} ageMs how long ago that was
 * @param {string | null} [status] of the meeting: while it is private or paused nobody is heard
 * @returns {{sign: LevelSign, text: string}}
 */
export function levelWords(card, level, ageMs, status = null) {
  if (card.state === "lost") return { sign: "warn", text: t(level ? "channel.lost" : "channel.never") };
  if (card.state === "muted") {
    return { sign: "muted", text: t(card.muting === "private" ? "channel.private" : "channel.muted") };
  }
  if (status === "private") return { sign: "muted", text: t("channel.private") };
  if (status === "paused") return { sign: "muted", text: t("channel.paused") };
  if (!level || ageMs > MISSING_MS) return { sign: "warn", text: t("channel.nothing") };
  if (level.advice) {
    const sign = level.advice.code === "silent" ? "warn" : "loud";
    return { sign, text: adviceWords(level.advice) };
  }
  if (level.peak_db >= CLIPPING_DB) return { sign: "loud", text: t("channel.loud") };
  if (level.voice) return { sign: "speaking", text: t("channel.speaking") };
  if (level.peak_db <= DEAD_DB) return { sign: "warn", text: t("channel.silent") };
  return { sign: "listening", text: t("channel.listening") };
}

/** The server's own sentence where this page does not know the advice. @param {{code: string, message: string}} advice */
function adviceWords({ code, message }) {
  const key = `advice.${code}`;
  const text = t(`advice.${code}`);
  return text === key ? message : text;
}

/** Share of the meter that is filled, 0 to 1. @param {number} db */
export function levelShare(db) {
  return Math.min(1, Math.max(0, 1 - db / QUIETEST_DB));
}
