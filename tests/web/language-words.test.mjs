import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { useStrings } from "../../web/shared/i18n.js";
import { isOffered, missingLanguage, missingWords, sortedLanguages } from "../../web/viewer/language-words.js";

const offer = (code, name, spoken = false) => ({ code, name, english: name, dir: "ltr", spoken, from: ["en"] });
const KNOWN = {
  languages: [offer("nl", "Nederlands"), offer("en", "English", true), offer("de", "Deutsch")],
  pairs: [["en", "nl"], ["en", "de"], ["nl", "en"]],
  problem: null,
};

beforeEach(() =>
  useStrings("en", {
    "language.pair": "{from} into {to}",
    "language.no_pair": "No {wanted}. There is: {pairs}.",
    "language.none": "No {wanted}, nothing at all.",
  }),
);

test("spoken languages stand first, the others by their own names", () => {
  assert.deepEqual(sortedLanguages(KNOWN.languages).map(({ code }) => code), ["en", "de", "nl"]);
});

test("a reader whose language is not here is told which are", () => {
  assert.equal(missingLanguage(KNOWN, ["uk-UA", "en"]), "uk");
  assert.equal(missingWords(KNOWN, "uk"), "No Ukrainian. There is: English into Dutch and German; Dutch into English.");
  assert.equal(missingWords({ ...KNOWN, pairs: [] }, "uk"), "No Ukrainian, nothing at all.");
});

test("a reader whose language is here is told nothing", () => {
  assert.ok(isOffered(KNOWN, "NL_be"));
  assert.equal(missingLanguage(KNOWN, ["nl-BE"]), "");
  assert.equal(missingLanguage(KNOWN, []), "");
  assert.equal(missingWords(KNOWN, ""), "");
});

test("what is wrong with translation is said in the service's own words", () => {
  const problem = { code: "no_argostranslate", message: "Install it." };
  assert.equal(missingWords({ ...KNOWN, problem }, "uk"), "Install it.");
});
