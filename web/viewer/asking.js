// A reader scrolled up to captions that have no translation yet: the service is asked for them.

import { need } from "../shared/dom.js";
import { askedKey, wantedTranslations } from "../shared/wanted-translations.js";
import { post } from "./calls.js";

/** The reader stays there, and is not passing by. */
const REST_MS = 400;

/** @param {import("./page.js").ViewerPage} page */
export function mountAsking(page) {
  /** @type {Set<string>} */
  const asked = new Set();
  let timer = 0;
  const ask = async () => {
    const { language, show } = page.settings;
    // The newest are translated without being asked for.
    if (page.follow.isFollowing || show === "original") return;
    const { from, to } = page.list.window;
    const shown = page.rows.slice(from, to).map((row) => row.entry);
    const utterances = wantedTranslations(shown, language, asked);
    if (utterances.length === 0) return;
    for (const utterance of utterances) asked.add(askedKey(language, utterance));
    const outcome = await post(`${page.path}/translations`, { language, utterances });
    if (outcome.kind === "taken") return;
    for (const utterance of utterances) asked.delete(askedKey(language, utterance));
    if (outcome.kind !== "refused") plan(outcome.kind === "wait" ? outcome.seconds * 1000 : REST_MS * 5);
  };
  const plan = (/** @type {number} */ ms = REST_MS) => {
    clearTimeout(timer);
    timer = window.setTimeout(ask, ms);
  };
  need("scroller").addEventListener("scroll", () => plan(), { passive: true });
  page.onSettings(() => plan());
}
