// A phone has reached this computer: all there is to say. It works without this file, in English.

import { loadStrings, t } from "../shared/i18n.js";

async function begin() {
  await loadStrings();
  document.title = t("ping.page_title");
}

begin();
