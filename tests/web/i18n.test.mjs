import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { languageName, listOf, t, useStrings } from "../../web/shared/i18n.js";

beforeEach(() => useStrings("en", { cut: "for {count} seconds", "cut.one": "for one second", hi: "Hi {name}, {name}" }));

test("values are filled in, unknown ones are left as they are", () => {
  assert.equal(t("hi", { name: "$& {count}" }), "Hi $& {count}, $& {count}");
  assert.equal(t("hi"), "Hi {name}, {name}");
});

test("one is not many, and zero is many", () => {
  assert.deepEqual([0, 1, 2].map((count) => t("cut", { count })), ["for 0 seconds", "for one second", "for 2 seconds"]);
});

test("languages with more forms than one and many use them all", () => {
  useStrings("uk", { lines: "{count} рядка", "lines.one": "{count} рядок", "lines.few": "{count} рядки", "lines.many": "{count} рядків" });
  assert.deepEqual([1, 3, 5, 21, 1.5].map((count) => t("lines", { count })), ["1 рядок", "3 рядки", "5 рядків", "21 рядок", "1.5 рядка"]);
});

test("what a language lacks is said in English, by the rules of English", () => {
  useStrings("uk", { hi: "Вітаю, {name}" }, { hi: "Hi {name}", cut: "for {count} seconds", "cut.one": "for one second" });
  assert.equal(t("hi", { name: "Eva" }), "Вітаю, Eva");
  assert.deepEqual([1, 21].map((count) => t("cut", { count })), ["for one second", "for 21 seconds"]);
});

test("a text that is missing everywhere shows its key", () => {
  assert.equal(t("no.such.key"), "no.such.key");
});

test("names and languages are said in the language of the page", () => {
  useStrings("nl", {});
  assert.equal(listOf(["Anna", "Bram"]), "Anna en Bram");
  assert.equal(languageName("de"), "Duits");
});
