// What the host's page shows: the meeting (or the way to one), the check, meetings that are over.

import { need, setAttribute, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

/** @typedef {"meeting" | "check" | "after"} ViewName */

/** @type {readonly ViewName[]} */
const NAMES = ["meeting", "check", "after"];

export class Views {
  /** @param {(name: ViewName) => void} onShow @param {(name: ViewName) => void} onChosen */
  constructor(onShow, onChosen) {
    this.onShow = onShow;
    /** @type {ViewName} */
    this.shown = "meeting";
    for (const name of NAMES) need(`view-${name}`).addEventListener("click", () => onChosen(name));
  }

  /** The page's style hides what belongs to the others; a meeting goes on meanwhile. @param {ViewName} name */
  show(name) {
    this.shown = name;
    setAttribute(document.body, "data-view", name);
    for (const each of NAMES) setAttribute(need(`view-${each}`), "aria-current", each === name ? "page" : null);
    this.onShow(name);
    window.scrollTo(0, 0);
  }

  /** @param {boolean} isRunning */
  nameMeeting(isRunning) {
    setText(need("view-meeting"), t(isRunning ? "view.running" : "view.meeting"));
  }
}
