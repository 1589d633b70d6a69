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

async function begin() {
  const $code = /** @type {HTMLInputElement} */ (need("code"));
  $code.addEventListener("input", () => {
    if (/\/m\/|\s/.test($code.value)) $code.value = codeIn($code.value);
  });
  await loadStrings();
  document.title = t("join.title");
  need("language").append(pageLanguageField());
  const asked = new URLSearchParams(location.search).get("code");
  if (asked) {
    $code.value = asked;
    setText(need("problem"), t("join.unknown", { code: asked }));
    $code.focus();
  }
}

if (typeof document !== "undefined") begin();
