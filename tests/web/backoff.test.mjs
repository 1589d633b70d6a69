import assert from "node:assert/strict";
import { test } from "node:test";

import { FIRST_DELAY_MS, LONGEST_DELAY_MS, retryDelay } from "../../web/shared/backoff.js";

test("the wait doubles and stops at five seconds", () => {
  const waits = [1, 2, 3, 4, 5, 6, 1000].map((failures) => retryDelay(failures, 1));
  assert.deepEqual(waits, [300, 600, 1200, 2400, 4800, 5000, 5000]);
});

test("chance takes off up to a half, never more", () => {
  for (const failures of [0, 1, 3, 50]) {
    for (const chance of [0, 0.3, 0.999]) {
      const wait = retryDelay(failures, chance);
      assert.ok(wait >= FIRST_DELAY_MS / 2 && wait <= LONGEST_DELAY_MS);
      assert.ok(wait >= retryDelay(failures, 1) / 2);
    }
  }
});
