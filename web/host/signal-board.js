// What readers ask for, as small signs beside the state: they interrupt nobody and go by themselves.

import { el, need, setAttribute, setText } from "../shared/dom.js";
import { listOf, t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { signalCounts, stillShown } from "./signal-counts.js";

/** @typedef {{$item: HTMLElement, $words: HTMLElement, $count: HTMLElement}} Sign */

export class SignalBoard {
  constructor() {
    /** @type {import("./signal-counts.js").Raised[]} */
    this.raised = [];
    /** @type {Map<string, Sign>} */
    this.signs = new Map();
    this.$list = need("signals");
    this.$list.replaceChildren();
  }

  /** @param {import("../shared/protocol.js").SignalEvent} event @param {number} nowMs */
  accept(event, nowMs) {
    this.raised = [...stillShown(this.raised, nowMs), { event, atMs: nowMs }];
    this.show(nowMs);
  }

  /** @param {number} nowMs */
  show(nowMs) {
    const counts = signalCounts(this.raised, nowMs);
    const wanted = new Set(counts.map(({ signal }) => signal));
    for (const [signal, { $item }] of this.signs) {
      if (wanted.has(/** @type {any} */ (signal))) continue;
      $item.remove();
      this.signs.delete(signal);
    }
    for (const { signal, count, names, isFresh } of counts) {
      const sign = this.signs.get(signal) ?? this.add(signal);
      setAttribute(sign.$item, "data-fresh", isFresh);
      const words = t(`signal.${signal}`);
      setText(sign.$words, names.length > 0 ? t("signal.signed", { signal: words, names: listOf(names) }) : words);
      setText(sign.$count, count > 1 ? t("signal.times", { count }) : "");
    }
  }

  /** @param {import("../shared/protocol.js").SignalEvent["signal"]} signal @returns {Sign} */
  add(signal) {
    const $words = el("span", {});
    const $count = el("span", { class: "count" });
    const $item = el("li", { class: "sign-of-readers" }, $words, $count);
    $item.prepend(icon(signal));
    const sign = { $item, $words, $count };
    this.signs.set(signal, sign);
    this.$list.append($item);
    return sign;
  }
}
