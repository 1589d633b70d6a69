import assert from "node:assert/strict";
import { test } from "node:test";

import { Delay } from "../../web/host/delay.js";
import { caption } from "./golden.mjs";

const late = (delayS, at, fields = {}) => caption({ start: at - delayS - 1, end: at - delayS, at, ...fields });

test("the delay is the middle of the last few captions, and not known before", () => {
  const delay = new Delay();
  for (const [at, seconds] of [[10, 1.0], [12, 9.0]]) delay.accept(late(seconds, at));
  assert.equal(delay.seconds(12), null);
  delay.accept(late(1.2, 14));
  assert.equal(Math.round(delay.seconds(14) * 10) / 10, 1.2);
});

test("what was long ago says nothing about now", () => {
  const delay = new Delay();
  for (const at of [10, 12, 14]) delay.accept(late(1, at));
  assert.equal(delay.seconds(90), null);
});

test("a correction and a text that was taken back have no delay", () => {
  const delay = new Delay();
  for (const at of [10, 12, 14]) delay.accept(late(600, at, { state: "edited" }));
  for (const at of [10, 12, 14]) delay.accept(late(2, at, { text: "" }));
  assert.equal(delay.seconds(14), null);
});

test("partials do not make captions look quicker than they are", () => {
  const delay = new Delay();
  for (const at of [10, 12, 14]) delay.accept(late(0.7, at));
  for (const at of [15, 16, 17, 18]) delay.accept(late(0.1, at, { state: "partial" }));
  assert.equal(Math.round(delay.seconds(18) * 10) / 10, 0.7);
});
