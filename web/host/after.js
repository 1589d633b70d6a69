// Meetings that are over: the list, what is deleted when, and one of them read, searched, saved or deleted.

import { el, need, setText } from "../shared/dom.js";
import { pageLanguage, t } from "../shared/i18n.js";
import { api } from "./api.js";
import { askToDelete } from "./caption-tools.js";

/** @typedef {import("./api.js").KeptMeeting} KeptMeeting */

export class After {
  /** @param {(meeting: KeptMeeting) => void} onRead @param {(error: unknown) => void} onProblem */
  constructor(onRead, onProblem) {
    this.onRead = onRead;
    this.onProblem = onProblem;
  }

  async show() {
    try {
      const kept = await api.record();
      setText(need("after-problem"), kept.problem?.message ?? "");
      setText(need("earlier-help"), kept.meetings.length > 0 ? t("earlier.help", { count: kept.days }) : t("earlier.none"));
      need("earlier-list").replaceChildren(...kept.meetings.map((meeting) => this.makeItem(meeting)));
      const { deletions } = kept;
      need("deleted").hidden = deletions.length === 0;
      need("deleted-list").replaceChildren(...deletions.slice(0, 20).map(deletionItem));
    } catch (error) {
      this.onProblem(error);
    }
  }

  /** @param {KeptMeeting} meeting */
  makeItem(meeting) {
    const when = openedAt(meeting.id);
    const name = [meeting.title, when].filter(Boolean).join(", ");
    const $delete = el("button", { type: "button", "aria-label": t("earlier.delete_label", { name }) }, t("tools.delete"));
    $delete.addEventListener("click", () => {
      askToDelete(t("delete.meeting", { title: name }), () => this.erase(meeting.id), this.onProblem);
    });
    const $read = el("button", { type: "button", class: "primary", "aria-label": t("earlier.open_label", { name }) }, t("earlier.open"));
    $read.addEventListener("click", () => this.onRead(meeting));
    const gone = meeting.deleted_on ? t("earlier.deleted_on", { date: moment(meeting.deleted_on) }) : "";
    const what = meeting.readable ? gone : [gone, t("earlier.files_only")].join(" ");
    return el(
      "li",
      {},
      el("div", {}, el("strong", { dir: "auto" }, meeting.title || when), el("p", { class: "quiet" }, [meeting.title ? when : "", what].filter(Boolean).join(" · "))),
      el("span", { class: "buttons" }, ...(meeting.readable ? [$read] : []), $delete),
    );
  }

  /** @param {string} id */
  async erase(id) {
    await api.deleteMeeting(id);
    await this.show();
  }
}

/** @param {{at: string, what: string}} deletion */
function deletionItem({ at, what }) {
  return el("li", {}, `${moment(at)}: ${t(`deleted.${what}`)}`);
}

/** @param {string} iso */
export function moment(iso) {
  return new Date(iso).toLocaleString(pageLanguage(), { dateStyle: "medium", timeStyle: "short" });
}

/** The id of a meeting begins with the moment at which it was opened, in UTC. @param {string} id */
function openedAt(id) {
  const found = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)/.exec(id);
  if (!found) return id;
  const [year, month, day, hour, minute] = found.slice(1).map(Number);
  return moment(new Date(Date.UTC(year, month - 1, day, hour, minute)).toISOString());
}
