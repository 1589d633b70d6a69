// One microphone on the host's page: who, how loud, whether it works, and a way to rename it.

import { el, setAttribute, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { setColour, showSpeaker, speakerChip } from "../shared/speaker-chip.js";
import { colourOptions } from "./choices.js";
import { QUIETEST_DB, levelShare, levelWords } from "./level-words.js";

/** @typedef {import("../shared/protocol.js").ChannelCard} ChannelCard_ */
/** @typedef {import("../shared/protocol.js").Level} Level */

/**
 * What else can be done with a microphone.
 *
 * @typedef {object} ChannelActs
 * @property {(channel: number, name: string) => void} erase asks first
 * @property {(channel: number, other: number) => void} swap
 * @property {(channel: number, name: string) => void} remove asks first
 */

/** A meter that is read out five times a second cannot be listened to. */
const SPOKEN_EVERY_MS = 2000;

export class ChannelCard {
  /**
   * @param {readonly string[]} colours
   * @param {(channel: number, change: {name?: string, colour?: string, muted?: boolean, private?: boolean}) => Promise<boolean>} save whether it worked
   * @param {ChannelActs} acts
   */
  constructor(colours, save, acts) {
    this.colours = colours;
    this.save = save;
    this.acts = acts;
    /** @type {ChannelCard_ | null} */
    this.card = null;
    /** @type {Level | null} */
    this.level = null;
    /** @type {string | null} */
    this.status = null;
    this.levelAtMs = 0;
    this.spokenAtMs = 0;
    this.$chip = speakerChip();
    this.$fill = el("span", { class: "meter-fill" });
    this.$meter = el(
      "div",
      { class: "meter", role: "meter", "aria-valuemin": QUIETEST_DB, "aria-valuemax": 0 },
      this.$fill,
    );
    this.$words = el("span", {});
    this.$sign = el("p", { class: "level-words" }, el("span", { class: "level-sign", "aria-hidden": "true" }), this.$words);
    this.$source = el("p", { class: "quiet source" });
    this.$message = el("p", { class: "message" });
    this.$edit = el("button", { type: "button" }, t("channel.edit_short"));
    this.$mute = this.makeSwitch("muted");
    this.$private = this.makeSwitch("private");
    this.$erase = el("button", { type: "button" }, t("channel.delete"));
    this.$erase.addEventListener("click", () => {
      if (this.card) acts.erase(this.card.channel, this.card.name);
    });
    this.$remove = el("button", { type: "button" }, t("channel.remove"));
    this.$remove.addEventListener("click", () => {
      if (this.card) acts.remove(this.card.channel, this.card.name);
    });
    this.$pace = el("p", { class: "pace", "data-tone": "calm" });
    this.$form = this.makeForm();
    this.$item = el(
      "li",
      { class: "channel" },
      el("div", { class: "channel-head" }, this.$chip, this.$edit),
      this.$meter,
      this.$sign,
      this.$message,
      this.$source,
      this.$pace,
      el("span", { class: "buttons" }, this.$mute, this.$private),
      this.makeMore(),
      this.$form,
    );
    this.$edit.addEventListener("click", () => this.open());
  }

  /** A button that stays down. @param {"muted" | "private"} way */
  makeSwitch(way) {
    const $button = el("button", { type: "button", "aria-pressed": "false" }, t(`switch.${way}`));
    $button.addEventListener("click", () => {
      if (this.card) this.save(this.card.channel, { [way]: this.card.muting !== way });
    });
    return $button;
  }

  /** What is seldom wanted. */
  makeMore() {
    this.$other = /** @type {HTMLSelectElement} */ (el("select", {}));
    const $swap = el("button", { type: "button" }, t("channel.swap"));
    $swap.addEventListener("click", () => {
      if (this.card && this.$other?.value) this.acts.swap(this.card.channel, Number(this.$other.value));
    });
    this.$swap = el("span", { class: "swap" }, this.$other, $swap);
    const $summary = el("summary", {}, t("channel.more"));
    this.$summary = $summary;
    return el("details", { class: "more" }, $summary, this.$swap, el("span", { class: "buttons" }, this.$remove, this.$erase));
  }

  /** With whom they can change places. @param {readonly ChannelCard_[]} others */
  offerSwap(others) {
    if (!this.$other || !this.$swap) return;
    this.$swap.hidden = others.length === 0;
    this.$remove.hidden = others.length === 0;
    const names = others.map(({ channel, name }) => `${channel} ${name}`).join();
    if (this.$other.getAttribute("data-names") === names) return;
    setAttribute(this.$other, "data-names", names);
    this.$other.replaceChildren(...others.map(({ channel, name }) => el("option", { value: channel }, name)));
  }

  /** @param {{tone: string, text: string}} pace */
  showPace({ tone, text }) {
    setAttribute(this.$pace, "data-tone", tone);
    setText(this.$pace, text);
  }

  makeForm() {
    this.$name = /** @type {HTMLInputElement} */ (
      el("input", { type: "text", required: true, maxlength: 60, autocomplete: "off", "aria-label": t("setup.speaker") })
    );
    this.$colour = /** @type {HTMLSelectElement} */ (el("select", { "aria-label": t("setup.colour") }));
    const $cancel = el("button", { type: "button" }, t("channel.cancel"));
    const $save = el("button", { type: "submit", class: "primary" }, t("channel.save"));
    const $form = el("form", { class: "channel-form", hidden: true }, this.$name, this.$colour, el("span", { class: "buttons" }, $save, $cancel));
    $cancel.addEventListener("click", () => this.close());
    $form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    $form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.keep();
    });
    return $form;
  }

  open() {
    if (!this.card || !this.$name || !this.$colour) return;
    this.$name.value = this.card.name;
    this.$colour.replaceChildren(...colourOptions(this.colours, this.card.colour));
    this.$form.hidden = false;
    this.$edit.hidden = true;
    this.$name.focus();
    this.$name.select();
  }

  close() {
    this.$form.hidden = true;
    this.$edit.hidden = false;
    this.$edit.focus();
  }

  async keep() {
    if (!this.card || !this.$name || !this.$colour) return;
    const change = { name: this.$name.value.trim(), colour: this.$colour.value };
    if (await this.save(this.card.channel, change)) this.close();
  }

  /** @param {ChannelCard_} card */
  show(card) {
    if (card === this.card) return;
    this.card = card;
    showSpeaker(this.$chip, card, card.name);
    setColour(this.$item, card);
    setAttribute(this.$meter, "aria-label", t("channel.level", { name: card.name }));
    setAttribute(this.$edit, "aria-label", t("channel.edit", { name: card.name }));
    if (this.$other) setAttribute(this.$other, "aria-label", t("channel.swap_with", { name: card.name }));
    if (this.$summary) setAttribute(this.$summary, "aria-label", `${t("channel.more")}: ${card.name}`);
    for (const [way, $button] of /** @type {const} */ ([["muted", this.$mute], ["private", this.$private]])) {
      setAttribute($button, "aria-pressed", String(card.muting === way));
      setAttribute($button, "aria-label", `${t(`switch.${way}`)}: ${card.name}`);
    }
    this.showLevel(this.levelAtMs);
  }

  /** @param {Level} level @param {number} nowMs */
  accept(level, nowMs) {
    this.level = level;
    this.levelAtMs = nowMs;
    this.showSource(level.source);
  }

  /** @param {string} source */
  showSource(source) {
    setText(this.$source, source);
  }

  /** The server's own sentence on the last change, or nothing. @param {string} message */
  explain(message) {
    setText(this.$message, message);
  }

  /** @param {number} nowMs @param {string | null} [status] of the meeting */
  showLevel(nowMs, status = this.status) {
    this.status = status;
    if (!this.card) return;
    const { sign, text } = levelWords(this.card, this.level, nowMs - this.levelAtMs, status);
    const isHeard = sign !== "warn" && sign !== "muted";
    const db = isHeard && this.level ? this.level.rms_db : QUIETEST_DB;
    setAttribute(this.$sign, "data-sign", sign);
    setText(this.$words, text);
    this.$fill.style.transform = `scaleX(${levelShare(db).toFixed(3)})`;
    if (nowMs - this.spokenAtMs < SPOKEN_EVERY_MS) return;
    this.spokenAtMs = nowMs;
    const level = Math.round(Math.max(QUIETEST_DB, Math.min(0, db)));
    setAttribute(this.$meter, "aria-valuenow", level);
    setAttribute(this.$meter, "aria-valuetext", `${t("channel.decibels", { level })}. ${text}`);
  }
}
