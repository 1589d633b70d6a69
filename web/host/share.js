// How readers come in: QR code, short code, addresses.

import { el, need, setAttribute, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { api } from "./api.js";

/** @param {import("./api.js").Meeting} meeting */
export function showShare(meeting) {
  const { links } = meeting;
  setText(need("code"), meeting.code);
  const address = links.length > 0 ? new URL(links[0].url).origin : "";
  setText(need("share-open"), address ? t("share.open", { address }) : "");
  need("links").replaceChildren(...links.map((link, at) => linkRow(meeting, link, at)));
  showQr(meeting, 0);
}

/** @param {import("./api.js").Meeting} meeting @param {{url: string, label: string}} link @param {number} at */
function linkRow(meeting, link, at) {
  const $link = el("a", { href: link.url, target: "_blank", rel: "noopener" }, link.url);
  if (meeting.links.length < 2) return el("li", {}, $link);
  const $show = el("button", { type: "button", "data-link": at }, t("share.show_qr"));
  $show.addEventListener("click", () => showQr(meeting, at));
  return el("li", {}, $link, $show);
}

/** @param {import("./api.js").Meeting} meeting @param {number} at */
function showQr(meeting, at) {
  const $qr = need("qr");
  $qr.hidden = meeting.links.length === 0;
  if ($qr.hidden) return;
  setAttribute($qr, "src", api.qrPath(meeting.id, at));
  setAttribute($qr, "alt", t("share.qr", { url: meeting.links[at].url }));
  for (const $show of need("links").querySelectorAll("[data-link]")) {
    setAttribute($show, "aria-pressed", String($show.getAttribute("data-link") === String(at)));
  }
}
