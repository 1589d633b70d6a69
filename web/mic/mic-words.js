// What the microphone's page says about itself. Pure but for the words.

import { t } from "../shared/i18n.js";
import { BUFFER_S } from "./send-buffer.js";

export const QUIETEST_DB = -60;
const SILENT_DB = -75;
const CLIPPING_DB = -1;
/** A second that waits is nothing to tell of. */
const BEHIND_S = 1.5;
/** The buffer gives up whole chunks: it is full a little before its end. */
const FULL_MARGIN_S = 0.2;

/**
 * @typedef {object} MicView
 * @property {"idle" | "asking" | "running"} phase
 * @property {import("./mic-line.js").MicLineState | null} line
 * @property {number} heldS
 * @property {"live" | "muted" | "lost" | null} channel as the meeting sees it
 * @property {boolean} isOver the meeting has ended or is not known
 * @property {string} problem why the microphone cannot be had
 */

/** @param {MicView} view @returns {{tone: "wait" | "live" | "warn" | "pause" | "end", text: string, spoken: string}} */
export function micStatus(view) {
  const { line, heldS } = view;
  if (view.isOver) return say("end", t("mic.ended"));
  if (line?.kind === "over") {
    return say("warn", line.code === "taken_over" ? t("mic.taken_over") : line.message);
  }
  if (view.problem) return say("warn", view.problem);
  if (view.phase === "idle") return say("pause", t("mic.off"));
  if (view.phase === "asking") return say("wait", t("mic.asking"));
  if (!line || line.kind === "connecting") return say("wait", t("status.connecting"));
  if (line.kind === "cut") {
    const isFull = heldS >= BUFFER_S - FULL_MARGIN_S;
    if (isFull) return say("warn", t("mic.cut_full", { count: BUFFER_S }));
    return say("warn", t("mic.cut", { count: Math.round(heldS) }), t("mic.cut_spoken"));
  }
  if (view.channel === "muted") return say("pause", t("mic.muted"));
  if (heldS > BEHIND_S) {
    return say("live", t("mic.catching_up", { count: Math.round(heldS) }), t("mic.on"));
  }
  return say("live", t("mic.on"));
}

/** @param {"wait" | "live" | "warn" | "pause" | "end"} tone @param {string} text @param {string} [spoken] */
function say(tone, text, spoken = text) {
  return { tone, text, spoken };
}

/** Loudness of a chunk, in dB of full scale. @param {Int16Array} samples */
export function loudness(samples) {
  let sum = 0;
  let peak = 0;
  for (const sample of samples) {
    sum += sample * sample;
    peak = Math.max(peak, Math.abs(sample));
  }
  const db = (/** @type {number} */ share) => (share > 0 ? 20 * Math.log10(share) : -100);
  const rms = samples.length > 0 ? Math.sqrt(sum / samples.length) / 32768 : 0;
  return { rmsDb: db(rms), peakDb: db(peak / 32768) };
}

/** @param {{rmsDb: number, peakDb: number}} level */
export function levelHint({ rmsDb, peakDb }) {
  if (peakDb >= CLIPPING_DB) return t("mic.loud");
  if (peakDb <= SILENT_DB) return t("mic.silent");
  return rmsDb > -45 ? t("mic.heard") : t("mic.quiet");
}

/** Share of the meter that is filled, 0 to 1. @param {number} db */
export function levelShare(db) {
  return Math.min(1, Math.max(0, 1 - db / QUIETEST_DB));
}

/** What went wrong when the microphone was asked for. @param {unknown} error */
export function captureProblem(error) {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return t("mic.denied");
  if (name === "NotFoundError" || name === "OverconstrainedError") return t("mic.none");
  if (name === "NotReadableError" || name === "AbortError") return t("mic.busy");
  return t("mic.failed", { reason: error instanceof Error ? error.message : String(error) });
}
