import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";

import { loadWords } from "../../web/host/load-words.js";
import { useStrings } from "../../web/shared/i18n.js";

const stringsOf = (code) => JSON.parse(readFileSync(new URL(`../../web/lang/${code}.json`, import.meta.url), "utf8"));
beforeEach(() => useStrings("en", stringsOf("en")));

const load = (fields) => ({ type: "load", lag_s: 0.42, busy: 0.034, ...fields });

test("a meeting that keeps up is said calmly", () => {
  assert.deepEqual(loadWords(load(), false, 0), {
    tone: "calm",
    text: "The captions keep up: 0.4 seconds behind, 3 % of the time spent on them.",
  });
});

test("a moment of lag is no alarm as long as readers are not told of one", () => {
  assert.equal(loadWords(load({ lag_s: 3.4 }), false, 0).tone, "calm");
});

test("late captions come with what helps", () => {
  const { tone, text } = loadWords(load({ lag_s: 7.06 }), true, 0);
  assert.equal(tone, "warn");
  assert.match(text, /7\.1 seconds/);
  assert.match(text, /fewer microphones or smaller weights/i);
});

test("trouble with the engine comes first, whether captions are late or not", () => {
  const problem = "The GPU failed, so the CPU decodes from here on.";
  const { tone, text } = loadWords(load({ problem }), false, 0);
  assert.equal(tone, "warn");
  assert.ok(text.startsWith(`${problem} The captions keep up`));
  assert.match(loadWords(load({ problem }), true, 0).text, /^The GPU failed.* seconds behind/);
  assert.equal(loadWords(load({ problem: "" }), false, 0).tone, "calm");
});

test("what is not known is not said", () => {
  assert.equal(loadWords(null, true, 0).text, "");
  assert.equal(loadWords(load(), false, 6000).text, "");
});

test("numbers are written as the reader writes them", () => {
  useStrings("nl", stringsOf("nl"));
  assert.match(loadWords(load(), false, 0).text, /0,4 seconden/);
});

test("a share is never more than all", () => {
  assert.match(loadWords(load({ busy: 1.2 }), false, 0).text, /100 %/);
});
