import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { deviceWords, pairWords } from "../../web/host/device-words.js";
import { useStrings } from "../../web/shared/i18n.js";

useStrings("en", JSON.parse(readFileSync(new URL("../../web/lang/en.json", import.meta.url), "utf8")));

const heard = (fields = {}) => ({ voice_db: null, floor_db: -62, peak_db: -30, clipping: false, dead: false, ...fields });
const level = (fields = {}) => ({ id: "a", rms_db: -60, problem: "", muted: false, heard: heard(), ...fields });

for (const [what, given, sign, words] of [
  ["nothing is known yet", null, "listening", /Opening/],
  ["just opened", level({ heard: null }), "listening", /Opening/],
  ["the driver refuses", level({ problem: "It does not open." }), "warn", /It does not open/],
  ["muted by the system", level({ muted: true, heard: heard({ dead: true }) }), "warn", /sound settings of this computer/],
  ["its own switch is off", level({ heard: heard({ dead: true }) }), "warn", /Complete silence/],
  ["cut off", level({ heard: heard({ clipping: true, voice_db: -3 }) }), "loud", /Too loud/],
  ["a voice far away", level({ heard: heard({ voice_db: -53 }) }), "loud", /Too quiet/],
  ["a voice", level({ heard: heard({ voice_db: -22 }) }), "speaking", /voice/],
  ["a fan beside it", level({ heard: heard({ floor_db: -35 }) }), "loud", /noise/],
  ["a quiet room", level(), "listening", /nobody speaks/],
]) {
  test(`a microphone says what is wrong with it: ${what}`, () => {
    const found = deviceWords(given);
    assert.equal(found.sign, sign);
    assert.match(found.text, words);
  });
}

const users = { a: "Anna", b: "Bram" };
const nameOf = (id) => users[id] ?? null;

test("the same microphone twice is told on both", () => {
  const pairs = [{ one: "a", other: "b", likeness: "same", below_db: 0 }];
  assert.match(pairWords("a", pairs, nameOf), /same microphone as Bram/);
  assert.match(pairWords("b", pairs, nameOf), /same microphone as Anna/);
});

test("the same microphone twice matters only when both are used", () => {
  const pairs = [{ one: "a", other: "c", likeness: "same", below_db: 0 }];
  assert.equal(pairWords("a", pairs, nameOf), "");
  assert.equal(pairWords("c", pairs, nameOf), "");
});

test("a voice in another's microphone is told on that one, by how much it is quieter", () => {
  const pairs = [{ one: "a", other: "b", likeness: "shared", below_db: 4.4 }];
  assert.equal(pairWords("a", pairs, nameOf), "");
  assert.match(pairWords("b", pairs, nameOf), /Anna.*4 dB/);
});

test("that it is one microphone is told before that a voice is shared", () => {
  const pairs = [
    { one: "a", other: "b", likeness: "shared", below_db: 4 },
    { one: "a", other: "b", likeness: "same", below_db: 4 },
  ];
  assert.match(pairWords("b", pairs, nameOf), /same microphone/);
});
