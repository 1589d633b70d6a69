// What a host can do with a caption: correct it, delete it. Each asks before a word is gone.

import { el, need, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { api } from "./api.js";

/** @typedef {import("../shared/timeline.js").Entry} Entry */

export class CaptionTools {
  /**
   * @param {string} meeting
   * @param {(utterance: string) => string} textOf what it says now
   * @param {(error: unknown) => void} onProblem
   */
  constructor(meeting, textOf, onProblem) {
    this.meeting = meeting;
    this.textOf = textOf;
    this.onProblem = onProblem;
    this.make = this.make.bind(this);
  }

  /** What was typed can be deleted, but nobody puts other words into its place. @param {Entry} entry */
  make(entry) {
    const $delete = el("button", { type: "button" }, t("tools.delete"));
    $delete.addEventListener("click", () => this.erase(entry));
    if (entry.kind === "message") return el("span", { class: "tools" }, $delete);
    const $edit = el("button", { type: "button" }, t("tools.edit"));
    $edit.addEventListener("click", () => this.edit(entry.id));
    return el("span", { class: "tools" }, $edit, $delete);
  }

  /** @param {string} utterance */
  edit(utterance) {
    const $text = /** @type {HTMLTextAreaElement} */ (need("edit-text"));
    $text.value = this.textOf(utterance);
    ask("edit-dialog", () => api.editCaption(this.meeting, utterance, $text.value), this.onProblem);
  }

  /** @param {Entry} entry */
  erase(entry) {
    const text = this.textOf(entry.id);
    const act = () =>
      entry.kind === "message" ? api.deleteMessage(this.meeting, entry.message) : api.deleteCaption(this.meeting, entry.id);
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
