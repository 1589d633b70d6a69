// What a reader is told of what they asked or wrote. Pure but for the words.

import { t } from "../shared/i18n.js";
import { LONGEST_MESSAGE } from "../shared/outbox.js";

/** @typedef {import("../shared/outbox.js").Outcome} Outcome */
/** @typedef {import("../shared/outbox.js").Outbox} Outbox */

export const SIGNALS = Object.freeze(/** @type {const} */ (["slower", "one_at_a_time", "repeat", "wait"]));
/** As the service wants it: a signal in three seconds. */
export const SIGNAL_INTERVAL_S = 3;
/** Letters that are left when a writer is told of it. */
const FEW_LEFT = 60;

/**
 * @typedef {object} Asked the last signal of this reader
 * @property {typeof SIGNALS[number]} signal
 * @property {string} name empty: not signed
 * @property {Outcome | null} outcome null: on its way
 * @property {number} nextAtMs when another may go
 */

/** Seconds until another signal may go. @param {Asked | null} asked @param {number} nowMs */
export function secondsToWait(asked, nowMs) {
  return asked ? Math.max(0, Math.ceil((asked.nextAtMs - nowMs) / 1000)) : 0;
}

/** @param {Asked | null} asked @returns {string} */
export function signalWords(asked) {
  if (!asked) return "";
  const { outcome, name } = asked;
  const signal = t(`answer.full.${asked.signal}`);
  if (!outcome) return t("answer.sending");
  if (outcome.kind === "taken") return name ? t("answer.sent_signed", { signal, name }) : t("answer.sent", { signal });
  return troubleWords(outcome, t("answer.cut"));
}

/** @param {Exclude<Outcome, {kind: "taken"}>} outcome @param {string} cut what to say of a cut */
function troubleWords(outcome, cut) {
  if (outcome.kind === "cut") return cut;
  if (outcome.kind === "wait") return t("answer.too_soon");
  return outcome.code === "wrong_state" ? t("answer.not_now") : t("answer.failed", { reason: outcome.reason });
}

/** Beside the sentence, and not read out: it counts. @param {number} seconds */
export function countdownWords(seconds) {
  return seconds > 0 ? t("answer.next", { count: seconds }) : "";
}

/** Why what was written does not stand among the captions yet. @param {Outbox} outbox @returns {string} */
export function outboxWords({ typed, trouble, reason, isSending }) {
  if (!typed) return "";
  if (trouble === "refused") return reason === "wrong_state" ? t("answer.not_now") : t("answer.failed", { reason });
  if (trouble === "cut") return t("answer.text_cut");
  return trouble === "wait" || isSending ? t("answer.sending") : "";
}

/** @param {number} length of what is in the box */
export function roomWords(length) {
  const count = LONGEST_MESSAGE - length;
  return count <= FEW_LEFT ? t("answer.left", { count }) : "";
}
