// The transcript of an old meeting, opened from its json: shown, and saved in other formats.

import { el, need, setText } from "../shared/dom.js";
import { FORMATS } from "../shared/downloads.js";
import { t } from "../shared/i18n.js";
import { showSpeaker, speakerChip } from "../shared/speaker-chip.js";
import { api } from "./api.js";

/**
 * @typedef {{text: string, language: string, mark: string}} Run
 * @typedef {{channel: number, name: string, letter: string, colour: string, time: string, overlaps: boolean, columns: Run[][]}} Turn
 * @typedef {Turn | {topic: string}} Part
 * @typedef {{title: string, date: string, notices: string[], languages: string[], parts: Part[]}} Shown
 */

export class OldMeeting {
  /** @param {() => void} onOpened @param {() => void} onClosed @param {(error: unknown) => void} onProblem */
  constructor(onOpened, onClosed, onProblem) {
    this.onOpened = onOpened;
    this.onProblem = onProblem;
    /** @type {Blob | null} */
    this.file = null;
    this.$file = /** @type {HTMLInputElement} */ (need("old-file"));
    this.$language = /** @type {HTMLSelectElement} */ (need("old-language"));
    this.$file.addEventListener("change", () => this.open(this.$file.files?.[0] ?? null));
    this.$language.addEventListener("change", () => this.show());
    need("old-close").addEventListener("click", () => {
      this.close();
      onClosed();
    });
  }

  close() {
    this.file = null;
    need("old").hidden = true;
    need("old-parts").replaceChildren();
  }

  /** @param {Blob | null} file */
  async open(file) {
    if (!file) return;
    this.file = file;
    this.$language.replaceChildren();
    await this.show();
    this.$file.value = ""; // the same file can be chosen again
  }

  /** What the service is asked for: a language, and whether the original stands beside it. */
  get query() {
    return this.$language.value;
  }

  async show() {
    if (!this.file) return;
    try {
      const shown = /** @type {Shown} */ (await api.openTranscript(this.file, this.query));
      this.draw(shown);
      this.onProblem(null);
      this.onOpened();
      need("old").hidden = false;
    } catch (error) {
      this.onProblem(error);
    }
  }

  /** @param {Shown} shown */
  draw(shown) {
    setText(need("old-title"), shown.title);
    setText(need("old-date"), shown.date);
    need("old-notices").replaceChildren(...shown.notices.map((text) => el("p", {}, text)));
    if (this.$language.options.length === 0) this.offerLanguages(shown.languages);
    need("old-downloads").replaceChildren(...FORMATS.map((format) => this.saveButton(format)));
    need("old-parts").replaceChildren(...shown.parts.map(partElement));
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

  /** @param {string} format */
  saveButton(format) {
    const $button = el("button", { type: "button" }, t(`transcript.${format}`));
    $button.addEventListener("click", () => this.save(format));
    return $button;
  }

  /** @param {string} format */
  async save(format) {
    if (!this.file) return;
    try {
      const content = await api.convertTranscript(this.file, format, this.query);
      const address = URL.createObjectURL(content);
      el("a", { href: address, download: `transcript.${format}` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
      this.onProblem(null);
    } catch (error) {
      this.onProblem(error);
    }
  }
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
