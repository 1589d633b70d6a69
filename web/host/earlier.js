// Meetings that lie on the disk: read, corrected, deleted; and what is wrong with the record.

import { el, need, setText } from "../shared/dom.js";
import { pageLanguage, t } from "../shared/i18n.js";
import { api } from "./api.js";
import { askToDelete } from "./caption-tools.js";

/** @typedef {import("./api.js").KeptMeeting} KeptMeeting */

export class Earlier {
  /** @param {(id: string) => void} onOpen @param {(error: unknown) => void} onProblem */
  constructor(onOpen, onProblem) {
    this.onOpen = onOpen;
    this.onProblem = onProblem;
  }

  /** @returns {Promise<import("./api.js").Kept>} */
  async show() {
    const kept = await api.record();
    setText(need("record-problem"), kept.problem?.message ?? "");
    need("earlier").hidden = kept.meetings.length === 0;
    setText(need("earlier-help"), t("earlier.help", { count: kept.days }));
    need("earlier-list").replaceChildren(...kept.meetings.map((meeting) => this.makeItem(meeting)));
    return kept;
  }

  /** @param {KeptMeeting} meeting */
  makeItem(meeting) {
    const name = [meeting.title, openedAt(meeting.id)].filter(Boolean).join(", ");
    const $delete = el("button", { type: "button" }, t("tools.delete"));
    $delete.addEventListener("click", () => {
      askToDelete(t("delete.meeting", { title: name }), () => this.erase(meeting.id), this.onProblem);
    });
    const $open = el("button", { type: "button" }, t("earlier.open"));
    $open.addEventListener("click", () => this.onOpen(meeting.id));
    const $buttons = el("span", { class: "buttons" }, ...(meeting.readable ? [$open] : []), $delete);
    return el("li", {}, el("span", { dir: "auto" }, name), $buttons);
  }

  /** @param {string} id */
  async erase(id) {
    await api.deleteMeeting(id);
    await this.show();
  }
}

/** The id of a meeting begins with the moment at which it was opened, in UTC. @param {string} id */
function openedAt(id) {
  const found = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)/.exec(id);
  if (!found) return id;
  const [year, month, day, hour, minute] = found.slice(1).map(Number);
  const moment = new Date(Date.UTC(year, month - 1, day, hour, minute));
  return moment.toLocaleString(pageLanguage(), { dateStyle: "medium", timeStyle: "short" });
}
