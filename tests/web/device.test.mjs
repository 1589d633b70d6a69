import assert from "node:assert/strict";
import { test } from "node:test";

import { deviceOf } from "../../web/trust/device.js";

const CASES = [
  ["ios", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15", 5],
  ["ios", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15", 5],
  ["macos", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15", 0],
  ["android", "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36", 5],
  ["windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", 10],
  [null, "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", 0],
];

for (const [device, agent, touchPoints] of CASES) {
  test(`${agent.slice(13, 40)}, ${touchPoints} fingers: ${device}`, () => {
    assert.equal(deviceOf(agent, touchPoints), device);
  });
}
