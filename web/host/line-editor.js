// A caption is corrected where it stands: click, edit, Enter. Two hosts cannot overwrite each other
// unseen: who comes second is shown what it says now, and decides.

import { el, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

/**
 * @param {HTMLElement} $row of the caption
 * @param {{text: string, rev: number, language: string}} caption
 * @param {(text: string, rev: number) => Promise<unknown>} save
 * @param {(error: unknown) => void} onProblem
 * @param {() => void} onClosed
 */
export function editLine($row, caption, save, onProblem, onClosed) {
  const $said = $row.querySelector(".said");
  if (!$said || $row.querySelector(".line-editor")) return;
  let { rev } = caption;
  const $text = /** @type {HTMLTextAreaElement} */ (
    el("textarea", { rows: 2, dir: "auto", lang: caption.language || null, "aria-label": t("edit.title"), enterkeyhint: "done" })
  );
  $text.value = caption.text;
  const $note = el("p", { class: "quiet", role: "status" });
  const $save = el("button", { type: "submit", class: "primary" }, t("channel.save"));
  const $cancel = el("button", { type: "button" }, t("channel.cancel"));
  const $form = el("form", { class: "line-editor" }, $text, $note, el("span", { class: "buttons" }, $save, $cancel));

  const close = () => {
    $form.remove();
    $said.removeAttribute("hidden");
    onClosed();
  };
  const keep = async () => {
    try {
      await save($text.value, rev);
      onProblem(null);
      close();
    } catch (error) {
      if (!isStale(error)) return onProblem(error);
      rev = error.rev;
      if (error.state === "deleted") return close();
      setText($note, t("edit.stale", { text: error.text }));
      $text.focus();
    }
  };
  $form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
  });
  $text.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    keep();
  });
  $cancel.addEventListener("click", close);
  $said.setAttribute("hidden", "");
  $said.after($form);
  $text.focus();
}

/** @param {unknown} error @returns {error is Error & {code: string, text: string, rev: number, state: string}} */
function isStale(error) {
  return error instanceof Error && /** @type {any} */ (error).code === "stale_edit";
}
