import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { MicLine, SILENCE_MS } from "../../web/mic/mic-line.js";
import { FakeSocket, FakeTimers } from "./fakes.mjs";

/** Keeps what was sent: texts as objects, sound as numbers. */
class FakeMicSocket extends FakeSocket {
  constructor(url) {
    super(url);
    this.sent = [];
  }

  send(message) {
    this.sent.push(typeof message === "string" ? JSON.parse(message) : [...message]);
  }

  close(code) {
    super.close();
    this.closeCode = code;
  }
}

const RATE = 10;
let timers, states;

const newest = () => FakeSocket.all.at(-1);
const sound = (from, length = 5) => Int16Array.from({ length }, (_, at) => from + at);
const samplesOf = (socket) => socket.sent.slice(1).flat();

function open() {
  const line = new MicLine({
    url: "ws://here/audio",
    token: "secret",
    run: "one",
    rate: RATE,
    onState: (state) => states.push(state.kind),
    WebSocket: FakeMicSocket,
    timers,
    random: () => 0,
  });
  line.start();
  newest().onopen();
  return line;
}

beforeEach(() => {
  timers = new FakeTimers();
  states = [];
  FakeSocket.all.length = 0;
});

test("the first message says what comes, then every sample goes out as it is heard", () => {
  const line = open();
  line.accept(sound(0));
  line.accept(sound(5));
  const [hello] = newest().sent;
  assert.deepEqual(hello, { rate: RATE, format: "s16le", token: "secret", run: "one", at: 0 });
  assert.deepEqual(samplesOf(newest()), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  newest().say({ type: "ready", next: 0 });
  assert.deepEqual(states, ["open"]);
});

test("after a cut exactly what the server has not confirmed is sent again", () => {
  const line = open();
  newest().say({ type: "ready", next: 0 });
  line.accept(sound(0));
  line.accept(sound(5));
  newest().say({ type: "heard", next: 5 });
  newest().break();
  assert.equal(states.at(-1), "cut");
  line.accept(sound(10));
  assert.equal(line.heldS, 1);
  timers.advance(300);
  newest().onopen();
  assert.equal(newest().sent[0].at, 5);
  assert.deepEqual(samplesOf(newest()), [5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  newest().say({ type: "ready", next: 15 });
  assert.equal(line.heldS, 0);
  assert.equal(states.at(-1), "open");
});

test("a cut of more than ten seconds keeps the last ten and says where they begin", () => {
  const line = open();
  newest().say({ type: "ready", next: 0 });
  newest().break();
  for (let at = 0; at < 150; at += 5) line.accept(sound(at));
  timers.advance(300);
  newest().onopen();
  assert.equal(newest().sent[0].at, 50);
  assert.equal(samplesOf(newest()).length, 100);
});

test("after a sleep the server is told where the sound goes on, also when it is sent again", () => {
  const line = open();
  newest().say({ type: "ready", next: 0 });
  line.accept(sound(0));
  line.skip(20);
  line.accept(sound(25));
  assert.deepEqual(newest().sent.slice(1), [[0, 1, 2, 3, 4], { at: 25 }, [25, 26, 27, 28, 29]]);
  newest().break();
  timers.advance(300);
  newest().onopen();
  assert.equal(newest().sent[0].at, 0);
  assert.deepEqual(newest().sent.slice(1), [[0, 1, 2, 3, 4], { at: 25 }, [25, 26, 27, 28, 29]]);
});

test("what was said before the first connection is no part of the meeting, but for a second", () => {
  const line = new MicLine({ url: "ws://here", token: "", run: "one", rate: RATE, onState: () => {}, WebSocket: FakeMicSocket, timers, random: () => 0 });
  line.start();
  for (let at = 0; at < 100; at += 5) line.accept(sound(at));
  newest().onopen();
  assert.equal(newest().sent[0].at, 90);
});

test("a line on which the server says nothing is dead, however open it looks", () => {
  const line = open();
  newest().say({ type: "ready", next: 0 });
  line.accept(sound(0));
  const dead = newest();
  timers.advance(SILENCE_MS);
  assert.ok(dead.isClosed);
  assert.notEqual(dead.closeCode, 1000, "nobody pressed a button");
  timers.advance(300);
  assert.notEqual(newest(), dead);
  dead.say({ type: "heard", next: 5 });
  assert.equal(line.buffer.held, 5, "what an old line still says is not listened to");
});

test("attempts are farther and farther apart, and the network coming back ends the wait", () => {
  const line = open();
  for (let failures = 0; failures < 6; failures += 1) {
    newest().break();
    timers.advance(2500);
  }
  newest().break();
  const before = FakeSocket.all.length;
  line.wake();
  assert.equal(FakeSocket.all.length, before + 1);
});

test("the server's word that it is over is final", () => {
  const line = open();
  newest().say({ type: "ready", next: 0 });
  newest().say({ type: "error", code: "taken_over", message: "Another phone has it." });
  newest().break(4400);
  timers.advance(60_000);
  line.wake();
  assert.equal(FakeSocket.all.length, 1);
  assert.deepEqual(line.state, { kind: "over", code: "taken_over", message: "Another phone has it." });
});

test("the button is told to the server as one", () => {
  const line = open();
  line.stop();
  assert.equal(newest().closeCode, 1000);
  timers.advance(60_000);
  assert.equal(FakeSocket.all.length, 1);
});

test("nonsense from the server does no harm", () => {
  open();
  newest().say("{");
  newest().say("null");
  newest().say({ type: "heard" });
  assert.equal(states.at(-1), "open");
});
