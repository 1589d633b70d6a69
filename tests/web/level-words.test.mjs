import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";

import { levelShare, levelWords } from "../../web/host/level-words.js";
import { useStrings } from "../../web/shared/i18n.js";
import { card } from "./golden.mjs";

const english = JSON.parse(readFileSync(new URL("../../web/lang/en.json", import.meta.url), "utf8"));
before(() => useStrings("en", english));

const ANNA = card(1, "Anna", "blue");
const level = (fields) => ({ channel: 1, rms_db: -30, peak_db: -20, voice: false, source: "USB", ...fields });

const CASES = [
  ["a lost microphone, whatever came last", { ...ANNA, state: "lost" }, level({ voice: true }), 0, "channel.lost"],
  ["a phone that is waited for", { ...ANNA, state: "lost" }, null, 0, "channel.never"],
  ["switched off", { ...ANNA, state: "muted" }, null, 0, "channel.muted"],
  ["private", { ...ANNA, state: "muted", muting: "private" }, null, 0, "channel.private"],
  ["never a level", ANNA, null, 0, "channel.nothing"],
  ["no level for some seconds", ANNA, level({ voice: true }), 4000, "channel.nothing"],
  ["a voice", ANNA, level({ voice: true }), 100, "channel.speaking"],
  ["a voice that clips", ANNA, level({ voice: true, peak_db: -0.2 }), 100, "channel.loud"],
  ["a voice that is cut off", ANNA, level({ voice: true, advice: { code: "clipped", message: "!" } }), 0, "advice.clipped"],
  ["a voice that is too quiet", ANNA, level({ advice: { code: "quiet", message: "!" } }), 0, "advice.quiet"],
  ["a switch that is off", ANNA, level({ peak_db: -100, advice: { code: "silent", message: "!" } }), 0, "advice.silent"],
  ["noise of a quiet room is no fault", ANNA, level({ peak_db: -55, rms_db: -70 }), 100, "channel.listening"],
  ["digital silence: a switch on the microphone", ANNA, level({ peak_db: -100, rms_db: -100 }), 100, "channel.silent"],
];

for (const [name, shown, heard, age, key] of CASES) {
  test(name, () => assert.equal(levelWords(shown, heard, age).text, english[key]));
}

test("advice that this page does not know is told in the server's words", () => {
  const advice = { code: "upside_down", message: "Turn it over." };
  assert.equal(levelWords(ANNA, level({ advice }), 0).text, "Turn it over.");
});

test("the meter is empty at -60 dB and full at 0", () => {
  assert.deepEqual([-100, -60, -30, 0, 3].map(levelShare), [0, 0, 0.5, 1, 1]);
});
