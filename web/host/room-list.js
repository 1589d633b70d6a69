// Rooms that were set up before: used again with one press, or forgotten.

import { el, need } from "../shared/dom.js";
import { listOf, t } from "../shared/i18n.js";
import { api } from "./api.js";
import { askToDelete } from "./caption-tools.js";

/** @typedef {import("./rooms.js").Room} Room */

export class RoomList {
  /** @param {(room: Room) => void} onUse @param {(error: unknown) => void} onProblem */
  constructor(onUse, onProblem) {
    this.onUse = onUse;
    this.onProblem = onProblem;
  }

  async show() {
    try {
      const { rooms } = await api.rooms();
      need("rooms").hidden = rooms.length === 0;
      need("room-list").replaceChildren(...rooms.map((room) => this.makeItem(room)));
    } catch (error) {
      this.onProblem(error);
    }
  }

  /** @param {Room} room */
  makeItem(room) {
    const $use = el("button", { type: "button", class: "primary" }, t("rooms.use", { room: room.name }));
    const $forget = el("button", { type: "button", "aria-label": t("rooms.forget_label", { room: room.name }) }, t("rooms.forget"));
    $use.addEventListener("click", () => this.onUse(room));
    $forget.addEventListener("click", () => {
      const act = async () => {
        await api.forgetRoom(room.name);
        await this.show();
      };
      askToDelete(t("rooms.delete", { room: room.name }), act, this.onProblem);
    });
    const names = listOf(room.channels.map(({ name }) => name));
    return el("li", {}, el("span", { class: "buttons" }, $use, $forget), el("span", { class: "quiet", dir: "auto" }, names));
  }
}
