import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY, reduce } from "../../web/shared/timeline.js";
import { MOST_ASKED, askedKey, wantedTranslations } from "../../web/shared/wanted-translations.js";
import { caption, hello } from "./golden.mjs";

const said = (seq, fields = {}) => caption({ seq, utterance: `u${seq}`, start: seq, rev: 1, ...fields });
const entriesOf = (events) => [hello(), ...events].reduce(reduce, EMPTY).entries;

test("finished captions in sight without their translation are asked for, the newest first", () => {
  const dutch = { type: "translation", seq: 6, at: 9, utterance: "u2", language: "nl", text: "Twee", state: "final" };
  const entries = entriesOf([said(1), said(2), said(3, { language: "nl-BE" }), said(4, { state: "partial" }), said(5), dutch]);
  assert.deepEqual(wantedTranslations(entries, "nl", new Set()), ["u5", "u1"]);
  assert.deepEqual(wantedTranslations(entries, "nl", new Set([askedKey("nl", "u5")])), ["u1"]);
  assert.deepEqual(wantedTranslations(entries, "", new Set()), []);
});

test("no more are asked for than the service takes", () => {
  const entries = entriesOf(Array.from({ length: 80 }, (_, at) => said(at + 1)));
  const wanted = wantedTranslations(entries, "de", new Set());
  assert.equal(wanted.length, MOST_ASKED);
  assert.equal(wanted[0], "u80");
});
