import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { chooseLanguage, languageName, listOf, t, useStrings } from "../../web/shared/i18n.js";

beforeEach(() => useStrings("en", { cut: "for {count} seconds", "cut.one": "for one second", hi: "Hi {name}, {name}" }));

test("the address wins over the browser, the browser over English", () => {
  assert.equal(chooseLanguage("", ["nl-NL", "en"]), "nl");
  assert.equal(chooseLanguage("?lang=en", ["nl-NL"]), "en");
  assert.equal(chooseLanguage("?lang=xx", ["NL"]), "nl");
  assert.equal(chooseLanguage("", ["fr", "de"]), "en");
  assert.equal(chooseLanguage("?lang=", []), "en");
});

test("values are filled in, unknown ones are left as they are", () => {
  assert.equal(t("hi", { name: "$& {count}" }), "Hi $& {count}, $& {count}");
  assert.equal(t("hi"), "Hi {name}, {name}");
});

test("one is not many, and zero is many", () => {
  assert.deepEqual([0, 1, 2].map((count) => t("cut", { count })), ["for 0 seconds", "for one second", "for 2 seconds"]);
});

test("a text that is missing shows its key", () => {
  assert.equal(t("no.such.key"), "no.such.key");
});

test("names and languages are said in the language of the page", () => {
  useStrings("nl", {});
  assert.equal(listOf(["Anna", "Bram"]), "Anna en Bram");
  assert.equal(languageName("de"), "Duits");
});
