import assert from "node:assert/strict";
import { test } from "node:test";

import { CaptureGaps } from "../../web/mic/capture-gaps.js";

test("chunks that come in time, early or in fives are no gap", () => {
  const gaps = new CaptureGaps(16_000);
  const moments = [0, 50, 300, 300, 301, 302, 303, 350];
  assert.deepEqual(moments.map((atMs) => gaps.accept(800, 1_000_000 + atMs)), moments.map(() => 0));
});

test("a phone that slept a minute has missed as many samples", () => {
  const gaps = new CaptureGaps(16_000);
  gaps.accept(800, 1000);
  assert.equal(gaps.accept(800, 61_050), 60 * 16_000);
  assert.equal(gaps.accept(800, 61_100), 0);
});

test("a clock that is set back has missed nothing", () => {
  const gaps = new CaptureGaps(16_000);
  gaps.accept(800, 1_000_000);
  assert.equal(gaps.accept(800, 5), 0);
});
