// The microphones before a meeting and who sits at them: looked for, listened to, tried out.

import { el, need, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { api } from "./api.js";
import { DeviceCard } from "./device-card.js";
import { deviceWords, pairWords } from "./device-words.js";
import { HearsBest } from "./hears-best.js";
import { lettersOf } from "./letters.js";
import { choicesOf, isSplit } from "./microphones.js";
import { MissingPlaces } from "./missing-places.js";
import { NameTest } from "./name-test.js";
import { Rehearsal } from "./rehearsal.js";
import { layOut } from "./rooms.js";

/** @typedef {import("./api.js").Device} Device */
/** @typedef {import("./hears-best.js").DeviceLevel} DeviceLevel */
/** @typedef {import("./hears-best.js").Pair} Pair */

export class Places {
  /** @param {() => void} onChange who sits where has changed @param {(error: unknown) => void} onProblem */
  constructor(onChange, onProblem) {
    this.onChange = onChange;
    this.onProblem = onProblem;
    /** @type {DeviceCard[]} */
    this.cards = [];
    /** @type {Device[]} */
    this.devices = [];
    /** @type {Device[]} phones that will be microphones */
    this.phones = [];
    /** @type {readonly string[]} */
    this.colours = [];
    /** @type {readonly string[]} */
    this.languages = [];
    /** @type {Map<string, DeviceLevel>} */
    this.levels = new Map();
    /** @type {Pair[]} */
    this.pairs = [];
    this.best = "";
    this.hearsBest = new HearsBest();
    /** @type {NameTest | null} */
    this.test = null;
    this.missing = new MissingPlaces((id, place) => this.cardOf(id)?.seat(place), () => this.changed());
    this.rehearsal = new Rehearsal((levels, pairs) => this.accept(levels, pairs));
    /** Told when somebody has spoken into their own microphone. @type {(card: DeviceCard) => void} */
    this.onSpoken = () => {};
    /** Told whenever levels have come. @type {() => void} */
    this.onLevels = () => {};
  }

  get used() {
    return this.cards.filter((card) => card.isUsed);
  }

  /** @param {string} id */
  cardOf(id) {
    return this.cards.find((card) => card.choice.id === id);
  }

  leave() {
    this.rehearsal.stop();
    this.levels.clear();
  }

  /** What is typed already stays with its device. Open devices keep the service from finding new ones. */
  async look() {
    this.rehearsal.stop();
    try {
      const answer = await api.devices();
      const nothing = answer.devices.length === 0 ? t("setup.no_devices") : "";
      setText(need("devices-problem"), answer.problem ? answer.problem.message : nothing);
      this.devices = answer.devices;
      this.showDevices();
      this.rehearsal.start();
    } catch (error) {
      this.onProblem(error);
    }
  }

  showDevices() {
    const known = new Map(this.cards.map((card) => [card.choice.id, card]));
    const choices = choicesOf([...this.devices, ...this.phones]);
    this.cards = choices.map((choice, at) => known.get(choice.id) ?? this.makeCard(choice, at));
    const elements = (/** @type {boolean} */ isMonitor) =>
      this.cards
        .filter(({ choice }) => choice.device.monitor === isMonitor)
        .flatMap((card) => {
          const hasInputs = card.choice.input === 0 && card.choice.device.inputs.length > 0;
          return hasInputs ? [card.$card, this.makeSplit(card.choice.device)] : [card.$card];
        });
    need("devices").replaceChildren(...elements(false));
    need("monitors").replaceChildren(...elements(true));
    need("own-sound").hidden = !this.cards.some(({ choice }) => choice.device.monitor);
    this.showLanguages(this.languages);
    this.missing.offer(this.freeChoices());
    this.changed();
  }

  /** @param {import("./microphones.js").Choice} choice @param {number} at */
  makeCard(choice, at) {
    const { known } = choice;
    const colour = known?.colour ?? this.colours[at % Math.max(1, this.colours.length)] ?? "blue";
    const place = { name: known?.chosen ? known.name : "", colour, language: known?.language ?? "" };
    const id = `device-${at}-${choice.id.replace(/[^\w-]/g, "_")}`;
    return new DeviceCard(choice, id, this.colours, place, {
      onChange: () => this.changed(),
      onTest: (card) => this.beginTest(card),
    });
  }

  /** One microphone with all its inputs, or several: what a host expects depends on the device. @param {Device} device */
  makeSplit(device) {
    const $tick = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox", checked: isSplit(device) }));
    const show = () => {
      for (const { choice, $card } of this.cards) {
        if (choice.device.id === device.id) $card.hidden = (choice.input === 0) === $tick.checked;
      }
      this.changed();
    };
    $tick.addEventListener("change", show);
    queueMicrotask(show);
    const text = t("setup.split", { count: device.inputs.length, label: device.label });
    return el("label", { class: "device-split quiet" }, $tick, el("span", {}, text));
  }

  /** A phone is added because it is wanted: its name is all that is missing. */
  addPhone() {
    const number = this.phones.length + 1;
    this.phones.push(phoneDevice(number));
    this.showDevices();
    this.cardOf(`phone:${number}`)?.$name.focus();
  }

  /** @param {readonly string[]} languages */
  showLanguages(languages) {
    this.languages = languages;
    for (const card of this.cards) card.showLanguages(languages, card.choice.known?.language ?? "");
  }

  /** Who sat where last time sits there again; nobody else keeps a seat. @param {import("./rooms.js").Room} room */
  useRoom(room) {
    const phones = room.channels.filter(({ device }) => device.startsWith("phone:"));
    this.phones = phones.map((_, at) => phoneDevice(at + 1));
    this.showDevices();
    for (const card of this.cards) card.seat({ name: "", colour: "", language: "" });
    const choices = this.cards.map((card) => ({ id: card.choice.id, label: card.choice.device.label }));
    const { present, missing } = layOut(room, choices);
    for (const channel of present) this.cardOf(channel.device)?.seat(channel);
    this.missing.show(missing, this.freeChoices());
    this.changed();
  }

  /** Microphones that nobody uses. */
  freeChoices() {
    return this.cards.filter((card) => !card.isUsed && !card.isPhone && !card.$card.hidden).map((card) => ({ id: card.choice.id, label: card.label }));
  }

  changed() {
    const { used } = this;
    const letters = lettersOf(used.map(({ name }) => name));
    for (const card of this.cards) card.show(card.isUsed ? letters[used.indexOf(card)] : "");
    this.missing.offer(this.freeChoices());
    this.draw();
    this.onChange();
  }

  /** @param {DeviceLevel[]} levels @param {Pair[]} pairs */
  accept(levels, pairs) {
    this.levels = new Map(levels.map((level) => [level.id, level]));
    this.pairs = pairs;
    // Whatever the computer plays is no voice in the room; a device as a whole is as loud as its inputs.
    const own = this.cards.filter(({ choice, $card }) => !choice.device.monitor && !$card.hidden);
    const heard = own.flatMap((card) => this.levelOf(card) ?? []);
    this.best = this.hearsBest.accept(heard, Date.now());
    this.draw();
    this.onLevels();
  }

  /** @param {DeviceCard} card @returns {DeviceLevel | null} of its loudest input, where the device is used as a whole */
  levelOf({ choice }) {
    const ids = [choice.id, ...(choice.input === 0 ? choice.device.inputs : [])];
    const found = ids.flatMap((id) => this.levels.get(id) ?? []).sort((a, b) => b.rms_db - a.rms_db);
    return found.length > 0 ? { ...found[0], id: choice.id } : null;
  }

  draw() {
    const nowMs = Date.now();
    const nameOf = (/** @type {string} */ id) => this.cardOf(id)?.isUsed ? (this.cardOf(id)?.name ?? null) : null;
    for (const card of this.cards) {
      const { id } = card.choice;
      card.showLevel(this.levelOf(card), id === this.best, pairWords(id, this.pairs, nameOf), nowMs);
    }
    this.showElsewhere();
    this.judgeTest(nowMs);
  }

  /** A voice that only an unused microphone hears: the wrong one was chosen, or somebody has none. */
  showElsewhere() {
    const card = this.cardOf(this.best);
    const isElsewhere = card !== undefined && !card.isUsed && this.used.length > 0 && !this.test;
    setText(need("heard-elsewhere"), isElsewhere ? t("device.elsewhere", { label: card.label }) : "");
  }

  /** @param {DeviceCard} card */
  beginTest(card) {
    for (const other of this.cards) other.explainTest("");
    this.hearsBest = new HearsBest();
    this.best = "";
    this.test = new NameTest(card.choice.id, card.name, Date.now());
    this.draw();
  }

  /** @param {number} nowMs */
  judgeTest(nowMs) {
    const { test } = this;
    const card = test && this.cardOf(test.id);
    if (!test || !card) return;
    const words = deviceWords(this.levelOf(card));
    const trouble = words.sign === "warn" ? words.text : "";
    const verdict = test.judge(this.best, trouble, (id) => this.cardOf(id)?.label ?? id, nowMs);
    const other = verdict.heardBy ? this.cardOf(verdict.heardBy) : undefined;
    const move = other && { text: t("test.move", { name: card.name, label: other.label }), act: () => this.swap(card, other) };
    card.explainTest(verdict.text, move ?? null);
    if (verdict.outcome !== "listening") this.test = null;
    if (verdict.outcome === "right") this.onSpoken(card);
  }

  /** @param {DeviceCard} from @param {DeviceCard} to */
  swap(from, to) {
    const [here, there] = [from.place, to.place];
    from.seat(there);
    to.seat(here);
    this.changed();
    to.$name.focus();
  }

  /** What a host should know before the start, a sentence each. */
  troubles() {
    const nameOf = (/** @type {string} */ id) => this.cardOf(id)?.isUsed ? (this.cardOf(id)?.name ?? null) : null;
    const found = this.missing.troubles();
    for (const card of this.used.filter(({ isPhone }) => !isPhone)) {
      const { sign, text } = deviceWords(this.levelOf(card));
      if (sign === "warn") found.push(`${card.name}: ${text}`);
      const pair = pairWords(card.choice.id, this.pairs.filter(({ likeness }) => likeness === "same"), nameOf);
      if (pair) found.push(`${card.name}: ${pair}`);
    }
    return found;
  }
}

/** @param {number} number @returns {Device} */
function phoneDevice(number) {
  return { id: `phone:${number}`, label: `${t("phone.device")} ${number}`, channels: 1, rate: 0, default: false, inputs: [], monitor: false, known: {} };
}
