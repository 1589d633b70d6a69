import assert from "node:assert/strict";
import { test } from "node:test";

import { HearsBest, aboveNoise } from "../../web/host/hears-best.js";

const level = (id, rms, fields = {}) => ({
  id, rms_db: rms, problem: "", muted: false,
  heard: { voice_db: null, floor_db: -62, peak_db: -20, clipping: false, dead: false }, ...fields,
});
/** The same levels for a while, five times a second. */
const listen = (best, levels, fromMs, toMs) => {
  let found = "";
  for (let ms = fromMs; ms <= toMs; ms += 200) found = best.accept(levels, ms);
  return found;
};

test("who says their name is heard best by the microphone in front of them", () => {
  const best = new HearsBest();
  assert.equal(listen(best, [level("a", -60), level("b", -24), level("c", -35)], 0, 400), "");
  assert.equal(listen(best, [level("a", -60), level("b", -24), level("c", -35)], 600, 800), "b");
});

test("a door that slams is nobody", () => {
  const best = new HearsBest();
  best.accept([level("a", -10)], 0);
  assert.equal(listen(best, [level("a", -60)], 200, 3000), "");
});

test("two microphones that hear it alike: it is not clear whose it is", () => {
  assert.equal(listen(new HearsBest(), [level("a", -24), level("b", -25)], 0, 2000), "");
});

test("a microphone that is turned up is not taken for the nearest: its noise is louder too", () => {
  const loud = level("loud", -20, { heard: { ...level("", 0).heard, floor_db: -40 } });
  assert.equal(listen(new HearsBest(), [loud, level("near", -26)], 0, 1000), "near");
});

test("what was found stays for a moment, then it is gone", () => {
  const best = new HearsBest();
  listen(best, [level("a", -24)], 0, 1000);
  assert.equal(listen(best, [level("a", -60)], 1200, 3400), "a");
  assert.equal(best.accept([level("a", -60)], 3600), "");
});

test("what is muted, dead, lost or not yet known hears nobody", () => {
  const dead = { ...level("", 0).heard, dead: true };
  for (const fields of [{ muted: true }, { problem: "gone" }, { heard: null }, { heard: dead }]) {
    assert.equal(aboveNoise(level("a", -20, fields)), 0);
  }
  assert.equal(listen(new HearsBest(), [], 0, 1000), "");
});
