// What somebody typed on its way into the meeting: kept until it stands there, said once. Pure.

import { retryDelay } from "./backoff.js";

/** What the service takes. */
export const LONGEST_MESSAGE = 500;

/**
 * @typedef {{id: string, name: string, text: string, language: string}} Typed
 *
 * @typedef {object} Outbox
 * @property {Typed | null} typed what is not known to stand in the meeting
 * @property {boolean} isSending an answer is awaited
 * @property {number} retryAtMs when it is tried next
 * @property {number} failures attempts in a row that came to nothing
 * @property {"" | "cut" | "wait" | "refused"} trouble why it does not stand there yet
 * @property {string} reason why it was refused: `wrong_state`, else the service's own sentence
 *
 * @typedef {{kind: "taken"} | {kind: "cut"} | {kind: "wait", seconds: number} | {kind: "refused", code: string, reason: string}} Outcome
 */

/** @type {Readonly<Outbox>} */
export const NOTHING = Object.freeze({
  typed: null,
  isSending: false,
  retryAtMs: 0,
  failures: 0,
  trouble: "",
  reason: "",
});

/** @param {Typed} typed @returns {Outbox} to be sent at once */
export function holding(typed) {
  return { ...NOTHING, typed };
}

/** Whether it should be sent now. @param {Outbox} outbox @param {number} nowMs */
export function isDue(outbox, nowMs) {
  return outbox.typed !== null && !outbox.isSending && outbox.trouble !== "refused" && nowMs >= outbox.retryAtMs;
}

/** @param {Outbox} outbox @returns {Outbox} */
export function sending(outbox) {
  return { ...outbox, isSending: true };
}

/**
 * What became of an attempt to send `id`. A message that stands there meanwhile, or was taken back,
 * is none of it any more.
 *
 * @param {Outbox} outbox
 * @param {string} id
 * @param {Outcome} outcome
 * @param {number} nowMs
 * @param {number} chance 0 to 1
 * @returns {Outbox}
 */
export function answered(outbox, id, outcome, nowMs, chance) {
  if (outbox.typed?.id !== id) return outbox;
  switch (outcome.kind) {
    case "taken":
      return NOTHING;
    case "refused":
      return { ...outbox, isSending: false, trouble: "refused", reason: outcome.code === "wrong_state" ? outcome.code : outcome.reason };
    case "wait":
      return { ...outbox, isSending: false, trouble: "wait", retryAtMs: nowMs + outcome.seconds * 1000 };
    default: {
      const failures = outbox.failures + 1;
      const retryAtMs = nowMs + retryDelay(failures, chance);
      return { ...outbox, isSending: false, trouble: "cut", failures, retryAtMs };
    }
  }
}

/** The line is there again: no waiting now. @param {Outbox} outbox @returns {Outbox} */
export function atOnce(outbox) {
  return outbox.trouble === "cut" ? { ...outbox, retryAtMs: 0 } : outbox;
}

/**
 * What was typed was seen in the meeting: the answer to it may be lost, it is not.
 *
 * @param {Outbox} outbox
 * @param {(id: string) => boolean} stands whether a message of this id is in the meeting
 * @returns {Outbox}
 */
export function seen(outbox, stands) {
  return outbox.typed && stands(outbox.typed.id) ? NOTHING : outbox;
}

/** @param {Outbox} outbox @returns {string} to be kept on the device */
export function packed(outbox) {
  return outbox.typed ? JSON.stringify(outbox.typed) : "";
}

/** What was kept; nothing where it is none of ours. @param {string | null} kept @returns {Outbox} */
export function unpacked(kept) {
  try {
    const { id, name, text, language } = JSON.parse(kept ?? "");
    const typed = { id, name, text, language };
    return Object.values(typed).every((each) => typeof each === "string") && id ? holding(typed) : NOTHING;
  } catch {
    return NOTHING;
  }
}

/** An id that no other message has. @param {() => number} random 0 to 1 */
export function newMessageId(random) {
  const letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  return Array.from({ length: 22 }, () => letters[Math.floor(random() * letters.length)]).join("");
}
