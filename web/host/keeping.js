// What is kept of a meeting, and what everybody in the room is told of it.

import { need, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

export class Keeping {
  constructor() {
    this.$notice = /** @type {HTMLTextAreaElement} */ (need("notice"));
    this.days = 7;
    /** Whether the notice is in the host's own words: then it no longer follows what is kept. */
    this.isOwn = false;
    for (const id of ["keep-transcript", "keep-captions"]) need(id).addEventListener("change", () => this.propose());
    this.$notice.addEventListener("input", () => {
      this.isOwn = true;
    });
    need("notice-again").addEventListener("click", () => {
      this.isOwn = false;
      this.propose();
      this.$notice.focus();
    });
  }

  /** @returns {"captions" | "transcript"} */
  get keep() {
    return /** @type {HTMLInputElement} */ (need("keep-captions")).checked ? "captions" : "transcript";
  }

  get notice() {
    return this.$notice.value.trim();
  }

  /** @param {import("./api.js").Kept} kept */
  show({ keep, days, problem }) {
    this.days = days;
    setText(need("record-problem"), problem?.message ?? "");
    setText(need("keep-transcript-text"), t("keep.transcript", { count: days }));
    if (!this.isOwn && this.notice === "") this.choose(keep, this.proposal(keep));
  }

  /** @param {"captions" | "transcript"} keep @param {string} notice */
  choose(keep, notice) {
    /** @type {HTMLInputElement} */ (need(`keep-${keep}`)).checked = true;
    this.$notice.value = notice;
    this.isOwn = notice !== this.proposal(keep);
  }

  propose() {
    if (!this.isOwn) this.$notice.value = this.proposal(this.keep);
  }

  /** @param {"captions" | "transcript"} keep */
  proposal(keep) {
    return keep === "captions" ? t("told.proposal_captions") : t("told.proposal_transcript", { count: this.days });
  }
}
