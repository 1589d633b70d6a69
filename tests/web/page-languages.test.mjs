import assert from "node:assert/strict";
import { test } from "node:test";

import { PAGE_LANGUAGES, choosePageLanguage, languagesOf } from "../../web/shared/page-languages.js";

const chosen = (page, ...wishes) => choosePageLanguage(page, wishes).code;

test("the first wish that the page can be read in is taken, else English", () => {
  assert.equal(chosen("viewer", null, "nl-BE", "en"), "nl");
  assert.equal(chosen("viewer", "xx", "AR_eg"), "ar");
  assert.equal(chosen("viewer", "zu", ""), "en");
  assert.equal(chosen("viewer"), "en");
});

test("a page that is hardly translated is not shown half in one language", () => {
  assert.equal(chosen("host", "de", "nl"), "nl");
  assert.equal(chosen("host", "de"), "en");
  assert.deepEqual(languagesOf("host").map(({ code }) => code), ["en", "nl"]);
  assert.equal(languagesOf("join").length, PAGE_LANGUAGES.length);
});
