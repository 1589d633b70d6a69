// What a host does to the whole meeting: private, pause, a new topic. One press there, one back.

import { need, setAttribute, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { api } from "./api.js";

const UNDO_SHOWN_MS = 20_000;

export class RoomControls {
  /** @param {string} meeting @param {(error: unknown) => void} onProblem */
  constructor(meeting, onProblem) {
    this.meeting = meeting;
    this.onProblem = onProblem;
    this.status = "";
    this.undoTimer = 0;
    /** @type {(() => Promise<unknown>) | null} */
    this.undo = null;
    this.$private = /** @type {HTMLButtonElement} */ (need("private"));
    this.$pause = /** @type {HTMLButtonElement} */ (need("pause"));
    this.$topic = /** @type {HTMLInputElement} */ (need("topic"));
    this.$private.onclick = () => this.act(() => api.makePrivate(meeting, this.status !== "private"));
    this.$pause.onclick = () => this.act(() => api.pause(meeting, this.status !== "paused"));
    /** @type {HTMLFormElement} */ (need("topic-form")).onsubmit = (event) => {
      event.preventDefault();
      this.markTopic();
    };
    need("undo").onclick = () => this.takeBack();
    this.forget();
  }

  /** @param {() => Promise<unknown>} act @returns {Promise<boolean>} whether it worked */
  async act(act) {
    try {
      await act();
      this.onProblem(null);
      return true;
    } catch (error) {
      this.onProblem(error);
      return false;
    }
  }

  async markTopic() {
    const text = this.$topic.value.trim();
    if (text && (await this.act(() => api.markTopic(this.meeting, text)))) this.$topic.value = "";
  }

  /** @param {string} status of the meeting */
  show(status) {
    if (status === this.status) return;
    this.status = status;
    setAttribute(this.$private, "aria-pressed", String(status === "private"));
    setAttribute(this.$pause, "aria-pressed", String(status === "paused"));
    setText(this.$private, t(status === "private" ? "room.private_end" : "room.private"));
    setText(this.$pause, t(status === "paused" ? "room.pause_end" : "room.pause"));
    this.$pause.disabled = status === "private";
  }

  /** Something can be taken back for a while. @param {string} text @param {() => Promise<unknown>} undo */
  offerUndo(text, undo) {
    this.undo = undo;
    setText(need("undo-text"), text);
    need("undo-line").hidden = false;
    clearTimeout(this.undoTimer);
    this.undoTimer = setTimeout(() => this.forget(), UNDO_SHOWN_MS);
  }

  async takeBack() {
    const { undo } = this;
    if (undo && (await this.act(undo))) this.forget();
    this.$private.focus(); // the button with the focus is gone
  }

  forget() {
    clearTimeout(this.undoTimer);
    this.undo = null;
    need("undo-line").hidden = true;
    setText(need("undo-text"), "");
  }
}
