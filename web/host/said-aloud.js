// What readers type, spoken by this computer, so that the room hears it: off until it is pressed.

import { need, setAttribute, setText } from "../shared/dom.js";
import { languageName, pageLanguage, t } from "../shared/i18n.js";
import { Speech, browserSpeech } from "../shared/speech.js";

/** @typedef {import("../shared/timeline.js").Timeline} Timeline */

export class SaidAloud {
  /** @param {() => Timeline} timeline as it is now @param {import("../shared/speech.js").SpeechParts | null} [parts] */
  constructor(timeline, parts = browserSpeech()) {
    this.timeline = timeline;
    this.$button = need("say-typed");
    this.$button.hidden = parts === null;
    this.speech = parts && new Speech(parts, () => this.show());
    this.$button.onclick = () => this.turn();
    this.show();
  }

  turn() {
    const { speech } = this;
    if (!speech) return;
    if (speech.isOn) speech.stop();
    else speech.start(this.sentences().map(({ key }) => key));
  }

  /** To be called when something may have been typed. */
  look() {
    if (this.speech?.isOn) this.speech.offer(this.sentences());
  }

  stop() {
    this.speech?.stop();
  }

  sentences() {
    return this.timeline().entries.flatMap((entry) =>
      entry.kind === "message" && entry.text !== ""
        ? [{ key: entry.id, text: `${entry.name}: ${entry.text}`, language: entry.language || pageLanguage() }]
        : [],
    );
  }

  show() {
    const { speech } = this;
    if (!speech) return;
    setAttribute(this.$button, "aria-pressed", String(speech.isOn));
    setText(need("say-typed-words"), speech.isOn ? this.trouble(speech) : "");
  }

  /** @param {Speech} speech */
  trouble({ hasVoices, mute }) {
    if (!hasVoices) return t("hearing.no_voices");
    return mute ? t("hearing.no_voice", { language: languageName(mute) }) : "";
  }
}
