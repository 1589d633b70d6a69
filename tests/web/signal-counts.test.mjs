import assert from "node:assert/strict";
import { test } from "node:test";

import { SHOWN_MS, signalCounts, stillShown } from "../../web/host/signal-counts.js";

const raised = (signal, atMs, name) => ({ event: { type: "signal", seq: 1, at: 0, signal, ...(name && { name }) }, atMs });

test("signals are counted, those who want to speak first, and named only where somebody signed", () => {
  const all = [raised("slower", 0), raised("wait", 1000, "Eva"), raised("slower", 2000), raised("wait", 2500, "Eva")];
  assert.deepEqual(signalCounts(all, 3000), [
    { signal: "wait", count: 2, names: ["Eva"], isFresh: true },
    { signal: "slower", count: 2, names: [], isFresh: true },
  ]);
});

test("they grow quiet, and go by themselves after a minute", () => {
  const all = [raised("repeat", 0), raised("slower", 30_000)];
  assert.deepEqual(signalCounts(all, 40_000).map(({ signal, isFresh }) => [signal, isFresh]), [["repeat", false], ["slower", true]]);
  assert.deepEqual(signalCounts(all, SHOWN_MS).map(({ signal }) => signal), ["slower"]);
  assert.equal(stillShown(all, SHOWN_MS + 30_000).length, 0);
});
