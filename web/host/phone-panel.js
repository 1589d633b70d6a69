// On a channel whose microphone is a phone: the link and the code that make a phone that microphone.

import { el, setAttribute } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { api } from "./api.js";

export class PhonePanel {
  /** @param {string} meeting id @param {import("./api.js").MeetingChannel} channel */
  constructor(meeting, channel) {
    this.meeting = meeting;
    this.channel = channel;
    const { state, links } = channel.phone ?? { state: "waiting", links: [] };
    this.$qr = el("img", { class: "qr", width: 240, height: 240, alt: t("phone.qr", { name: channel.name }) });
    this.$links = links.map((link, at) => this.makeLink(link, at));
    this.$panel = el(
      "details",
      // Nobody needs it again once a phone is connected.
      { class: "phone", open: state === "waiting" },
      el("summary", {}, t("phone.show")),
      links.length > 0 && this.$qr,
      el("ul", { class: "addresses" }, ...this.$links),
    );
    if (links.length > 0) this.showQr(0);
  }

  /** @param {{url: string, label: string}} link @param {number} at */
  makeLink({ url, label }, at) {
    const $link = el("a", { href: url, target: "_blank", rel: "noopener" }, url);
    const $label = el("span", { class: "quiet" }, label);
    const $show = el("button", { type: "button", "data-link": at }, t("share.show_qr"));
    $show.addEventListener("click", () => this.showQr(at));
    const isOnly = (this.channel.phone?.links.length ?? 0) < 2;
    return el("li", {}, $link, $label, !isOnly && $show);
  }

  /** @param {number} at */
  showQr(at) {
    setAttribute(this.$qr, "src", api.phoneQrPath(this.meeting, this.channel.channel, at));
    for (const $item of this.$links) {
      const $show = $item.querySelector("[data-link]");
      if ($show) setAttribute($show, "aria-pressed", String($show.getAttribute("data-link") === String(at)));
    }
  }
}
