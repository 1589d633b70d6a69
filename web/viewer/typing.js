// Saying it in writing: what is typed stays in the box until it stands among the captions.

import { recall, remember, untilClosed } from "../shared/device-memory.js";
import { el, setAttribute, setText } from "../shared/dom.js";
import { pageLanguage, t } from "../shared/i18n.js";
import { LONGEST_MESSAGE, NOTHING, answered, atOnce, holding, isDue, newMessageId, packed, seen, sending, unpacked } from "../shared/outbox.js";
import { outboxWords, roomWords } from "./answer-words.js";
import { post } from "./calls.js";

/** @typedef {import("../shared/outbox.js").Outbox} Outbox */

const NAME = "name";
const SIGN = "sign";
const LONGEST_NAME = 60;
const LOOK_EVERY_MS = 500;

export class Typing {
  /** @param {string} path of the meeting */
  constructor(path) {
    this.path = path;
    this.place = `outbox.${path}`;
    this.outbox = unpacked(recall(this.place, untilClosed));
    this.$name = /** @type {HTMLInputElement} */ (
      el("input", { id: "answer-name", type: "text", maxlength: LONGEST_NAME, autocomplete: "name", required: true })
    );
    this.$sign = /** @type {HTMLInputElement} */ (el("input", { id: "answer-sign", type: "checkbox" }));
    this.$text = /** @type {HTMLTextAreaElement} */ (
      el("textarea", { id: "answer-text", rows: 2, maxlength: LONGEST_MESSAGE, dir: "auto", enterkeyhint: "send", autocomplete: "off", required: true, "aria-describedby": "answer-help answer-room" })
    );
    this.$room = el("span", { id: "answer-room", class: "quiet" });
    this.$words = el("p", { class: "answer-words", role: "status" });
    this.$send = el("button", { type: "submit", class: "primary" }, t("answer.send"));
    this.$takeBack = el("button", { type: "button", hidden: true }, t("answer.take_back"));
    /** Who writes, and the way to change it: asked once, then out of the way. */
    this.$who = el("button", { type: "button", "aria-controls": "answer-more" });
    this.$form = this.makeForm();
    this.$name.value = recall(NAME) ?? "";
    this.openWho(this.$name.value === "");
    this.$sign.checked = recall(SIGN) === "yes";
    this.$text.value = this.outbox.typed?.text ?? "";
    this.listen();
    this.show();
    setInterval(() => this.send(), LOOK_EVERY_MS);
  }

  makeForm() {
    const field = (/** @type {HTMLElement} */ $control, /** @type {string} */ key) =>
      el("div", { class: "field" }, el("label", { for: $control.id }, t(key)), $control);
    this.$nameField = field(this.$name, "answer.name");
    this.$more = el(
      "div",
      { id: "answer-more" },
      el("p", { class: "switch-line" }, this.$sign, el("label", { for: this.$sign.id }, t("answer.sign"))),
      el("p", { id: "answer-help", class: "quiet" }, t("answer.text_help")),
    );
    return el(
      "form",
      { id: "answer-form", class: "answer-form", novalidate: true },
      this.$nameField,
      field(this.$text, "answer.text"),
      el("div", { class: "answer-send" }, this.$send, this.$takeBack, this.$who, this.$room),
      this.$more,
    );
  }

  listen() {
    this.$form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.$text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    this.$text.addEventListener("input", () => this.show());
    this.$name.addEventListener("change", () => remember(NAME, this.$name.value.trim()));
    this.$sign.addEventListener("change", () => remember(SIGN, this.$sign.checked ? "yes" : null));
    this.$takeBack.addEventListener("click", () => this.takeBack());
    this.$who.addEventListener("click", () => this.openWho(Boolean(this.$more?.hidden)));
    window.addEventListener("online", () => this.hurry());
  }

  /** @param {boolean} isOpen */
  openWho(isOpen) {
    for (const $part of [this.$nameField, this.$more]) if ($part) $part.hidden = !isOpen;
    setAttribute(this.$who, "aria-expanded", String(isOpen));
    const name = this.$name.value.trim();
    this.$who.hidden = name === "";
    setText(this.$who, t("answer.as", { name }));
  }

  /** The name for signals too, where the reader wants it; empty: they stay without one. */
  get signature() {
    return this.$sign.checked ? this.$name.value.trim() : "";
  }

  submit() {
    if (this.outbox.typed && this.outbox.trouble !== "refused") return;
    const name = this.$name.value.trim();
    const text = this.$text.value.trim();
    if (text === "") return;
    if (name === "") {
      setText(this.$words, t("answer.name_missing"));
      this.openWho(true);
      this.$name.focus();
      return;
    }
    remember(NAME, name);
    this.openWho(false);
    this.keep(holding({ id: newMessageId(Math.random), name, text, language: pageLanguage() }));
    this.send();
  }

  /** What waits for a line can be changed; it may have arrived all the same. */
  takeBack() {
    this.keep(NOTHING);
    this.$text.focus();
  }

  async send() {
    if (!isDue(this.outbox, Date.now()) || !this.outbox.typed) return;
    const { typed } = this.outbox;
    this.keep(sending(this.outbox));
    const outcome = await post(`${this.path}/messages`, typed);
    this.settle(answered(this.outbox, typed.id, outcome, Date.now(), Math.random()));
  }

  /** There is a line again. */
  hurry() {
    this.keep(atOnce(this.outbox));
    this.send();
  }

  /** @param {(id: string) => boolean} stands whether a message is in the meeting */
  look(stands) {
    this.settle(seen(this.outbox, stands));
  }

  /** After news of what was sent. @param {Outbox} outbox */
  settle(outbox) {
    const wasSaid = this.outbox.typed !== null && outbox.typed === null;
    if (wasSaid) this.$text.value = "";
    this.keep(outbox);
    if (wasSaid) setText(this.$words, t("answer.text_sent"));
  }

  /** @param {Outbox} outbox */
  keep(outbox) {
    if (outbox === this.outbox) return;
    this.outbox = outbox;
    remember(this.place, packed(outbox), untilClosed);
    this.show();
  }

  show() {
    const isWaiting = this.outbox.typed !== null && this.outbox.trouble !== "refused";
    this.$text.readOnly = isWaiting;
    this.$takeBack.hidden = !(isWaiting && this.outbox.trouble !== "");
    setAttribute(this.$send, "aria-disabled", isWaiting ? "true" : null);
    setText(this.$words, outboxWords(this.outbox));
    setText(this.$room, roomWords(this.$text.value.length));
  }
}
