import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY, reduce } from "../../web/shared/timeline.js";
import { heardSentences } from "../../web/viewer/heard.js";
import { caption, hello } from "./golden.mjs";

const typed = { type: "message", seq: 900, at: 900, message: "m1", name: "Eva", text: "Which date?", state: "typed" };
const translated = (seq, utterance, text, state = "final") => ({ type: "translation", seq, at: 1, utterance, language: "nl", text, state });
const AS_SPOKEN = { language: "", show: "translation" };
const DUTCH = { language: "nl", show: "translation" };

const heard = (events, view) =>
  heardSentences([hello(), ...events].reduce(reduce, EMPTY).entries, view, "en").map(({ key, text, language }) => [key, text, language]);

test("finished captions and what was typed are heard, what may still change is not", () => {
  const events = [
    caption({ seq: 1, utterance: "a", start: 1, text: "One." }),
    caption({ seq: 2, utterance: "b", start: 2, text: "Tw", state: "partial" }),
    caption({ seq: 3, utterance: "c", start: 3, text: "" }),
    typed,
  ];
  assert.deepEqual(heard(events, AS_SPOKEN), [["a", "One.", "en"], ["message m1", "Which date?", "en"]]);
});

test("who reads a translation hears it, once it is finished; what needs none at once", () => {
  const events = [
    caption({ seq: 1, utterance: "a", start: 1, text: "One." }),
    caption({ seq: 2, utterance: "b", start: 2, text: "Two." }),
    caption({ seq: 3, utterance: "c", start: 3, text: "Drie.", language: "nl-BE" }),
    translated(4, "a", "Eén."),
    translated(5, "b", "Tw", "partial"),
  ];
  assert.deepEqual(heard(events, DUTCH), [["a", "Eén.", "nl"], ["c", "Drie.", "nl-BE"]]);
  assert.deepEqual(heard(events, { ...DUTCH, show: "original" }).map(([, text]) => text), ["One.", "Two.", "Drie."]);
});
