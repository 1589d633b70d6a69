// The page for typing the code. It works without this file; with it, it speaks the reader's
// language and understands a pasted link.

import { need, setText } from "../shared/dom.js";
import { loadStrings, t } from "../shared/i18n.js";
import { pageLanguageField } from "../shared/page-language-field.js";

/** The code in what somebody typed or pasted: a link, or a code with spaces around it. @param {string} text */
export function codeIn(text) {
  const inLink = /\/m\/([^/?#\s]+)/.exec(text);
  return (inLink ? inLink[1] : text).replace(/\s+/g, "");
}

/** What everybody is told first, before they join. A page without it works as well. */
async function showNotice() {
  const answer = await fetch("/notice").catch(() => null);
  const { notice } = (await answer?.json().catch(() => null)) ?? { notice: "" };
  need("notice").hidden = !notice;
  setText(need("notice"), notice ?? "");
}

async function begin() {
  const $code = /** @type {HTMLInputElement} */ (need("code"));
  $code.addEventListener("input", () => {
    if (/\/m\/|\s/.test($code.value)) $code.value = codeIn($code.value);
  });
  await loadStrings();
  document.title = t("join.title");
  showNotice();
  need("language").append(pageLanguageField());
  const asked = new URLSearchParams(location.search).get("code");
  if (asked) {
    $code.value = asked;
    setText(need("problem"), t("join.unknown", { code: asked }));
    $code.focus();
  }
}

if (typeof document !== "undefined") begin();
