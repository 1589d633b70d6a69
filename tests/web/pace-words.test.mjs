import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";

import { paceWords } from "../../web/host/pace-words.js";
import { levelWords } from "../../web/host/level-words.js";
import { useStrings } from "../../web/shared/i18n.js";
import { card } from "./golden.mjs";

before(() => useStrings("en", JSON.parse(readFileSync(new URL("../../web/lang/en.json", import.meta.url), "utf8"))));

test("the pace is said quietly, and only where there is one", () => {
  assert.deepEqual(paceWords(undefined), { tone: "calm", text: "" });
  assert.deepEqual(paceWords({ wpm: null, overlap: 0, fast: false }), { tone: "calm", text: "" });
  assert.deepEqual(paceWords({ wpm: 142, overlap: 0.1, fast: false }), { tone: "calm", text: "142 words a minute" });
  assert.deepEqual(paceWords({ wpm: 205, overlap: 0.25, fast: true }), {
    tone: "fast",
    text: "Rather fast: 205 words a minute · 25 % at the same time as others",
  });
});

test("while the room is private or paused no microphone is called dead", () => {
  const anna = card(1, "Anna", "blue");
  assert.deepEqual(levelWords(anna, null, 60_000, "private"), { sign: "muted", text: "Private: not captioned" });
  assert.deepEqual(levelWords(anna, null, 60_000, "paused"), { sign: "muted", text: "Paused: not captioned" });
  assert.equal(levelWords(card(1, "Anna", "blue", "lost"), null, 0, "private").sign, "warn");
});
