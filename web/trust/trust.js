// Shows what there is to compare, and opens the steps of this very device.

import { need, setText } from "../shared/dom.js";
import { loadStrings, pageLanguage, t } from "../shared/i18n.js";
import { deviceOf } from "./device.js";

async function begin() {
  await loadStrings();
  document.title = t("trust.title");
  const device = deviceOf(navigator.userAgent, navigator.maxTouchPoints);
  for (const name of ["ios", "android", "windows", "macos"]) {
    const $steps = /** @type {HTMLDetailsElement} */ (need(name));
    $steps.open = device === null || name === device;
  }
  const answer = await fetch("/trust/card");
  const card = await answer.json();
  if (!answer.ok) {
    setText(need("problem"), card.message);
    need("get").hidden = true;
    return;
  }
  // In pairs, as devices show it; the lines break between them.
  setText(need("fingerprint"), card.fingerprint.replaceAll(":", " "));
  const date = new Date(card.ends).toLocaleDateString(pageLanguage(), { dateStyle: "long" });
  setText(need("facts"), t("trust.facts", { name: card.name, date }));
}

begin();
