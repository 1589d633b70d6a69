import assert from "node:assert/strict";
import { test } from "node:test";

import { ROWS_PER_CHIP, captionRows } from "../../web/shared/captions-view.js";
import { EMPTY, reduce } from "../../web/shared/timeline.js";
import { caption, card, hello } from "./golden.mjs";

const timelineOf = (events, from = EMPTY) => events.reduce(reduce, from);
const said = (seq, channel, fields = {}) =>
  caption({ seq, rev: seq, utterance: `u${seq}`, channel, start: seq, text: `text ${seq}`, ...fields });

test("consecutive utterances of one speaker stand under one chip", () => {
  const rows = captionRows(timelineOf([hello(), said(1, 1), said(2, 1), said(3, 2), said(4, 1)]));
  assert.deepEqual(rows.map((row) => [row.name, row.position]), [["Anna", 0], ["Anna", 1], ["Bram", 0], ["Anna", 0]]);
});

test("a long speech repeats its chip, a long silence too", () => {
  const speech = Array.from({ length: ROWS_PER_CHIP + 1 }, (_, at) => said(at + 1, 1));
  const rows = captionRows(timelineOf([hello(), ...speech, said(50, 1, { start: 60 })]));
  const chips = rows.flatMap((row, at) => (row.position === 0 ? [at] : []));
  assert.deepEqual(chips, [0, ROWS_PER_CHIP, ROWS_PER_CHIP + 1]);
});

test("a final belongs into the log only when nothing above it still changes", () => {
  const rows = captionRows(
    timelineOf([hello(), said(1, 1), said(2, 2, { state: "partial" }), said(3, 1), said(4, 2)]),
  );
  assert.deepEqual(rows.map((row) => row.isSettled), [true, false, false, false]);
  assert.deepEqual(rows.map((row) => row.isLive), [false, true, false, false]);
});

test("a final stands where its partial stood", () => {
  const before = timelineOf([hello(), said(1, 1), said(2, 2, { state: "partial" }), said(3, 1)]);
  const after = timelineOf([said(4, 2, { utterance: "u2", start: 2 })], before);
  assert.deepEqual(captionRows(after).map((row) => row.key), captionRows(before).map((row) => row.key));
});

test("rows that look as before are the same objects", () => {
  const before = timelineOf([hello(), said(1, 1), said(2, 2), said(3, 1, { state: "partial" })]);
  const rows = captionRows(before);
  const after = timelineOf([said(4, 1, { utterance: "u3", start: 3, state: "partial" })], before);
  const next = captionRows(after, rows);
  assert.equal(next[0], rows[0]);
  assert.equal(next[1], rows[1]);
  assert.notEqual(next[2], rows[2]);
});

test("a new name redraws the rows of this speaker only, past ones too", () => {
  const before = timelineOf([hello(), said(1, 1), said(2, 2)]);
  const rows = captionRows(before);
  const renamed = { type: "channel", seq: 3, at: 4, change: "renamed", ...card(2, "Brahm", "orange") };
  const next = captionRows(timelineOf([renamed], before), rows);
  assert.equal(next[0], rows[0]);
  assert.equal(next[1].name, "Brahm");
});

test("a withdrawn row is gone and those around it stay", () => {
  const before = timelineOf([hello(), said(1, 1), said(2, 2, { state: "partial" }), said(3, 1)]);
  const rows = captionRows(before);
  const after = timelineOf([said(4, 2, { utterance: "u2", start: 2, text: "" })], before);
  const next = captionRows(after, rows);
  assert.deepEqual(next.map((row) => row.key), ["u1", "u3"]);
  assert.equal(next[0], rows[0]);
  assert.deepEqual([next[1].position, next[1].isSettled], [1, true]);
});

test("a typed message carries its writer's name and no channel", () => {
  const message = { type: "message", seq: 2, at: 5, message: "m2", name: "Eva", text: "Which date?", state: "typed", language: "nl" };
  const rows = captionRows(timelineOf([hello(), said(1, 1), message]));
  assert.deepEqual([rows[1].name, rows[1].card, rows[1].texts, rows[1].position], ["Eva", null, [{ text: "Which date?", language: "nl", role: "spoken" }], 0]);
});

test("a caption of a channel that was never announced is shown without a name", () => {
  const [row] = captionRows(timelineOf([hello(), said(1, 7)]));
  assert.deepEqual([row.name, row.card, row.texts[0].text], ["", null, "text 1"]);
});

const translation = (seq, utterance, text, state = "final") => ({ type: "translation", seq, at: seq, utterance, language: "nl", text, state });
const dutch = (show) => ({ language: "nl", show, flow: "words" });

test("until its translation is there the original stands, and is told apart", () => {
  const before = timelineOf([hello(), said(1, 1)]);
  const waiting = captionRows(before, [], dutch("translation"));
  assert.deepEqual(waiting[0].texts, [{ text: "text 1", language: "en", role: "waiting" }]);
  const after = timelineOf([translation(2, "u1", "tekst 1")], before);
  const rows = captionRows(after, waiting, dutch("translation"));
  assert.deepEqual(rows[0].texts, [{ text: "tekst 1", language: "nl", role: "translation" }]);
});

test("with both, the place of the translation is kept until it comes", () => {
  const before = timelineOf([hello(), said(1, 1)]);
  const [waiting] = captionRows(before, [], dutch("both"));
  assert.deepEqual(waiting.texts.map(({ role }) => role), ["beside", "pending"]);
  const [row] = captionRows(timelineOf([translation(2, "u1", "tekst 1")], before), [], dutch("both"));
  assert.deepEqual(row.texts.map(({ text, role }) => [text, role]), [["text 1", "beside"], ["tekst 1", "translation"]]);
});

test("what was said in the language of the reader, or typed, needs no translation", () => {
  const message = { type: "message", seq: 3, at: 5, name: "Eva", text: "Welke datum?" };
  const rows = captionRows(timelineOf([hello(), said(1, 1), said(2, 2, { language: "nl" }), message]), [], dutch("both"));
  assert.deepEqual(rows.map((row) => row.texts.map(({ role }) => role)), [["beside", "pending"], ["spoken"], ["spoken"]]);
});

test("phrase by phrase leaves out what still changes, and settles what stands below it", () => {
  const timeline = timelineOf([hello(), said(1, 1, { state: "partial" }), said(2, 2)]);
  const rows = captionRows(timeline, [], { language: "", show: "original", flow: "phrases" });
  assert.deepEqual(rows.map((row) => [row.key, row.isSettled]), [["u2", true]]);
});

test("a row knows the time of day at which it was said", () => {
  const [row] = captionRows(timelineOf([hello(), said(60, 1)]));
  assert.equal(new Date(row.startMs).toISOString(), "2025-03-04T09:01:00.000Z");
});

test("an hour's history costs little per change", () => {
  const many = Array.from({ length: 3000 }, (_, at) => said(at + 1, (at % 2) + 1));
  let timeline = timelineOf([hello(), ...many]);
  let rows = captionRows(timeline);
  for (let at = 0; at < 100; at += 1) {
    timeline = reduce(timeline, said(4000 + at, 1, { utterance: "live", start: 4000, state: "partial" }));
    const next = captionRows(timeline, rows);
    assert.ok(next.filter((row, place) => row !== rows[place]).length <= 1);
    rows = next;
  }
});
