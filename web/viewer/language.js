// In which language a reader reads: the captions, and the page itself.

import { el, need, setText } from "../shared/dom.js";
import { languageName, t } from "../shared/i18n.js";
import { pageLanguageField } from "../shared/page-language-field.js";
import { read } from "./calls.js";
import { isOffered, missingLanguage, missingWords, primary, sortedLanguages } from "./language-words.js";
import { choice } from "./settings-panel.js";

/** @typedef {import("./page.js").ViewerPage} ViewerPage */
/** @typedef {import("./language-words.js").Languages} Languages */

/** @param {ViewerPage} page */
export function mountLanguage(page) {
  const $section = need("settings-language");
  $section.hidden = false;
  new LanguageChoice(page, $section);
}

class LanguageChoice {
  /** @param {ViewerPage} page @param {HTMLElement} $section */
  constructor(page, $section) {
    this.page = page;
    /** @type {Languages | null} */
    this.known = null;
    this.$choices = el("div", { class: "choices" });
    this.$field = el("fieldset", { class: "setting" }, el("legend", {}, t("language.captions")), this.$choices);
    this.$words = el("p", { class: "quiet", role: "status" });
    /** Outside the settings: whoever came by a link sees why it is not what they asked for. */
    this.$noteWords = el("span", {});
    const $asSpoken = el("button", { type: "button" }, t("language.spoken"));
    $asSpoken.addEventListener("click", () => this.page.change({ language: "" }));
    this.$note = el("p", { class: "banner note", hidden: true }, this.$noteWords, $asSpoken);
    this.show = choice(page, "show");
    $section.append(el("h3", {}, t("language.title")), this.$field, this.$words, this.show.$field, pageLanguageField());
    need("notices").after(this.$note);
    page.onSettings(() => this.draw());
    need("open-settings").addEventListener("click", () => this.refresh());
    this.draw();
    this.refresh();
  }

  /** The host may have fetched more meanwhile. */
  async refresh() {
    const known = /** @type {Languages | null} */ (await read(`${this.page.path}/languages`));
    if (known) this.known = known;
    this.draw(known === null);
  }

  draw(isUnreachable = false) {
    const { language } = this.page.settings;
    this.show.show(this.page.settings);
    this.show.$field.hidden = language === "";
    if (!this.known) {
      setText(this.$words, isUnreachable ? t("language.unreachable") : t("language.loading"));
      return;
    }
    this.drawChoices(this.known, language);
    const isMissing = language !== "" && !isOffered(this.known, language);
    const missing = isMissing ? primary(language) : missingLanguage(this.known, navigator.languages ?? []);
    const words = missingWords(this.known, missing);
    setText(this.$words, words);
    this.$note.hidden = !isMissing;
    setText(this.$noteWords, isMissing ? words : "");
  }

  /** @param {Languages} known @param {string} chosen */
  drawChoices(known, chosen) {
    const offered = sortedLanguages(known.languages);
    const codes = ["", ...offered.map(({ code }) => code)];
    const inputs = /** @type {HTMLInputElement[]} */ ([...this.$choices.querySelectorAll("input")]);
    if (inputs.map(({ value }) => value).join() !== codes.join()) {
      const spoken = el("span", {}, t("language.spoken"));
      this.$choices.replaceChildren(this.makeChoice("", spoken), ...offered.map((language) => this.makeChoice(language.code, ownName(language))));
    }
    for (const $input of this.$choices.querySelectorAll("input")) $input.checked = $input.value === chosen;
  }

  /** @param {string} code @param {HTMLElement} $name */
  makeChoice(code, $name) {
    const $input = el("input", { type: "radio", name: "setting-language", value: code });
    $input.addEventListener("change", () => this.page.change({ language: code }));
    return el("label", { class: "choice" }, $input, $name);
  }
}

/** A language by the name that its readers know, and beside it what the page calls it. @param {import("./language-words.js").Offered} language */
function ownName({ code, name, dir, spoken }) {
  const here = [languageName(code), spoken ? t("language.spoken_here") : ""];
  const beside = here.filter((text) => text && text.toLowerCase() !== name.toLowerCase()).join(", ");
  const $own = el("bdi", { lang: code, dir }, name);
  return el("span", {}, $own, beside && el("small", { class: "beside" }, ` ${beside}`));
}
