// People of a room whose microphone is not here today: told, with what can be done about it.

import { el, need, setAttribute } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

/** @typedef {import("./rooms.js").RoomChannel} RoomChannel */
/** @typedef {{id: string, label: string}} Free a microphone that nobody uses */

export class MissingPlaces {
  /** @param {(id: string, place: RoomChannel) => void} seat @param {() => void} onChange */
  constructor(seat, onChange) {
    this.seat = seat;
    this.onChange = onChange;
    /** @type {{channel: RoomChannel, $item: HTMLElement, $free: HTMLSelectElement}[]} */
    this.items = [];
  }

  /** @param {{channel: RoomChannel, proposed: string}[]} missing @param {Free[]} free */
  show(missing, free) {
    this.items = missing.map(({ channel, proposed }, at) => this.makeItem(channel, proposed, free, at));
    this.draw();
  }

  /** @param {Free[]} free */
  offer(free) {
    for (const { $free } of this.items) {
      const before = $free.value;
      $free.replaceChildren(...options(free, before));
    }
  }

  /** @param {RoomChannel} channel @param {string} proposed @param {Free[]} free @param {number} at */
  makeItem(channel, proposed, free, at) {
    const id = `missing-${at}`;
    const $free = /** @type {HTMLSelectElement} */ (el("select", { id, "aria-label": t("missing.choose", { name: channel.name }) }, ...options(free, proposed)));
    const $use = el("button", { type: "button" }, t("missing.use"));
    const $leave = el("button", { type: "button" }, t("missing.leave", { name: channel.name }));
    const $item = el(
      "li",
      {},
      el("p", {}, t("missing.told", { name: channel.name, label: channel.label || channel.device })),
      el("div", { class: "buttons" }, $free, $use, $leave),
    );
    $use.addEventListener("click", () => {
      if (!$free.value) {
        $free.focus();
        return;
      }
      this.remove($item);
      this.seat($free.value, channel);
      this.onChange();
    });
    $leave.addEventListener("click", () => {
      this.remove($item);
      this.onChange();
    });
    return { channel, $item, $free };
  }

  /** @param {HTMLElement} $item */
  remove($item) {
    this.items = this.items.filter((item) => item.$item !== $item);
    this.draw();
    need(this.items.length > 0 ? "missing" : "start").focus();
  }

  draw() {
    const $list = need("missing");
    $list.hidden = this.items.length === 0;
    setAttribute($list, "tabindex", -1);
    $list.replaceChildren(...this.items.map(({ $item }) => $item));
  }

  /** @returns {string[]} */
  troubles() {
    return this.items.map(({ channel }) => t("missing.told", { name: channel.name, label: channel.label || channel.device }));
  }
}

/** @param {Free[]} free @param {string} chosen */
function options(free, chosen) {
  return [
    el("option", { value: "" }, t("missing.none")),
    ...free.map(({ id, label }) => el("option", { value: id, selected: id === chosen }, label)),
  ];
}
