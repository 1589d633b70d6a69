// Hearing the captions: in the reader's own earphones, if they ask for it, never by itself.

import { recall, remember } from "../shared/device-memory.js";
import { el, need, setAttribute, setText } from "../shared/dom.js";
import { languageName, pageLanguage, t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { FASTEST, SLOWEST, usableSpeed } from "../shared/speech-queue.js";
import { Speech, browserSpeech } from "../shared/speech.js";
import { heardSentences } from "./heard.js";

const SPEED = "speech-speed";
const VOICES = "speech-voices";

/** @param {import("./page.js").ViewerPage} page */
export function mountHearing(page) {
  const $section = need("settings-speech");
  $section.hidden = false;
  $section.append(el("h3", {}, t("hearing.title")));
  const parts = browserSpeech();
  if (parts) new Hearing(page, parts, $section);
  else $section.append(el("p", { class: "quiet" }, t("hearing.unsupported")));
}

class Hearing {
  /**
   * @param {import("./page.js").ViewerPage} page
   * @param {import("../shared/speech.js").SpeechParts} parts
   * @param {HTMLElement} $section
   */
  constructor(page, parts, $section) {
    this.page = page;
    this.speech = new Speech(parts, () => this.show());
    this.speech.speed = usableSpeed(Number(recall(SPEED) ?? 1));
    this.speech.chosen = keptVoices();
    this.$switch = /** @type {HTMLInputElement} */ (el("input", { id: "hearing-on", type: "checkbox", "aria-describedby": "hearing-help" }));
    this.$speed = /** @type {HTMLInputElement} */ (
      el("input", { id: "hearing-speed", type: "range", min: SLOWEST, max: FASTEST, step: 0.1, value: this.speech.speed })
    );
    this.$speedValue = el("span", { class: "value" });
    this.$voice = /** @type {HTMLSelectElement} */ (el("select", { id: "hearing-voice" }));
    this.$voiceLabel = el("label", { for: "hearing-voice" });
    this.$voiceField = el("div", { class: "setting" }, this.$voiceLabel, this.$voice);
    this.$words = el("p", { class: "quiet", role: "status" });
    this.$stop = this.makeStop();
    $section.append(
      el("div", { class: "switch-line" }, this.$switch, el("label", { for: "hearing-on" }, t("hearing.on"))),
      el("p", { id: "hearing-help", class: "quiet" }, t("hearing.help")),
      el("div", { class: "setting" }, el("label", { for: "hearing-speed" }, t("hearing.speed"), this.$speedValue), this.$speed),
      this.$voiceField,
      this.$words,
    );
    this.listen();
    this.show();
  }

  /** Beside the status, for as long as something is read out: one touch, and it is quiet. */
  makeStop() {
    const $stop = el("button", { type: "button", class: "tool", "aria-label": t("hearing.stop"), title: t("hearing.stop"), "aria-pressed": "true", hidden: true });
    $stop.append(icon("speak"));
    need("tools").prepend($stop);
    $stop.addEventListener("click", () => {
      this.turn(false);
      need("open-settings").focus();
    });
    return $stop;
  }

  listen() {
    this.$switch.addEventListener("change", () => this.turn(this.$switch.checked));
    this.$speed.addEventListener("input", () => {
      this.speech.speed = usableSpeed(Number(this.$speed.value));
      remember(SPEED, String(this.speech.speed));
      this.show();
    });
    this.$voice.addEventListener("change", () => {
      this.speech.chosen = { ...this.speech.chosen, [primary(this.language)]: this.$voice.value };
      remember(VOICES, JSON.stringify(this.speech.chosen));
    });
    this.page.onSettings(() => this.show());
    this.page.onDraw(() => this.speech.offer(this.sentences()));
    window.addEventListener("pagehide", () => this.speech.stop());
  }

  /** What is read out most: the language chosen, else that of most microphones. */
  get language() {
    const { language, show } = this.page.settings;
    if (language && show !== "original") return language;
    const spoken = [...this.page.timeline.channels.values()].map((card) => card.language);
    return spoken[0] || pageLanguage();
  }

  sentences() {
    return heardSentences(this.page.timeline.entries, this.page.settings, this.language);
  }

  /** @param {boolean} isOn */
  turn(isOn) {
    if (!isOn) {
      this.speech.stop();
      return;
    }
    this.speech.start(this.page.timeline.entries.filter(isFinished).map((entry) => entry.id));
    // Said in the moment of the touch: some browsers let only that begin to speak.
    this.speech.offer([{ key: "begin", text: t("hearing.begin"), language: pageLanguage() }]);
  }

  show() {
    const { speech } = this;
    this.$switch.checked = speech.isOn;
    this.$stop.hidden = !speech.isOn;
    setText(this.$speedValue, t("hearing.speed_value", { speed: speech.speed.toLocaleString(pageLanguage()) }));
    setAttribute(this.$speed, "aria-valuetext", this.$speedValue.textContent);
    this.showVoices();
    setText(this.$words, this.words());
  }

  showVoices() {
    const voices = this.speech.voices(this.language);
    const names = voices.map(({ name }) => name);
    const shown = [...this.$voice.options].map((option) => option.value);
    this.$voiceField.hidden = voices.length < 2;
    setText(this.$voiceLabel, t("hearing.voice", { language: languageName(this.language) }));
    if (names.join("\n") !== shown.join("\n")) this.$voice.replaceChildren(...names.map((name) => el("option", { value: name }, name)));
    const chosen = this.speech.voiceFor(this.language)?.name;
    if (chosen) this.$voice.value = chosen;
  }

  words() {
    const { speech } = this;
    if (!speech.hasVoices) return t("hearing.no_voices");
    const mute = speech.isOn && speech.mute ? speech.mute : speech.voices(this.language).length > 0 ? "" : this.language;
    if (mute) return t("hearing.no_voice", { language: languageName(mute) });
    return speech.isOn && speech.queue.skipped > 0 ? t("hearing.skipped", { count: speech.queue.skipped }) : "";
  }
}

/** @param {import("../shared/timeline.js").Entry} entry */
function isFinished(entry) {
  return entry.kind === "message" || entry.state !== "partial";
}

/** @param {string} code */
function primary(code) {
  return code.split("-")[0];
}

/** @returns {Record<string, string>} */
function keptVoices() {
  try {
    const kept = JSON.parse(recall(VOICES) ?? "{}");
    return kept && typeof kept === "object" ? kept : {};
  } catch {
    return {};
  }
}
