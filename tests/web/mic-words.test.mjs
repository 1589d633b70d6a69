import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";

import { captureProblem, levelHint, levelShare, loudness, micStatus } from "../../web/mic/mic-words.js";
import { useStrings } from "../../web/shared/i18n.js";

const english = JSON.parse(readFileSync(new URL("../../web/lang/en.json", import.meta.url), "utf8"));
before(() => useStrings("en", english));

const line = (kind, code = "", message = "") => ({ kind, code, message });
const view = (fields) => ({ phase: "running", line: line("open"), heldS: 0, channel: "live", isOver: false, problem: "", ...fields });

const CASES = [
  ["on", {}, "live", english["mic.on"]],
  ["off", { phase: "idle", line: null }, "pause", english["mic.off"]],
  ["the phone asks", { phase: "asking", line: null }, "wait", english["mic.asking"]],
  ["on its way", { line: line("connecting") }, "wait", english["status.connecting"]],
  ["cut off: how much is kept", { line: line("cut"), heldS: 4.2 }, "warn", "Reconnecting… 4 seconds kept. Go on speaking."],
  ["cut off for too long", { line: line("cut"), heldS: 9.95 }, "warn", "Reconnecting… only the last 10 seconds are kept: please wait."],
  ["catching up", { heldS: 6 }, "live", "On. 6 seconds are still on their way."],
  ["muted by the host", { channel: "muted" }, "pause", english["mic.muted"]],
  ["another phone took over", { phase: "idle", line: line("over", "taken_over", "x") }, "warn", english["mic.taken_over"]],
  ["the server's own sentence", { phase: "idle", line: line("over", "bad_message", "Too loud.") }, "warn", "Too loud."],
  ["no permission", { phase: "idle", line: null, problem: "No." }, "warn", "No."],
  ["the meeting is over, whatever else", { isOver: true, problem: "No." }, "end", english["mic.ended"]],
];

for (const [name, fields, tone, text] of CASES) {
  test(name, () => {
    const said = micStatus(view(fields));
    assert.deepEqual([said.tone, said.text], [tone, text]);
  });
}

test("seconds that count are not read out one by one", () => {
  const spoken = [3, 4, 5].map((heldS) => micStatus(view({ line: line("cut"), heldS })).spoken);
  assert.equal(new Set(spoken).size, 1);
});

test("loudness in decibels of full scale", () => {
  const square = Int16Array.from({ length: 100 }, (_, at) => (at % 2 ? 16384 : -16384));
  assert.deepEqual(Object.values(loudness(square)).map(Math.round), [-6, -6]);
  assert.deepEqual(loudness(new Int16Array(10)), { rmsDb: -100, peakDb: -100 });
  assert.deepEqual(loudness(new Int16Array(0)), { rmsDb: -100, peakDb: -100 });
  assert.deepEqual([-100, -30, 0].map(levelShare), [0, 0.5, 1]);
});

test("what the level means", () => {
  assert.equal(levelHint({ rmsDb: -30, peakDb: -12 }), english["mic.heard"]);
  assert.equal(levelHint({ rmsDb: -60, peakDb: -50 }), english["mic.quiet"]);
  assert.equal(levelHint({ rmsDb: -100, peakDb: -100 }), english["mic.silent"]);
  assert.equal(levelHint({ rmsDb: -5, peakDb: -0.1 }), english["mic.loud"]);
});

test("every refusal of a browser says what to do", () => {
  const named = (name) => Object.assign(new Error("why"), { name });
  assert.equal(captureProblem(named("NotAllowedError")), english["mic.denied"]);
  assert.equal(captureProblem(named("NotFoundError")), english["mic.none"]);
  assert.equal(captureProblem(named("NotReadableError")), english["mic.busy"]);
  assert.match(captureProblem(named("TypeError")), /why/);
  assert.match(captureProblem("odd"), /odd/);
});
