// At the foot of the page: signals to the room, and a box to write in.

import { el, need, setAttribute } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { SignalBar } from "./signal-bar.js";
import { Typing } from "./typing.js";

const STYLE = "/assets/viewer/answer.css";

/** Resolves when the style is there, or will not come. @returns {Promise<unknown>} */
function styled() {
  const $link = el("link", { rel: "stylesheet", href: STYLE, media: "screen" });
  const settled = new Promise((resolve) => {
    $link.addEventListener("load", resolve);
    $link.addEventListener("error", resolve);
  });
  document.head.append($link);
  return settled;
}

/** @param {import("./page.js").ViewerPage} page */
export async function mountAnswer(page) {
  await styled();
  const $answer = need("answer");
  const typing = new Typing(page.path);
  const signals = new SignalBar(page.path, () => typing.signature);
  const $type = el("button", { type: "button", class: "signal-button", "aria-controls": "answer-form", "aria-label": t("answer.full.type") }, el("span", { class: "signal-label" }, t("answer.type")));
  $type.prepend(icon("type"));
  signals.$bar.append($type);
  setAttribute($answer, "aria-label", t("answer.title"));
  $answer.replaceChildren(signals.$words, typing.$words, typing.$form, signals.$bar);

  const open = (/** @type {boolean} */ isOpen) => {
    typing.$form.hidden = !isOpen;
    setAttribute($type, "aria-expanded", String(isOpen));
  };
  open(typing.outbox.typed !== null);
  $type.addEventListener("click", () => {
    open(Boolean(typing.$form.hidden));
    if (!typing.$form.hidden) (typing.$name.value ? typing.$text : typing.$name).focus();
  });
  typing.$form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open(false);
    $type.focus();
  });

  const look = () => {
    const isOver = page.isOver || page.timeline.meeting === null;
    if ($answer.hidden !== isOver) $answer.hidden = isOver;
    if (typing.outbox.typed) typing.look((id) => stands(page.timeline.entries, id));
    if (page.line.kind === "open" && typing.outbox.trouble === "cut") typing.hurry();
  };
  page.onDraw(look);
  look();
}

/** @param {readonly import("../shared/timeline.js").Entry[]} entries @param {string} id */
function stands(entries, id) {
  return entries.some((entry) => entry.kind === "message" && entry.message === id);
}
