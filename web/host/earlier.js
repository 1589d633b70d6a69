// Meetings that lie on the disk: read, corrected, deleted; and what is wrong with the record.

import { el, need, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
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
    const name = [meeting.title, meeting.id.slice(0, 13)].filter(Boolean).join(", ");
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
