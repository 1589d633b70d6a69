// How fast a speaker is, in a few quiet words. Pure but for the words.

import { t } from "../shared/i18n.js";

/** Below this share two voices at once are what talking is. */
const OVERLAP_TOLD = 0.2;

/**
 * @param {{wpm: number | null, overlap: number, fast: boolean} | undefined} pace
 * @returns {{tone: "calm" | "fast", text: string}} an empty text: too little to tell
 */
export function paceWords(pace) {
  if (!pace) return { tone: "calm", text: "" };
  const parts = [];
  if (pace.wpm !== null) parts.push(t(pace.fast ? "pace.fast" : "pace.words", { count: pace.wpm }));
  if (pace.overlap >= OVERLAP_TOLD) parts.push(t("pace.overlap", { share: Math.round(pace.overlap * 100) }));
  return { tone: pace.fast ? "fast" : "calm", text: parts.join(" · ") };
}
