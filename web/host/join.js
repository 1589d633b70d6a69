// The page of an invitation. It works without this file; with it, it speaks the reader's language.

import { need, setText } from "../shared/dom.js";
import { loadStrings, t } from "../shared/i18n.js";

async function begin() {
  const isGone = new URLSearchParams(location.search).has("gone");
  need("join").hidden = isGone;
  await loadStrings();
  document.title = t("guest.title");
  if (isGone) setText(need("problem"), t("guest.gone"));
  else need("name").focus();
}

begin();
