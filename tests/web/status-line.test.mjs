import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";

import { useStrings } from "../../web/shared/i18n.js";
import { EMPTY, reduce } from "../../web/shared/timeline.js";
import { notices, statusLine } from "../../web/shared/status-line.js";
import { caption, card, hello } from "./golden.mjs";

const english = JSON.parse(readFileSync(new URL("../../web/lang/en.json", import.meta.url), "utf8"));
before(() => useStrings("en", english));

const OPEN = { kind: "open", sinceMs: 1000, failures: 0 };
const timelineOf = (...events) => [hello(), ...events].reduce(reduce, EMPTY);
const lost = (seq, channel, name) => ({
  type: "channel", seq, at: seq, change: "lost", ...card(channel, name, "blue", "lost"),
});
const status = (state, fields = {}) => ({ type: "status", seq: 1, at: 1, state, ...fields });
const textOf = (timeline, line = OPEN, now = 1000) => statusLine(timeline, line, now).text;

test("the line itself comes first: without one nothing else is known", () => {
  assert.equal(textOf(EMPTY, { kind: "connecting", sinceMs: 0, failures: 0 }), english["status.connecting"]);
  assert.equal(textOf(EMPTY, { kind: "connecting", sinceMs: 0, failures: 2 }), english["status.unreachable"]);
  assert.equal(textOf(timelineOf(status("paused")), { kind: "gone", sinceMs: 0, failures: 0 }), english["status.gone"]);
});

test("a cut counts its seconds for the eye, and is spoken once", () => {
  const cut = { kind: "cut", sinceMs: 1000, failures: 1 };
  assert.match(textOf(timelineOf(), cut, 13_400), /12 seconds/);
  assert.match(textOf(timelineOf(), cut, 1000), /1 second\b/);
  const spoken = [13_000, 14_000].map((now) => statusLine(timelineOf(), cut, now).spoken);
  assert.equal(spoken[0], spoken[1]);
});

test("a meeting that has ended is not called cut off when the service stops", () => {
  assert.equal(textOf(timelineOf(status("ended")), { kind: "cut", sinceMs: 0, failures: 3 }), english["status.ended"]);
});

for (const state of ["paused", "private", "ended"]) {
  test(`${state} is said`, () => assert.equal(textOf(timelineOf(status(state))), english[`status.${state}`]));
}

test("a meeting that has not begun is said", () => {
  assert.equal(textOf([hello({}, { state: "lobby" })].reduce(reduce, EMPTY)), english["status.lobby"]);
});

test("overloaded says how far behind, where it is known", () => {
  assert.match(textOf(timelineOf(status("overloaded", { lag_s: 6.2 }))), /6 seconds behind/);
  assert.equal(textOf(timelineOf(status("overloaded"))), english["status.overloaded"]);
});

test("a quiet room is told apart from a microphone that is gone", () => {
  const quiet = timelineOf(caption({ seq: 1, start: 1, end: 2 }));
  assert.equal(textOf(quiet), "Live");
  assert.equal(textOf(quiet, OPEN, 9000), english["status.quiet"]);
  const gone = reduce(quiet, lost(2, 2, "Bram"));
  assert.equal(textOf(gone, OPEN, 9000), "Live", "Bram may be speaking");
  assert.match(notices(gone, OPEN)[0].text, /microphone of Bram is gone/);
});

test("while somebody's words are still changing the room is not quiet", () => {
  assert.equal(textOf(timelineOf(caption({ seq: 1, start: 1, state: "partial" })), OPEN, 60_000), "Live");
});

test("when every microphone is gone, live would be a lie", () => {
  const none = timelineOf(lost(1, 1, "Anna"), lost(2, 2, "Bram"));
  assert.equal(textOf(none), english["status.no_microphone"]);
  assert.match(notices(none, OPEN)[0].text, /microphones of Anna and Bram are gone/);
});

test("a lost microphone stays said while the line is cut, and not after the end", () => {
  const gone = timelineOf(lost(1, 2, "Bram"));
  assert.equal(notices(gone, { kind: "cut", sinceMs: 0, failures: 1 }).length, 1);
  assert.equal(notices(reduce(gone, { ...status("ended"), seq: 2 }), OPEN).length, 0);
});

test("a microphone that is switched off is no fault", () => {
  const muted = { ...lost(1, 2, "Bram"), change: "muted", state: "muted" };
  assert.deepEqual(notices(timelineOf(muted), OPEN), [
    { tone: "pause", text: "The microphone of Bram is switched off." },
  ]);
});

test("what is private is told as that, and no more once it is heard again", () => {
  const quiet = { ...lost(1, 2, "Bram"), change: "muted", state: "muted", muting: "private" };
  const timeline = timelineOf(quiet);
  assert.deepEqual(notices(timeline, OPEN), [
    { tone: "pause", text: "The microphone of Bram is private for now: not captioned." },
  ]);
  const { muting, ...heard } = { ...quiet, seq: 2, change: "unmuted", state: "live" };
  assert.equal(muting, "private");
  assert.deepEqual(notices(reduce(timeline, heard), OPEN), []);
});

test("captions that broke off were not paused by the host", () => {
  const broken = timelineOf({ ...status("paused"), message: "The captions broke off.", reason: "broke_off" });
  assert.equal(statusLine(broken, OPEN, 0).text, "The captions have stopped for now.");
  assert.equal(notices(broken, OPEN)[0].text, "The captions broke off.");
});

test("a pause with a full disk is a pause", () => {
  const paused = timelineOf({ ...status("paused"), message: "No space is left." });
  assert.equal(statusLine(paused, OPEN, 0).text, "The captions are paused by the host.");
  assert.equal(notices(paused, OPEN)[0].text, "No space is left.");
});
