// "Say your name" at one microphone: is it the one that hears them? Pure but for the words.

import { t } from "../shared/i18n.js";

/** How long somebody may take to speak. */
const PATIENCE_MS = 12_000;

/**
 * @typedef {object} Verdict
 * @property {"listening" | "right" | "wrong" | "nobody"} outcome
 * @property {string} text
 * @property {string} [heardBy] the microphone that heard it best, where that is another one
 */

export class NameTest {
  /** @param {string} id of the microphone @param {string} name of who is to speak @param {number} startMs */
  constructor(id, name, startMs) {
    this.id = id;
    this.name = name;
    this.startMs = startMs;
    this.isQuietFirst = false;
  }

  /**
   * @param {string} best the microphone that hears a voice best now; empty: none does
   * @param {string} trouble why this microphone hears nothing, if that is known
   * @param {(id: string) => string} labelOf what people call a microphone
   * @param {number} nowMs
   * @returns {Verdict}
   */
  judge(best, trouble, labelOf, nowMs) {
    // Who spoke just before the button was pressed is not who says a name now.
    if (!best) this.isQuietFirst = true;
    if (best && (this.isQuietFirst || nowMs - this.startMs > PATIENCE_MS / 2)) {
      if (best === this.id) return { outcome: "right", text: t("test.right", { name: this.name }) };
      return { outcome: "wrong", text: t("test.wrong", { name: this.name, label: labelOf(best) }), heardBy: best };
    }
    if (nowMs - this.startMs < PATIENCE_MS) return { outcome: "listening", text: t("test.listening", { name: this.name }) };
    return { outcome: "nobody", text: [t("test.nobody"), trouble].filter(Boolean).join(" ") };
  }
}
