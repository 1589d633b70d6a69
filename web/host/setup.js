// Before a meeting: who speaks into which microphone, and what listens.

import { el, need, setAttribute, setText } from "../shared/dom.js";
import { pageLanguage, t } from "../shared/i18n.js";
import { api } from "./api.js";
import { colourOptions, languageOptions } from "./choices.js";
import { Earlier } from "./earlier.js";
import { QUIETEST_DB, levelShare } from "./level-words.js";
import { choicesOf, isSplit } from "./microphones.js";
import { Rehearsal } from "./rehearsal.js";

/** @typedef {import("./api.js").Device} Device */
/** @typedef {import("./api.js").Weights} Weights */
/** @typedef {import("./microphones.js").Choice} Choice */
/** @typedef {{choice: Choice, $card: HTMLElement, $tick: HTMLInputElement, $name: HTMLInputElement, $colour: HTMLSelectElement, $language: HTMLSelectElement, $fill: HTMLElement, $problem: HTMLElement}} DeviceCard */

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
    /** @type {Device[]} */
    this.devices = [];
    /** @type {Device[]} phones that will be microphones */
    this.phones = [];
    /** @type {Weights[]} */
    this.weights = [];
    /** @type {string[]} */
    this.colours = [];
    this.earlier = new Earlier((id) => this.openEarlier(id), onProblem);
    this.$form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.begin();
    });
    this.$weights.addEventListener("change", () => this.showLanguages());
    need("look-again").addEventListener("click", () => this.lookForDevices());
    need("add-phone").addEventListener("click", () => this.addPhone());
    this.$tryOut = /** @type {HTMLButtonElement} */ (need("try-out"));
    this.rehearsal = new Rehearsal((levels) => this.showLevels(levels), (message) => this.showTrial(message));
    this.$tryOut.addEventListener("click", () => {
      if (this.rehearsal.isOn) this.rehearsal.stop();
      else this.rehearsal.start();
      this.showTrial("");
    });
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
      const { keep, days } = await this.earlier.show();
      setText(need("keep-transcript-text"), t("keep.transcript", { count: days }));
      /** @type {HTMLInputElement} */ (need(`keep-${keep}`)).checked = true;
    } catch (error) {
      this.onProblem(error);
    }
    await this.lookForDevices();
  }

  /** @param {string} id */
  async openEarlier(id) {
    try {
      this.onStarted(await api.meeting(id));
    } catch (error) {
      this.onProblem(error);
    }
  }

  hide() {
    this.rehearsal.stop();
    this.$form.hidden = true;
  }

  /** What is typed already stays with its device. */
  async lookForDevices() {
    this.rehearsal.stop(); // open devices keep the server from looking for new ones
    let answer;
    try {
      answer = await api.devices();
    } catch (error) {
      this.onProblem(error);
      return;
    }
    const nothing = answer.devices.length === 0 ? t("setup.no_devices") : "";
    setText(need("devices-problem"), answer.problem ? answer.problem.message : nothing);
    this.devices = answer.devices;
    this.showDevices([...this.devices, ...this.phones]);
  }

  /** @param {Device[]} devices */
  showDevices(devices) {
    const known = new Map(this.cards.map((card) => [card.choice.id, card]));
    const choices = choicesOf(devices);
    this.cards = choices.map((choice, at) => known.get(choice.id) ?? this.makeCard(choice, at));
    const $cards = this.cards.flatMap((card) => {
      const hasInputs = card.choice.input === 0 && card.choice.device.inputs.length > 0;
      return hasInputs ? [card.$card, this.makeSplit(card.choice.device)] : [card.$card];
    });
    need("devices").replaceChildren(...$cards);
    this.showLanguages();
  }

  /** A phone is added because it is wanted: it is ticked at once. */
  addPhone() {
    const number = this.phones.length + 1;
    const label = `${t("phone.device")} ${number}`;
    const phone = { id: `phone:${number}`, label, channels: 1, rate: 0, default: false, inputs: [], monitor: false, known: {} };
    this.phones.push(phone);
    this.showDevices([...this.devices, ...this.phones]);
    this.cards.find((card) => card.choice.id === phone.id)?.$tick.click();
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
    for (const { $language, choice } of this.cards) {
      const before = $language.value || (choice.known?.language ?? "");
      $language.replaceChildren(...languageOptions(languages));
      if (languages.includes(before)) $language.value = before;
    }
  }

  /** One microphone with all its inputs, or several: what a host expects depends on the device. @param {Device} device */
  makeSplit(device) {
    const $tick = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox", checked: isSplit(device) }));
    const show = () => {
      for (const { choice, $card, $tick: $chosen } of this.cards) {
        if (choice.device.id !== device.id) continue;
        $card.hidden = (choice.input === 0) === $tick.checked;
        if ($card.hidden && $chosen.checked) $chosen.click();
      }
    };
    $tick.addEventListener("change", show);
    show();
    const text = t("setup.split", { count: device.inputs.length, label: device.label });
    return el("label", { class: "device-split quiet" }, $tick, el("span", {}, text));
  }

  /** @param {import("./rehearsal.js").DeviceLevel[]} levels */
  showLevels(levels) {
    const heard = new Map(levels.map((level) => [level.id, level]));
    for (const { choice, $fill, $problem } of this.cards) {
      const own = [choice.id, ...(choice.input === 0 ? choice.device.inputs : [])].flatMap((id) => heard.get(id) ?? []);
      const loudest = Math.max(QUIETEST_DB, ...own.map((level) => level.rms_db));
      $fill.style.transform = `scaleX(${levelShare(loudest).toFixed(3)})`;
      setText($problem, own.map((level) => level.problem).find((text) => text !== "") ?? "");
    }
  }

  /** @param {string} message */
  showTrial(message) {
    const { isOn } = this.rehearsal;
    setAttribute(need("devices"), "data-trial", isOn);
    setAttribute(this.$tryOut, "aria-pressed", String(isOn));
    setText(this.$tryOut, t(isOn ? "setup.try_out_stop" : "setup.try_out"));
    if (message) this.onProblem(new Error(message));
  }

  /** @param {Choice} choice @param {number} at @returns {DeviceCard} */
  makeCard(choice, at) {
    const { device, known } = choice;
    const id = `device-${at}-${choice.id.replace(/[^\w-]/g, "_")}`;
    const colour = known?.colour ?? this.colours[at % Math.max(1, this.colours.length)] ?? "blue";
    const isChosen = known?.chosen ?? false;
    const $tick = el("input", { type: "checkbox", id, checked: isChosen });
    const $name = el("input", {
      type: "text", id: `${id}-name`, maxlength: 60, autocomplete: "off", value: known?.name ?? "", required: isChosen,
    });
    const $colour = el("select", { id: `${id}-colour` }, ...colourOptions(this.colours, colour));
    const $language = el("select", { id: `${id}-language` });
    const $swatch = el("span", { class: "swatch", "data-colour": colour, "aria-hidden": "true" });
    const $fields = el(
      "div",
      { class: "device-fields", hidden: !isChosen },
      field(`${id}-name`, t("setup.speaker"), $name),
      field(`${id}-colour`, t("setup.colour"), el("span", { class: "with-swatch" }, $swatch, $colour)),
      field(`${id}-language`, t("setup.language"), $language),
    );
    const label = choiceLabel(choice);
    const $head = el("label", { class: "device-head", for: id }, $tick, el("span", {}, label));
    const $fill = el("span", { class: "meter-fill" });
    const $meter = el("div", { class: "meter", "aria-hidden": "true" }, $fill);
    const $problem = el("p", { class: "message" });
    const $twin = choice.isTwin && el("p", { class: "quiet device-note" }, t("setup.twins"));
    const $card = el("fieldset", { class: "device", "aria-label": label }, $head, $meter, $problem, $twin, $fields);
    const card = /** @type {DeviceCard} */ ({ choice, $card, $tick, $name, $colour, $language, $fill, $problem });
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
        keep: /** @type {HTMLInputElement} */ (need("keep-captions")).checked ? "captions" : "transcript",
        channels: ticked.map(({ choice, $name, $colour, $language }) => ({
          device: choice.id,
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

/** @param {Choice} choice */
function choiceLabel({ device, input }) {
  const { label } = device;
  if (input > 0) return t("setup.input", { label, number: input });
  if (device.monitor) return t("setup.own_sound", { label });
  return device.default ? t("setup.default_device", { label }) : label;
}

/** @param {string} id @param {string} label @param {HTMLElement} $control */
function field(id, label, $control) {
  return el("div", { class: "field" }, el("label", { for: id }, label), $control);
}
