// One microphone before a meeting: whose it is, how loud, what is wrong with it. Who types a name takes it into use.

import { el, setAttribute, setText } from "../shared/dom.js";
import { languageName, t } from "../shared/i18n.js";
import { setColour } from "../shared/speaker-chip.js";
import { colourOptions, languageOptions } from "./choices.js";
import { deviceWords } from "./device-words.js";
import { QUIETEST_DB, levelShare } from "./level-words.js";

/** @typedef {import("./microphones.js").Choice} Choice */
/** @typedef {import("./hears-best.js").DeviceLevel} DeviceLevel */
/** @typedef {{name: string, colour: string, language: string}} Place who sits at a microphone */

/** A meter that is read out five times a second cannot be listened to. */
const SPOKEN_EVERY_MS = 3000;

export class DeviceCard {
  /**
   * @param {Choice} choice
   * @param {string} id prefix of its elements' ids
   * @param {readonly string[]} colours
   * @param {Place} place
   * @param {{onChange: () => void, onTest: (card: DeviceCard) => void}} listener
   */
  constructor(choice, id, colours, place, listener) {
    this.choice = choice;
    this.colours = colours;
    this.spokenAtMs = 0;
    this.label = choiceLabel(choice);
    this.$letter = el("span", { class: "chip-letter", "aria-hidden": "true" });
    this.$name = /** @type {HTMLInputElement} */ (
      el("input", { type: "text", id: `${id}-name`, maxlength: 40, autocomplete: "off", value: place.name, placeholder: t("device.unused") })
    );
    this.$colour = /** @type {HTMLSelectElement} */ (el("select", { id: `${id}-colour` }, ...colourOptions(colours, place.colour)));
    this.$language = /** @type {HTMLSelectElement} */ (el("select", { id: `${id}-language` }));
    this.$more = el("div", { class: "device-more" }, field(`${id}-colour`, t("setup.colour"), this.$colour), field(`${id}-language`, t("setup.language"), this.$language));
    this.$fill = el("span", { class: "meter-fill" });
    this.$meter = el("div", { class: "meter", role: "meter", "aria-valuemin": QUIETEST_DB, "aria-valuemax": 0, "aria-valuenow": QUIETEST_DB, "aria-label": t("device.level", { label: this.label }) }, this.$fill);
    this.$words = el("span", {});
    this.$sign = el("p", { class: "level-words", "data-sign": "listening" }, el("span", { class: "level-sign", "aria-hidden": "true" }), this.$words);
    this.$best = el("strong", { class: "best", hidden: true }, t("device.best"));
    this.$message = el("p", { class: "message" });
    this.$verdict = el("p", { class: "message", role: "status" });
    this.$move = el("button", { type: "button", hidden: true });
    this.$test = el("button", { type: "button" }, t("device.test"));
    this.$suggested = el("button", { type: "button", hidden: true });
    this.$card = el(
      "fieldset",
      { class: "device", "data-device": choice.id },
      el("legend", {}, this.label),
      el("div", { class: "device-who" }, this.$letter, field(`${id}-name`, t("setup.speaker"), this.$name)),
      el("div", { class: "device-sound" }, this.$meter, el("div", { class: "device-state" }, this.$sign, this.$best)),
      choice.isTwin && el("p", { class: "quiet" }, t("setup.twins")),
      this.$message,
      this.$more,
      el("div", { class: "buttons" }, this.$test, this.$suggested),
      this.$verdict,
      this.$move,
    );
    this.$name.addEventListener("input", () => listener.onChange());
    this.$colour.addEventListener("change", () => listener.onChange());
    this.$test.addEventListener("click", () => listener.onTest(this));
    this.$suggested.addEventListener("click", () => this.takeSuggestion());
  }

  get isUsed() {
    return this.name !== "" && !this.$card.hidden;
  }

  get name() {
    return this.$name.value.trim();
  }

  get isPhone() {
    return this.choice.id.startsWith("phone:");
  }

  /** @returns {Place} */
  get place() {
    return { name: this.name, colour: this.$colour.value, language: this.$language.value };
  }

  /** @param {Place} place */
  seat({ name, colour, language }) {
    this.$name.value = name;
    if (colour) this.$colour.replaceChildren(...colourOptions(this.colours, colour));
    if (language && this.offers(language)) this.$language.value = language;
    this.explainTest("");
  }

  /** @param {readonly string[]} languages that the weights hear @param {string} wanted */
  showLanguages(languages, wanted) {
    const before = this.$language.value || wanted;
    this.$language.replaceChildren(...languageOptions(languages));
    if (languages.includes(before)) this.$language.value = before;
  }

  /** @param {string} letter */
  show(letter) {
    const { isUsed } = this;
    setAttribute(this.$card, "data-used", isUsed);
    setText(this.$letter, letter);
    setColour(this.$card, /** @type {any} */ ({ colour: isUsed ? this.$colour.value : "none", channel: 0 }));
    this.$more.hidden = !isUsed;
    this.$test.hidden = !isUsed || this.isPhone;
  }

  /** @param {DeviceLevel | null} level @param {boolean} isBest @param {string} pair what is wrong with it and another @param {number} nowMs */
  showLevel(level, isBest, pair, nowMs) {
    if (this.isPhone) return;
    const { sign, text } = deviceWords(level);
    const db = level && sign !== "warn" ? level.rms_db : QUIETEST_DB;
    setAttribute(this.$sign, "data-sign", sign);
    setText(this.$words, text);
    setText(this.$message, pair);
    this.$best.hidden = !isBest;
    setAttribute(this.$card, "data-best", isBest);
    this.$fill.style.transform = `scaleX(${levelShare(db).toFixed(3)})`;
    if (nowMs - this.spokenAtMs < SPOKEN_EVERY_MS) return;
    this.spokenAtMs = nowMs;
    const shown = Math.round(Math.max(QUIETEST_DB, Math.min(0, db)));
    setAttribute(this.$meter, "aria-valuenow", shown);
    setAttribute(this.$meter, "aria-valuetext", `${t("channel.decibels", { level: shown })}. ${text}`);
  }

  /** What came of "say your name"; `move`: what can be done about it. @param {string} text @param {{text: string, act: () => void} | null} [move] */
  explainTest(text, move = null) {
    setText(this.$verdict, text);
    this.$move.hidden = !move;
    if (!move) return;
    setText(this.$move, move.text);
    this.$move.onclick = move.act;
  }

  /** Only ever a suggestion: nothing changes until it is pressed. @param {string} language */
  suggestLanguage(language) {
    this.$suggested.hidden = !this.isUsed || !this.offers(language) || language === this.$language.value;
    if (this.$suggested.hidden) return;
    setAttribute(this.$suggested, "data-language", language);
    setText(this.$suggested, t("device.suggest_language", { language: languageName(language) }));
  }

  takeSuggestion() {
    this.$language.value = this.$suggested.getAttribute("data-language") ?? this.$language.value;
    this.$suggested.hidden = true;
    this.$language.focus();
  }

  /** @param {string} language */
  offers(language) {
    return [...this.$language.options].some(({ value }) => value === language);
  }
}

/** @param {Choice} choice */
function choiceLabel({ device, input }) {
  const { label } = device;
  if (input > 0) return t("setup.input", { label, number: input });
  if (device.monitor) return t("setup.own_sound", { label });
  return device.default ? t("setup.default_device", { label }) : label;
}

/** @param {string} id @param {string} label @param {HTMLElement} $control */
export function field(id, label, $control) {
  return el("div", { class: "field" }, el("label", { for: id }, label), $control);
}
