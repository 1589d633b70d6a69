import assert from "node:assert/strict";
import { test } from "node:test";

import { MOST_ROWS, RowHeights, chooseRows } from "../../web/shared/row-window.js";

const MEASURE = { fontPx: 20, leading: 1.5, widthPx: 400, look: "" };
const row = (key, length = 40) => ({ key, position: 1, texts: [{ text: "x".repeat(length) }] });
const rows = (count) => Array.from({ length: count }, (_, at) => row(`u${at}`));

const filled = (count) => {
  const heights = new RowHeights(MEASURE);
  heights.setRows(rows(count));
  return heights;
};

test("a row is guessed at by its text, and by the name above it", () => {
  const heights = filled(0);
  assert.equal(heights.guess(row("a", 40)), 36);
  assert.equal(heights.guess(row("a", 41)), 66, "a second line");
  assert.equal(heights.guess({ ...row("a"), position: 0 }), 78);
});

test("what was measured counts from then on, and moves what is below", () => {
  const heights = filled(10);
  assert.equal(heights.total, 360);
  heights.learn(2, 100);
  assert.deepEqual([heights.top(2), heights.top(3), heights.total], [72, 172, 424]);
});

test("a row that changes its place keeps its height", () => {
  const heights = filled(3);
  heights.learn(2, 100);
  heights.setRows([row("new"), ...heights.rows]);
  assert.equal(heights.top(4) - heights.top(3), 100);
});

test("another size of letters makes everything unknown again, the same does not", () => {
  const heights = filled(3);
  heights.learn(0, 100);
  assert.equal(heights.setMeasure({ ...MEASURE }), false);
  assert.equal(heights.top(1), 100);
  assert.equal(heights.setMeasure({ ...MEASURE, fontPx: 40 }), true);
  assert.equal(heights.top(1), 132);
  assert.equal(heights.setMeasure({ ...MEASURE, fontPx: 40, look: "times" }), true);
});

test("the row at a height is found, and the ends at heights beyond them", () => {
  const heights = filled(5000);
  assert.deepEqual([-5, 0, 35, 36, 36 * 4999, 1e9].map((px) => heights.rowAt(px)), [0, 0, 0, 1, 4999, 4999]);
  assert.equal(filled(0).rowAt(10), 0);
});

test("of five thousand rows those in sight and a screen on each side are on the page", () => {
  const heights = filled(5000);
  assert.deepEqual(chooseRows(heights, 36 * 1000, 360, { from: 0, to: 0 }), { from: 990, to: 1021 });
  assert.deepEqual(chooseRows(heights, heights.total - 360, 360, { from: 0, to: 0 }), { from: 4980, to: 5000 });
  assert.deepEqual(chooseRows(filled(0), 0, 360, { from: 3, to: 9 }), { from: 0, to: 0 });
});

test("a small movement exchanges nothing, a larger one does", () => {
  const heights = filled(5000);
  const now = chooseRows(heights, 36 * 1000, 360, { from: 0, to: 0 });
  assert.equal(chooseRows(heights, 36 * 1004, 360, now), now);
  assert.deepEqual(chooseRows(heights, 36 * 1008, 360, now), { from: 998, to: 1029 });
});

test("a wall full of small letters has what is in sight, and never many more", () => {
  const heights = filled(5000);
  const { from, to } = chooseRows(heights, 36 * 1000, 36 * 70, { from: 0, to: 0 });
  assert.ok(from <= 1000 && to >= 1070 && to - from <= MOST_ROWS, `${from} ${to}`);
  const huge = chooseRows(heights, 36 * 1000, 36 * 200, { from: 0, to: 0 });
  assert.deepEqual(huge, { from: 1000, to: 1201 });
});

test("a meeting that goes on costs as much as its last rows", () => {
  const heights = filled(5000);
  heights.top(5000);
  let guesses = 0;
  const guess = heights.guess.bind(heights);
  heights.guess = (of) => {
    guesses += 1;
    return guess(of);
  };
  heights.setRows([...heights.rows, row("one more")]);
  assert.equal(heights.total, 36 * 5001);
  assert.equal(guesses, 1);
});
