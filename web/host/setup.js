// Before a meeting: who speaks into which microphone, and what listens.

import { el, need, setAttribute, setText } from "../shared/dom.js";
import { pageLanguage, t } from "../shared/i18n.js";
import { api } from "./api.js";
import { colourOptions, languageOptions } from "./choices.js";

/** @typedef {import("./api.js").Device} Device */
/** @typedef {import("./api.js").Weights} Weights */
/** @typedef {{device: Device, $card: HTMLElement, $tick: HTMLInputElement, $name: HTMLInputElement, $colour: HTMLSelectElement, $language: HTMLSelectElement}} DeviceCard */

export class Setup {
  /**
   * @param {(meeting: import("./api.js").Meeting) => void} onStarted
   * @param {(error: unknown) => void} onProblem
   */
  constructor(onStarted, onProblem) {
    this.onStarted = onStarted;
    this.onProblem = onProblem;
    this.$form = need("setup");
    this.$title = /** @type {HTMLInputElement} */ (need("meeting-title"));
    this.$glossary = /** @type {HTMLTextAreaElement} */ (need("glossary"));
    this.$weights = /** @type {HTMLSelectElement} */ (need("weights"));
    this.$start = /** @type {HTMLButtonElement} */ (need("start"));
    /** @type {DeviceCard[]} */
    this.cards = [];
    /** @type {Device[]} phones that will be microphones */
    this.phones = [];
    /** @type {Weights[]} */
    this.weights = [];
    /** @type {string[]} */
    this.colours = [];
    this.$form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.begin();
    });
    this.$weights.addEventListener("change", () => this.showLanguages());
    need("look-again").addEventListener("click", () => this.lookForDevices());
    need("add-phone").addEventListener("click", () => this.addPhone());
  }

  async show() {
    this.$form.hidden = false;
    if (!this.$title.value) {
      const date = new Date().toLocaleDateString(pageLanguage(), { day: "numeric", month: "long" });
      this.$title.value = t("setup.default", { date });
    }
    try {
      this.colours = (await api.palette()).colours;
      this.showWeights(await api.weights());
    } catch (error) {
      this.onProblem(error);
    }
    await this.lookForDevices();
  }

  hide() {
    this.$form.hidden = true;
  }

  /** What is typed already stays with its device. */
  async lookForDevices() {
    let answer;
    try {
      answer = await api.devices();
    } catch (error) {
      this.onProblem(error);
      return;
    }
    const nothing = answer.devices.length === 0 ? t("setup.no_devices") : "";
    setText(need("devices-problem"), answer.problem ? answer.problem.message : nothing);
    this.showDevices([...answer.devices, ...this.phones]);
  }

  /** @param {Device[]} devices */
  showDevices(devices) {
    const known = new Map(this.cards.map((card) => [card.device.id, card]));
    this.cards = devices.map((device, at) => known.get(device.id) ?? this.makeCard(device, at));
    need("devices").replaceChildren(...this.cards.map((card) => card.$card));
    this.showLanguages();
  }

  /** A phone is added because it is wanted: it is ticked at once. */
  addPhone() {
    const number = this.phones.length + 1;
    const label = `${t("phone.device")} ${number}`;
    this.phones.push({ id: `phone:${number}`, label, channels: 1, rate: 0, default: false });
    this.showDevices([...this.cards.map((card) => card.device), this.phones[number - 1]]);
    this.cards[this.cards.length - 1].$tick.click();
  }

  /** @param {{weights: Weights[], chosen: string | null, problem: import("./api.js").Problem}} answer */
  showWeights({ weights, chosen, problem }) {
    this.weights = weights;
    setText(need("weights-problem"), problem ? problem.message : "");
    // Demo weights turn real speech into nonsense: nobody gets them without asking.
    const proposed = chosen ?? weights.find((item) => !item.demo)?.name ?? "";
    const $none = el("option", { value: "", disabled: true, selected: proposed === "" }, t("setup.choose_weights"));
    this.$weights.replaceChildren(
      $none,
      ...weights.map((item) => {
        const label = item.demo ? t("setup.demo_weights", { label: item.label }) : item.label;
        return el("option", { value: item.name, selected: item.name === proposed }, label);
      }),
    );
    this.showLanguages();
  }

  showLanguages() {
    const chosen = this.weights.find((item) => item.name === this.$weights.value);
    need("demo").hidden = !chosen?.demo;
    const languages = chosen?.languages ?? [];
    for (const { $language } of this.cards) {
      const before = $language.value;
      $language.replaceChildren(...languageOptions(languages));
      if (languages.includes(before)) $language.value = before;
    }
  }

  /** @param {Device} device @param {number} at @returns {DeviceCard} */
  makeCard(device, at) {
    const id = `device-${at}-${device.id.replace(/[^\w-]/g, "_")}`;
    const colour = this.colours[at % Math.max(1, this.colours.length)] ?? "blue";
    const $tick = el("input", { type: "checkbox", id });
    const $name = el("input", { type: "text", id: `${id}-name`, maxlength: 60, autocomplete: "off" });
    const $colour = el("select", { id: `${id}-colour` }, ...colourOptions(this.colours, colour));
    const $language = el("select", { id: `${id}-language` });
    const $swatch = el("span", { class: "swatch", "data-colour": colour, "aria-hidden": "true" });
    const $fields = el(
      "div",
      { class: "device-fields", hidden: true },
      field(`${id}-name`, t("setup.speaker"), $name),
      field(`${id}-colour`, t("setup.colour"), el("span", { class: "with-swatch" }, $swatch, $colour)),
      field(`${id}-language`, t("setup.language"), $language),
    );
    const label = device.default ? t("setup.default_device", { label: device.label }) : device.label;
    const $head = el("label", { class: "device-head", for: id }, $tick, el("span", {}, label));
    const $card = el("fieldset", { class: "device", "aria-label": device.label }, $head, $fields);
    const card = /** @type {DeviceCard} */ ({ device, $card, $tick, $name, $colour, $language });
    card.$tick.addEventListener("change", () => {
      $fields.hidden = !card.$tick.checked;
      setAttribute($name, "required", card.$tick.checked);
      if (card.$tick.checked) $name.focus();
    });
    card.$colour.addEventListener("change", () => setAttribute($swatch, "data-colour", card.$colour.value));
    return card;
  }

  async begin() {
    const ticked = this.cards.filter((card) => card.$tick.checked);
    if (ticked.length === 0) {
      this.onProblem(new Error(t("setup.none_ticked")));
      return;
    }
    this.onProblem(null);
    this.setBusy(true);
    try {
      const meeting = await api.create({
        title: this.$title.value.trim(),
        weights: this.$weights.value,
        glossary: this.$glossary.value,
        channels: ticked.map(({ device, $name, $colour, $language }) => ({
          device: device.id,
          name: $name.value.trim(),
          colour: $colour.value,
          ...($language.value && { language: $language.value }),
        })),
      });
      this.onStarted(meeting);
    } catch (error) {
      this.onProblem(error);
    } finally {
      this.setBusy(false);
    }
  }

  /** Loading weights takes seconds: the button says so. @param {boolean} isBusy */
  setBusy(isBusy) {
    this.$start.disabled = isBusy;
    setText(this.$start, t(isBusy ? "setup.starting" : "setup.start"));
  }
}

/** @param {string} id @param {string} label @param {HTMLElement} $control */
function field(id, label, $control) {
  return el("div", { class: "field" }, el("label", { for: id }, label), $control);
}
