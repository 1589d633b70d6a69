// Before a meeting: who speaks into which microphone, what listens, what is kept, what everybody is told.

import { el, need, setAttribute, setText } from "../shared/dom.js";
import { pageLanguage, t } from "../shared/i18n.js";
import { namesInAgenda, withNames } from "./agenda.js";
import { api } from "./api.js";
import { Keeping } from "./keeping.js";
import { Places } from "./places.js";
import { RoomList } from "./room-list.js";
import { WantedLanguages } from "./wanted-languages.js";

/** @typedef {import("./api.js").Device} Device */
/** @typedef {import("./api.js").Weights} Weights */
/** @typedef {import("./rooms.js").Room} Room */

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
    this.$room = /** @type {HTMLInputElement} */ (need("room-name"));
    this.$start = /** @type {HTMLButtonElement} */ (need("start"));
    /** @type {Weights[]} */
    this.weights = [];
    this.colours = /** @type {string[]} */ ([]);
    /** What a host has been warned of, and may start in spite of. */
    this.warned = "";
    this.places = new Places(() => this.showSummary(), onProblem);
    this.places.onSpoken = (card) => this.suggestLanguage(card);
    this.places.onLevels = () => this.forgetWarning();
    this.keeping = new Keeping();
    this.languages = new WantedLanguages();
    this.rooms = new RoomList((room) => this.useRoom(room), onProblem);
    this.$form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.begin();
    });
    this.$weights.addEventListener("change", () => this.chooseWeights());
    need("look-again").addEventListener("click", () => this.places.look());
    need("add-phone").addEventListener("click", () => this.places.addPhone());
    need("agenda-names").addEventListener("click", () => this.takeNames());
  }

  async show() {
    this.$form.hidden = false;
    if (!this.$title.value) {
      const date = new Date().toLocaleDateString(pageLanguage(), { day: "numeric", month: "long" });
      this.$title.value = t("setup.default", { date });
    }
    if (!this.$room.value) this.$room.value = t("rooms.default");
    try {
      this.colours = (await api.palette()).colours;
      this.places.colours = this.colours;
      this.showWeights(await api.weights());
      this.keeping.show(await api.record());
      await this.languages.show();
    } catch (error) {
      this.onProblem(error);
    }
    await this.places.look();
    await this.rooms.show();
  }

  hide() {
    this.places.leave();
    this.$form.hidden = true;
  }

  /** Everything as it was last time; what is missing is told. @param {Room} room */
  useRoom(room) {
    this.onProblem(null);
    this.warned = "";
    this.$room.value = room.name;
    this.$glossary.value = room.glossary;
    if (this.weights.some(({ name }) => name === room.weights)) this.$weights.value = room.weights;
    this.keeping.choose(room.keep, room.notice);
    this.languages.choose(room.languages);
    this.chooseWeights();
    this.places.useRoom(room);
    this.showSummary();
    (need("missing").hidden ? this.$start : need("missing")).focus();
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
    this.chooseWeights();
  }

  chooseWeights() {
    const chosen = this.weights.find((item) => item.name === this.$weights.value);
    need("demo").hidden = !chosen?.demo;
    this.places.showLanguages(chosen?.languages ?? []);
    this.showSummary();
  }

  /** Only where the weights hear several languages; the host decides. @param {import("./device-card.js").DeviceCard} card */
  async suggestLanguage(card) {
    const known = this.weights.find((item) => item.name === this.$weights.value)?.languages ?? [];
    const others = this.places.used.map(({ place }) => place.language);
    const languages = [...new Set([pageLanguage(), ...others, "en"])].filter((code) => known.includes(code));
    if (languages.length < 2) return;
    const asked = { device: card.choice.id, weights: this.$weights.value, language: card.place.language, languages };
    const { suggested } = await api.suggestLanguage(asked).catch(() => ({ suggested: null }));
    if (suggested) card.suggestLanguage(suggested);
  }

  /** The agenda itself goes nowhere: not to the service, and not to next week. */
  takeNames() {
    const $agenda = /** @type {HTMLTextAreaElement} */ (need("agenda"));
    const names = namesInAgenda($agenda.value);
    this.$glossary.value = withNames(this.$glossary.value, names);
    setText(need("agenda-found"), t("agenda.found", { count: names.length }));
    if (names.length > 0) $agenda.value = "";
    this.$glossary.focus();
  }

  /** What has been mended is not told any longer. */
  forgetWarning() {
    if (!this.warned || this.places.troubles().join() === this.warned) return;
    this.warned = "";
    this.onProblem(null);
  }

  /** Beside the button, so that nobody starts what they did not mean. */
  showSummary() {
    this.forgetWarning();
    const { used } = this.places;
    const who = used.map(({ name }) => name).join(", ");
    setText(need("start-summary"), used.length > 0 ? t("setup.summary", { count: used.length, names: who }) : t("setup.summary_none"));
  }

  async begin() {
    const { used } = this.places;
    if (used.length === 0) {
      this.onProblem(new Error(t("setup.none_named")));
      return;
    }
    const troubles = this.places.troubles();
    if (troubles.length > 0 && troubles.join() !== this.warned) {
      this.warned = troubles.join();
      this.onProblem(new Error([...troubles, t("setup.start_anyway")].join(" ")));
      return;
    }
    this.onProblem(null);
    this.setBusy(true);
    try {
      const { keep, notice } = this.keeping;
      const meeting = await api.create({
        title: this.$title.value.trim(),
        weights: this.$weights.value,
        glossary: this.$glossary.value,
        keep,
        notice,
        room: this.$room.value.trim(),
        languages: this.languages.chosen,
        channels: used.map(({ choice, place }) => ({
          device: choice.id,
          name: place.name,
          colour: place.colour,
          ...(place.language && { language: place.language }),
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
    setAttribute(this.$start, "aria-busy", isBusy);
    setText(this.$start, t(isBusy ? "setup.starting" : "setup.start"));
  }
}
