import assert from "node:assert/strict";
import { test } from "node:test";

import { NOWHERE, PLACE_LASTS_MS, comeBack, forget, forgetOld, leave, mark, showSign } from "../../web/shared/place-keeping.js";

const sight = (last, newest = last, nowMs = 1000) => ({ last, newest, nowMs });

test("a tap keeps the last line on the screen, another one further on moves it", () => {
  const marked = mark(NOWHERE, sight("u5"));
  assert.equal(marked.place, "u5");
  assert.equal(mark(marked, sight("u9")).place, "u9");
});

test("a tap at the line that is marked takes the mark away", () => {
  assert.equal(mark(mark(NOWHERE, sight("u5")), sight("u5")).place, null);
});

test("an empty page has no place", () => {
  assert.equal(mark(NOWHERE, sight(null)).place, null);
});

test("who comes back to the page finds the last line that was on the screen", () => {
  const back = comeBack(leave(NOWHERE, sight("u5")), sight("u20"));
  assert.equal(back.place, "u5");
  assert.equal(back.left, null);
});

test("nothing said meanwhile, nothing to find; and a mark by hand stays", () => {
  assert.equal(comeBack(leave(NOWHERE, sight("u5")), sight("u5")).place, null);
  assert.equal(comeBack(leave(mark(NOWHERE, sight("u3")), sight("u5")), sight("u5")).place, "u3");
  assert.equal(comeBack(NOWHERE, sight("u5")).place, null);
});

test("a hand that rests means nothing unless the reader chose that it does", () => {
  const seen = showSign(NOWHERE, sight("u5", "u5", 1000), 0).places;
  assert.equal(showSign(seen, sight("u30", "u30", 500_000), 0).places.place, null);
  const { places, wasAway } = showSign(seen, sight("u30", "u30", 31_000), 30_000);
  assert.deepEqual([places.place, wasAway], ["u5", true]);
  assert.equal(showSign(seen, sight("u30", "u30", 30_999), 30_000).wasAway, false);
  assert.equal(showSign(seen, sight("u5", "u5", 90_000), 30_000).wasAway, false, "nothing new");
  assert.equal(showSign(NOWHERE, sight("u5", "u5", 90_000), 30_000).wasAway, false, "never seen before");
});

test("a place is forgotten after a while, or when the reader says so", () => {
  const marked = mark(NOWHERE, sight("u5", "u5", 1000));
  assert.equal(forgetOld(marked, 1000 + PLACE_LASTS_MS), marked);
  assert.equal(forgetOld(marked, 1001 + PLACE_LASTS_MS).place, null);
  assert.equal(forget(marked).place, null);
});
