// A meeting that is over, out of the record or from the json that it left: read, searched, saved in other formats.

import { el, need, setText } from "../shared/dom.js";
import { FORMATS } from "../shared/downloads.js";
import { t } from "../shared/i18n.js";
import { showSpeaker, speakerChip } from "../shared/speaker-chip.js";
import { api } from "./api.js";
import { askToDelete } from "./caption-tools.js";
import { Search } from "./search.js";
import { showStatistics } from "./statistics.js";

/**
 * @typedef {{text: string, language: string, mark: string}} Run
 * @typedef {{channel: number, name: string, letter: string, colour: string, time: string, overlaps: boolean, columns: Run[][]}} Turn
 * @typedef {Turn | {topic: string}} Part
 * @typedef {{title: string, date: string, notices: string[], languages: string[], parts: Part[]}} Shown
 */

export class OldMeeting {
  /**
   * @param {() => void} onOpened
   * @param {() => void} onClosed
   * @param {(id: string) => void} onCorrect
   * @param {(error: unknown) => void} onProblem
   */
  constructor(onOpened, onClosed, onCorrect, onProblem) {
    this.onOpened = onOpened;
    this.onClosed = onClosed;
    this.onProblem = onProblem;
    /** @type {Blob | null} */
    this.file = null;
    /** @type {import("./api.js").KeptMeeting | null} */
    this.kept = null;
    this.search = new Search();
    this.$file = /** @type {HTMLInputElement} */ (need("old-file"));
    this.$language = /** @type {HTMLSelectElement} */ (need("old-language"));
    this.$file.addEventListener("change", () => this.open(this.$file.files?.[0] ?? null));
    this.$language.addEventListener("change", () => this.show());
    need("old-correct").addEventListener("click", () => this.kept && onCorrect(this.kept.id));
    need("old-delete").addEventListener("click", () => this.askToDelete());
    need("old-close").addEventListener("click", () => this.leave());
  }

  leave() {
    this.close();
    this.onClosed();
  }

  close() {
    this.file = null;
    this.kept = null;
    need("old").hidden = true;
    need("old-parts").replaceChildren();
  }

  /** @param {Blob | null} file */
  async open(file) {
    if (!file) return;
    this.file = file;
    this.kept = null;
    await this.begin();
    this.$file.value = ""; // the same file can be chosen again
  }

  /** @param {import("./api.js").KeptMeeting} meeting */
  async read(meeting) {
    this.file = null;
    this.kept = meeting;
    await this.begin();
  }

  async begin() {
    this.$language.replaceChildren();
    this.search.clear();
    await this.show();
    try {
      showStatistics(this.kept ? await api.statistics(this.kept.id) : null);
    } catch (error) {
      this.onProblem(error);
    }
  }

  /** What the service is asked for: a language, and whether the original stands beside it. */
  get query() {
    return this.$language.value;
  }

  async show() {
    try {
      const shown = await this.fetch();
      if (!shown) return;
      this.draw(shown);
      this.onProblem(null);
      this.onOpened();
      need("old").hidden = false;
    } catch (error) {
      this.onProblem(error);
    }
  }

  /** @returns {Promise<Shown | null>} */
  async fetch() {
    if (this.kept) return api.preview(this.kept.id, this.query);
    return this.file ? /** @type {Shown} */ (await api.openTranscript(this.file, this.query)) : null;
  }

  /** @param {Shown} shown */
  draw(shown) {
    setText(need("old-title"), shown.title);
    setText(need("old-date"), shown.date);
    need("old-notices").replaceChildren(...shown.notices.map((text) => el("p", { dir: "auto" }, text)));
    if (this.$language.options.length === 0) this.offerLanguages(shown.languages);
    need("old-downloads").replaceChildren(...FORMATS.map((format) => this.saveButton(format)));
    need("old-parts").replaceChildren(...shown.parts.map(partElement));
    this.search.apply();
    for (const id of ["old-correct", "old-delete"]) need(id).hidden = !this.kept;
  }

  /** @param {string[]} languages */
  offerLanguages(languages) {
    const option = (/** @type {string} */ value, /** @type {string} */ label) => el("option", { value }, label);
    this.$language.replaceChildren(
      option("", t("old.original")),
      ...languages.map((code) => option(`language=${code}`, code)),
      ...languages.map((code) => option(`language=${code}&original=1`, t("old.both", { code }))),
    );
    need("old-languages").hidden = languages.length < 2;
  }

  askToDelete() {
    const { kept } = this;
    if (!kept) return;
    const act = async () => {
      await api.deleteMeeting(kept.id);
      this.leave();
    };
    askToDelete(t("delete.meeting", { title: kept.title }), act, this.onProblem);
  }

  /** @param {string} format */
  saveButton(format) {
    const $button = el("button", { type: "button" }, t(`transcript.${format}`));
    $button.addEventListener("click", () => this.save(format));
    return $button;
  }

  /** @param {string} format */
  async save(format) {
    const { kept, file } = this;
    try {
      if (kept) saveAs(`${api.transcriptPath(kept.id, format)}?${this.query}`, format);
      else if (file) {
        const address = URL.createObjectURL(await api.convertTranscript(file, format, this.query));
        saveAs(address, format);
        setTimeout(() => URL.revokeObjectURL(address), 10_000);
      }
      this.onProblem(null);
    } catch (error) {
      this.onProblem(error);
    }
  }
}

/** @param {string} href @param {string} format */
function saveAs(href, format) {
  el("a", { href, download: `transcript.${format}` }).click();
}

/** @param {Part} part */
function partElement(part) {
  if ("topic" in part) return el("h3", { dir: "auto" }, part.topic);
  const $chip = speakerChip();
  showSpeaker($chip, /** @type {any} */ (part), part.name);
  const overlap = part.overlaps ? ` (${t("old.overlap")})` : "";
  const texts = part.columns.map((runs) => el("p", { class: "said", dir: "auto" }, ...runs.flatMap(runElements)));
  const $row = el("div", { class: "row" }, $chip, el("span", { class: "mark" }, part.time + overlap), ...texts);
  $row.setAttribute("data-colour", part.colour);
  return $row;
}

/** @param {Run} run */
function runElements(run) {
  const mark = run.mark === "edited" ? t("captions.edited") : run.mark;
  return [el("span", { lang: run.language }, `${run.text} `), mark ? el("span", { class: "mark" }, `${mark} `) : null];
}
