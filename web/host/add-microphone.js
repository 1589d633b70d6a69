// One more microphone in the middle of a meeting, a phone too.

import { el, need, setAttribute } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { api } from "./api.js";
import { colourOptions, languageOptions } from "./choices.js";
import { choicesOf } from "./microphones.js";

export class AddMicrophone {
  /**
   * @param {import("./api.js").Meeting} meeting
   * @param {readonly string[]} colours
   * @param {() => readonly string[]} takenColours
   * @param {(meeting: import("./api.js").Meeting) => void} onAdded
   * @param {(error: unknown) => void} onProblem
   */
  constructor(meeting, colours, takenColours, onAdded, onProblem) {
    this.meeting = meeting;
    this.colours = colours;
    this.takenColours = takenColours;
    this.onAdded = onAdded;
    this.onProblem = onProblem;
    this.$dialog = /** @type {HTMLDialogElement} */ (need("add-dialog"));
    this.$form = /** @type {HTMLFormElement} */ (need("add-form"));
    this.$device = /** @type {HTMLSelectElement} */ (need("add-device"));
    this.$name = /** @type {HTMLInputElement} */ (need("add-name"));
    this.$colour = /** @type {HTMLSelectElement} */ (need("add-colour"));
    this.$language = /** @type {HTMLSelectElement} */ (need("add-language"));
    need("add-microphone").onclick = () => this.open();
    need("add-cancel").onclick = () => this.$dialog.close();
    this.$form.onsubmit = (event) => {
      event.preventDefault();
      this.add();
    };
  }

  async open() {
    try {
      const [{ devices }, { weights }] = await Promise.all([api.devices(), api.weights()]);
      const taken = new Set(this.meeting.channels.map(({ source }) => source));
      const free = choicesOf(devices).filter(({ device, input }) => input > 0 || !taken.has(device.label));
      const phone = `phone:${Date.now()}`; // the rest of it only tells several apart
      this.$device.replaceChildren(
        ...free.map(({ id, device, input }) =>
          el("option", { value: id }, input > 0 ? t("setup.input", { label: device.label, number: input }) : device.label),
        ),
        el("option", { value: phone }, t("phone.device")),
      );
      const known = weights.find(({ name }) => name === this.meeting.weights)?.languages ?? ["en"];
      this.$language.replaceChildren(...languageOptions(known));
      const colour = this.colours.find((name) => !this.takenColours().includes(name)) ?? this.colours[0] ?? "blue";
      this.$colour.replaceChildren(...colourOptions(this.colours, colour));
      this.$name.value = "";
      this.onProblem(null);
      this.$dialog.showModal();
      this.$device.focus();
    } catch (error) {
      this.onProblem(error);
    }
  }

  async add() {
    const $add = need("add-yes");
    setAttribute($add, "disabled", true);
    try {
      const meeting = await api.addMicrophone(this.meeting.id, {
        device: this.$device.value,
        name: this.$name.value.trim(),
        colour: this.$colour.value,
        language: this.$language.value,
      });
      this.meeting = meeting;
      this.onAdded(meeting);
      this.onProblem(null);
    } catch (error) {
      this.onProblem(error);
    }
    setAttribute($add, "disabled", false);
    this.$dialog.close();
  }
}
