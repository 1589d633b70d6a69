// How captions keep up, in one line for a host. Pure but for the words.

import { pageLanguage, t } from "../shared/i18n.js";

/** The load comes once a second; so long without any, and it is not known. */
const MISSING_MS = 5000;

/**
 * @param {import("../shared/protocol.js").LoadEvent | null} load the last one that came
 * @param {boolean} isOverloaded what readers are told
 * @param {number} ageMs how long ago it came
 * @returns {{tone: "calm" | "warn", text: string}} an empty text: nothing is known
 */
export function loadWords(load, isOverloaded, ageMs) {
  if (!load || ageMs > MISSING_MS) return { tone: "calm", text: "" };
  const behind = decimal(load.lag_s);
  const busy = Math.min(100, Math.round(load.busy * 100));
  const text = isOverloaded ? t("load.late", { behind }) : t("load.well", { behind, busy });
  if (load.problem) return { tone: "warn", text: `${load.problem} ${text}` };
  return { tone: isOverloaded ? "warn" : "calm", text };
}

/** @param {number} seconds */
export function decimal(seconds) {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(pageLanguage(), digits).format(seconds);
}
