import assert from "node:assert/strict";
import { test } from "node:test";

import { FASTEST, LONGEST_BEHIND_S, SILENT, SLOWEST, lengthS, next, offered, passedOver, pieces, stopped, usableSpeed, voicesFor } from "../../web/shared/speech-queue.js";

const said = (key, text = `Sentence ${key}.`, language = "en") => ({ key, text, language });
const keys = (queue) => queue.waiting.map(({ key }) => key);

test("sentences are said in their order, each once", () => {
  let queue = offered(SILENT, [said("a"), said("b")], 1);
  const { sentence, rest } = next(queue);
  assert.equal(sentence.key, "a");
  queue = offered(rest, [said("a"), said("b"), said("c")], 1);
  assert.deepEqual(keys(queue), ["b", "c"]);
  assert.deepEqual(keys(offered(queue, [said("a"), said("b"), said("c")], 1)), ["b", "c"]);
});

test("what stood there before is not read out", () => {
  const queue = offered(passedOver(SILENT, ["a", "b"]), [said("a"), said("b"), said("c")], 1);
  assert.deepEqual(keys(queue), ["c"]);
});

test("who falls behind skips the oldest, and is told how many", () => {
  const long = "x".repeat(15 * 4);
  assert.equal(lengthS(long, 1), 4);
  const queue = offered(SILENT, ["a", "b", "c", "d"].map((key) => said(key, long)), 1);
  assert.deepEqual(keys(queue), ["c", "d"]);
  assert.equal(queue.skipped, 2);
  assert.deepEqual(keys(offered(SILENT, ["a", "b", "c", "d"].map((key) => said(key, long)), 2)), ["a", "b", "c", "d"]);
});

test("one sentence alone is said however long it is", () => {
  const queue = offered(SILENT, [said("a", "x".repeat(15 * LONGEST_BEHIND_S * 3))], 1);
  assert.deepEqual(keys(queue), ["a"]);
});

test("stopped is stopped: nothing of it is said later", () => {
  const queue = stopped(offered(SILENT, [said("a"), said("b")], 1));
  assert.equal(next(queue).sentence, null);
  assert.deepEqual(keys(offered(queue, [said("a"), said("c")], 1)), ["c"]);
});

test("what was deleted or corrected meanwhile is not said as it was", () => {
  const queue = offered(SILENT, [said("a"), said("b"), said("c")], 1);
  const later = offered(queue, [said("a"), said("c", "Corrected.")], 1);
  assert.deepEqual(later.waiting.map(({ key, text }) => [key, text]), [["a", "Sentence a."], ["c", "Corrected."]]);
});

test("an empty text is nothing to say", () => {
  assert.deepEqual(keys(offered(SILENT, [said("a", " ")], 1)), []);
});

const VOICES = [
  { name: "Far away", lang: "nl-NL", localService: false, default: true },
  { name: "Xander", lang: "nl_NL", localService: true },
  { name: "Ellen", lang: "nl-BE", localService: true },
  { name: "Daniel", lang: "en-GB", localService: true },
  { name: "Samantha", lang: "en-US", localService: true, default: true },
];

test("only voices of this device are used: another would be told what is said in the room", () => {
  assert.deepEqual(voicesFor(VOICES, "nl").map(({ name }) => name), ["Xander", "Ellen"]);
  assert.deepEqual(voicesFor(VOICES, "nl-BE").map(({ name }) => name), ["Ellen", "Xander"]);
  assert.deepEqual(voicesFor(VOICES, "en").map(({ name }) => name), ["Samantha", "Daniel"]);
  assert.deepEqual(voicesFor(VOICES, "uk"), []);
});

test("a long text is said in pieces, and nothing of it is lost", () => {
  const sentences = Array.from({ length: 12 }, (_, at) => `This is sentence number ${at} of a long speech.`).join(" ");
  for (const text of [sentences, "short", "x".repeat(1000), `${"word ".repeat(100)}end`]) {
    const parts = pieces(text);
    assert.ok(parts.every((part) => part.length > 0 && part.length <= 180));
    assert.equal(parts.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
  }
  assert.ok(pieces(sentences)[0].endsWith("."));
  assert.deepEqual(pieces("  "), []);
});

test("a speed from somewhere is one that can be understood", () => {
  assert.deepEqual([usableSpeed(1.5), usableSpeed(99), usableSpeed(-1), usableSpeed(NaN)], [1.5, FASTEST, SLOWEST, 1]);
});
