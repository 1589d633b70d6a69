// What a microphone's card says before a meeting, in words, with what to do. Pure but for the words.

import { t } from "../shared/i18n.js";

/** @typedef {import("./hears-best.js").DeviceLevel} DeviceLevel */
/** @typedef {import("./hears-best.js").Pair} Pair */

/** Noise that hides a low voice. */
const NOISY_DB = -42;
/** A voice below this is missed in parts. */
const QUIET_DB = -50;

/**
 * Is sound arriving? That comes first.
 *
 * @param {DeviceLevel | null} level null: nothing is known of it yet
 * @returns {{sign: import("./level-words.js").LevelSign, text: string}}
 */
export function deviceWords(level) {
  if (!level) return { sign: "listening", text: t("device.opening") };
  if (level.problem) return { sign: "warn", text: level.problem };
  if (level.muted) return { sign: "warn", text: t("device.muted") };
  const { heard } = level;
  if (!heard) return { sign: "listening", text: t("device.opening") };
  if (heard.dead) return { sign: "warn", text: t("device.dead") };
  if (heard.clipping) return { sign: "loud", text: t("device.clipping") };
  if (heard.voice_db !== null && heard.voice_db < QUIET_DB) return { sign: "loud", text: t("device.quiet") };
  if (heard.voice_db !== null) return { sign: "speaking", text: t("device.voice") };
  if (heard.floor_db > NOISY_DB) return { sign: "loud", text: t("device.noisy") };
  return { sign: "listening", text: t("device.listening") };
}

/**
 * What is wrong with two microphones that are both in use; empty: nothing.
 *
 * @param {string} id
 * @param {readonly Pair[]} pairs
 * @param {(id: string) => string | null} nameOf who uses a microphone, or what it is called; null: nobody uses it
 */
export function pairWords(id, pairs, nameOf) {
  if (nameOf(id) === null) return "";
  for (const pair of [...pairs].sort((a) => (a.likeness === "same" ? -1 : 1))) {
    if (pair.one !== id && pair.other !== id) continue;
    const name = nameOf(pair.one === id ? pair.other : pair.one);
    if (name === null) continue;
    if (pair.likeness === "same") return t("pair.same", { name });
    // Only who hears another's voice is told: the voice itself is in the right microphone.
    if (pair.other === id) return t("pair.shared", { name, below: Math.round(pair.below_db) });
  }
  return "";
}
