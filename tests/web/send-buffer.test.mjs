import assert from "node:assert/strict";
import { test } from "node:test";

import { SendBuffer } from "../../web/mic/send-buffer.js";

const chunk = (...samples) => Int16Array.from(samples);
const held = (buffer) => buffer.chunks.flatMap(({ samples }) => [...samples]);

test("what the server has is forgotten, to the sample", () => {
  const buffer = new SendBuffer(100);
  buffer.add(chunk(0, 1, 2, 3));
  buffer.add(chunk(4, 5, 6, 7));
  buffer.forget(5);
  assert.deepEqual([buffer.start, buffer.end, buffer.held], [5, 8, 3]);
  assert.deepEqual(held(buffer), [5, 6, 7]);
  buffer.forget(5);
  assert.equal(buffer.start, 5);
});

test("everything confirmed: the next sample goes on counting", () => {
  const buffer = new SendBuffer(100);
  buffer.add(chunk(0, 1));
  buffer.forget(2);
  assert.deepEqual([buffer.start, buffer.held], [2, 0]);
  buffer.add(chunk(2, 3));
  assert.equal(buffer.start, 2);
});

test("a cut longer than the buffer costs the oldest sound, and the numbers say so", () => {
  const buffer = new SendBuffer(4);
  for (let at = 0; at < 10; at += 2) buffer.add(chunk(at, at + 1));
  assert.deepEqual([buffer.start, buffer.end, buffer.lost], [6, 10, 6]);
  assert.deepEqual(held(buffer), [6, 7, 8, 9]);
});

test("one chunk larger than the buffer is kept: sound that is new is never lost", () => {
  const buffer = new SendBuffer(2);
  buffer.add(chunk(0, 1, 2));
  assert.deepEqual(held(buffer), [0, 1, 2]);
});

test("after a sleep the numbers go on; only what is not too old by then is kept", () => {
  const buffer = new SendBuffer(10);
  buffer.add(chunk(0, 1, 2));
  buffer.skip(4);
  buffer.add(chunk(7, 8));
  assert.deepEqual(buffer.chunks.map(({ at }) => at), [0, 7]);
  buffer.skip(100);
  assert.deepEqual([buffer.start, buffer.held, buffer.lost], [109, 0, 5]);
});

test("a word of the server from long ago changes nothing", () => {
  const buffer = new SendBuffer(10);
  buffer.add(chunk(0, 1, 2));
  buffer.forget(2);
  buffer.forget(0);
  assert.equal(buffer.start, 2);
});
