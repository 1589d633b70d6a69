// More hosts: a code that works once, who is there, and taking it back.

import { el, need, setAttribute } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { api } from "./api.js";

const LOOK_MS = 3000;

/** @typedef {{id: string, name: string, role: "host" | "helper", here: boolean, you: boolean, owner: boolean}} Host */

export class HostsPanel {
  /** @param {(error: unknown) => void} onProblem */
  constructor(onProblem) {
    this.onProblem = onProblem;
    this.shown = "";
    this.$panel = /** @type {HTMLDetailsElement} */ (need("hosts"));
    need("invite-host").onclick = () => this.invite("host");
    need("invite-helper").onclick = () => this.invite("helper");
    this.$panel.ontoggle = () => this.look();
    need("invitation").replaceChildren();
  }

  start() {
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  stop() {
    clearInterval(this.timer);
    this.$panel.open = false;
  }

  async look() {
    if (!this.$panel.open) return;
    try {
      const { hosts } = await api.hosts();
      const seen = JSON.stringify(hosts);
      if (seen === this.shown) return;
      this.shown = seen;
      need("host-list").replaceChildren(...hosts.map((host) => this.makeItem(host)));
    } catch (error) {
      this.onProblem(error);
    }
  }

  /** @param {Host} host */
  makeItem(host) {
    const name = host.name || t(host.owner ? "hosts.owner" : "hosts.nameless");
    const words = [t(`role.${host.role}`), t(host.here ? "hosts.here" : "hosts.away")];
    if (host.you) words.push(t("hosts.you"));
    const $item = el("li", {}, el("span", {}, el("strong", { dir: "auto" }, name), ` · ${words.join(" · ")}`));
    if (host.owner || host.you) return $item;
    const $take = el("button", { type: "button", "aria-label": `${t("hosts.take_back")}: ${name}` }, t("hosts.take_back"));
    $take.addEventListener("click", () => this.takeBack(host.id));
    $item.append($take);
    return $item;
  }

  /** @param {string} id */
  async takeBack(id) {
    try {
      await api.takeBack(id);
      this.onProblem(null);
    } catch (error) {
      this.onProblem(error);
    }
    await this.look();
    need("invite-host").focus(); // the button with the focus is gone
  }

  /** @param {"host" | "helper"} role */
  async invite(role) {
    try {
      const { token, links, seconds } = await api.invite(role);
      const [first] = links;
      const minutes = Math.round(seconds / 60);
      const $invitation = need("invitation");
      $invitation.replaceChildren(el("p", {}, t(`invite.${role}`, { count: minutes })));
      if (!first) return;
      const $qr = el("img", { class: "qr", width: 240, height: 240, src: api.invitationQrPath(token, 0) });
      setAttribute($qr, "alt", t("share.qr", { url: first.url }));
      const items = links.map(({ url, label }) => el("li", {}, el("span", { class: "address" }, url), el("span", { class: "quiet" }, label)));
      $invitation.append($qr, el("ul", { class: "addresses" }, ...items));
      this.onProblem(null);
    } catch (error) {
      this.onProblem(error);
    }
  }
}
