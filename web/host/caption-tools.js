// What a host can do with a line: correct it, delete it. Deleting asks before a word is gone.

import { el, need, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { api } from "./api.js";
import { editLine } from "./line-editor.js";

/** @typedef {import("../shared/timeline.js").Entry} Entry */

export class CaptionTools {
  /**
   * @param {string} meeting
   * @param {(id: string) => Entry | undefined} entryOf as it is now
   * @param {(error: unknown) => void} onProblem
   * @param {(text: string, undo: () => Promise<unknown>) => void} offerUndo
   * @param {boolean} isHelper who corrects only
   */
  constructor(meeting, entryOf, onProblem, offerUndo, isHelper) {
    this.meeting = meeting;
    this.entryOf = entryOf;
    this.onProblem = onProblem;
    this.offerUndo = offerUndo;
    this.isHelper = isHelper;
    this.make = this.make.bind(this);
  }

  /** What was typed can be deleted, but nobody puts other words into its place. @param {Entry} entry */
  make(entry) {
    const $edit = el("button", { type: "button" }, t("tools.edit"));
    $edit.addEventListener("click", () => this.edit(entry.id, $edit));
    const $delete = el("button", { type: "button" }, t("tools.delete"));
    $delete.addEventListener("click", () => this.erase(entry));
    return el("span", { class: "tools" }, entry.kind === "caption" && $edit, !this.isHelper && $delete);
  }

  /** A click on the words is enough, unless they were selected. @param {HTMLElement} $list */
  listenTo($list) {
    $list.onclick = (event) => {
      const $target = /** @type {HTMLElement} */ (event.target);
      if (!$target.closest(".said") || !(getSelection()?.isCollapsed ?? true)) return;
      /** @type {HTMLElement | null | undefined} */
      const $edit = $target.closest(".row[data-row=caption]")?.querySelector(".tools button");
      $edit?.click();
    };
  }

  /** @param {string} id @param {HTMLElement} $edit where the focus goes back to */
  edit(id, $edit) {
    const caption = this.entryOf(id);
    const $row = /** @type {HTMLElement | null} */ ($edit.closest(".row"));
    if (!$row || !caption || caption.kind !== "caption" || caption.text === "") return;
    const before = caption.text;
    const save = async (/** @type {string} */ text, /** @type {number} */ rev) => {
      if (text.trim() === before) return;
      await api.editCaption(this.meeting, id, text, rev);
      this.offerUndo(t("undo.edited"), () => api.editCaption(this.meeting, id, before, rev + 1));
    };
    editLine($row, caption, save, this.onProblem, () => $edit.focus());
  }

  /** @param {Entry} entry */
  erase(entry) {
    const text = this.entryOf(entry.id)?.text ?? "";
    const act = async () => {
      if (entry.kind === "topic") await api.deleteTopic(this.meeting, entry.id.replace(/^topic-/, ""));
      else if (entry.kind === "message") await api.deleteMessage(this.meeting, entry.message);
      else await api.deleteCaption(this.meeting, entry.id);
      need("scroller").focus({ preventScroll: true }); // the button with the focus goes with its row
    };
    askToDelete(t("delete.line", { text }), act, this.onProblem);
  }

  /** @param {number} channel @param {string} name */
  eraseChannel(channel, name) {
    askToDelete(t("delete.speaker", { name }), () => api.deleteSpoken(this.meeting, channel), this.onProblem);
  }
}

/** @param {string} question @param {() => Promise<unknown>} act @param {(error: unknown) => void} onProblem */
export function askToDelete(question, act, onProblem) {
  setText(need("delete-what"), question);
  ask("delete-dialog", act, onProblem);
}

/** @param {string} question @param {() => Promise<unknown>} act @param {(error: unknown) => void} onProblem */
export function askToRemove(question, act, onProblem) {
  setText(need("remove-what"), question);
  ask("remove-dialog", act, onProblem);
}

/**
 * @param {string} id of a dialog whose form says `yes` or `no`
 * @param {() => Promise<unknown>} act
 * @param {(error: unknown) => void} onProblem
 */
function ask(id, act, onProblem) {
  const $dialog = /** @type {HTMLDialogElement} */ (need(id));
  $dialog.returnValue = "";
  $dialog.onclose = async () => {
    if ($dialog.returnValue !== "yes") return;
    try {
      await act();
      onProblem(null);
    } catch (error) {
      onProblem(error);
    }
  };
  $dialog.showModal();
}
