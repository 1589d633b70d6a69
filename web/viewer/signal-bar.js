// Four things to ask of the room, one touch each; nobody's name is on them unless the reader signs.

import { el, setAttribute, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { SIGNALS, SIGNAL_INTERVAL_S, countdownWords, secondsToWait, signalWords } from "./answer-words.js";
import { post } from "./calls.js";

/** What was said of a signal stays for so long. */
const SHOWN_MS = 12_000;

export class SignalBar {
  /** @param {string} path of the meeting @param {() => string} signer the name to sign with; empty: none */
  constructor(path, signer) {
    this.path = path;
    this.signer = signer;
    /** @type {import("./answer-words.js").Asked | null} */
    this.asked = null;
    this.timer = 0;
    this.buttons = SIGNALS.map((signal) => this.makeButton(signal));
    this.$said = el("span", { role: "status" });
    this.$count = el("span", { class: "countdown", "aria-hidden": "true" });
    this.$words = el("p", { class: "answer-words" }, this.$said, this.$count);
    this.$bar = el("div", { class: "signals", role: "group", "aria-label": t("answer.title") }, ...this.buttons);
    this.show();
  }

  /** @param {typeof SIGNALS[number]} signal */
  makeButton(signal) {
    const $label = el("span", { class: "signal-label" }, t(`answer.${signal}`));
    const $button = el("button", { type: "button", class: "signal-button", "aria-label": t(`answer.full.${signal}`) }, $label);
    $button.prepend(icon(signal));
    $button.addEventListener("click", () => this.send(signal));
    return $button;
  }

  /** @param {typeof SIGNALS[number]} signal */
  async send(signal) {
    if (secondsToWait(this.asked, Date.now()) > 0) {
      this.show(); // the countdown says when
      return;
    }
    const name = this.signer();
    /** @type {import("./answer-words.js").Asked} */
    const asked = { signal, name, outcome: null, nextAtMs: Date.now() + SIGNAL_INTERVAL_S * 1000 };
    this.asked = asked;
    this.show();
    asked.outcome = await post(`${this.path}/signals`, name ? { signal, name } : { signal });
    const { outcome } = asked;
    if (outcome.kind === "wait") asked.nextAtMs = Date.now() + outcome.seconds * 1000;
    else if (outcome.kind !== "taken") asked.nextAtMs = 0; // nothing went out: it may be tried again
    this.endsAtMs = Date.now() + SHOWN_MS;
    this.show();
  }

  show() {
    clearTimeout(this.timer);
    const nowMs = Date.now();
    if (this.asked?.outcome && nowMs > (this.endsAtMs ?? 0)) this.asked = null;
    const seconds = secondsToWait(this.asked, nowMs);
    setText(this.$said, signalWords(this.asked));
    setText(this.$count, countdownWords(seconds));
    this.$words.hidden = this.asked === null;
    for (const $button of this.buttons) setAttribute($button, "aria-disabled", seconds > 0 ? "true" : null);
    if (this.asked) this.timer = window.setTimeout(() => this.show(), 250);
  }
}
