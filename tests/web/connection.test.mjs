import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Connection, GONE_CHECK_MS, SILENCE_MS } from "../../web/shared/connection.js";
import { FakeEventSource, FakeSocket, FakeTimers } from "./fakes.mjs";
import { hello } from "./golden.mjs";

const BEAT = { type: "heartbeat", at: 5 };

/** A page with its connection, and everything it was told. */
class Page {
  constructor(options = {}) {
    this.timers = new FakeTimers();
    this.window = new EventTarget();
    this.document = Object.assign(new EventTarget(), { visibilityState: "visible" });
    this.events = [];
    this.states = [];
    this.oddities = [];
    this.known = { epoch: null, seq: 0 };
    this.probed = 0;
    this.connection = new Connection({
      socketUrl: "ws://room/m/c/events",
      streamUrl: "/m/c/events",
      position: () => this.known,
      onEvent: (event) => this.events.push(event),
      onState: (state) => this.states.push(state.kind),
      onOddity: (message) => this.oddities.push(message),
      WebSocket: FakeSocket,
      EventSource: FakeEventSource,
      probe: async () => this.probed,
      timers: this.timers,
      random: () => 0.5,
      window: this.window,
      document: this.document,
      ...options,
    });
    this.connection.start();
  }

  get sockets() {
    return FakeSocket.all;
  }

  get socket() {
    return FakeSocket.all[FakeSocket.all.length - 1];
  }

  get stream() {
    return FakeEventSource.all[FakeEventSource.all.length - 1];
  }

  get state() {
    return this.states[this.states.length - 1];
  }

  look(visibilityState) {
    this.document.visibilityState = visibilityState;
    this.document.dispatchEvent(new Event("visibilitychange"));
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  FakeSocket.all = [];
  FakeEventSource.all = [];
});

test("the first connection asks for everything and is open when the server speaks", () => {
  const page = new Page();
  assert.equal(page.socket.url, "ws://room/m/c/events");
  assert.deepEqual(page.states, ["connecting"]);
  page.socket.say(hello());
  assert.deepEqual(page.states, ["connecting", "open"]);
  assert.deepEqual(page.events, [hello()]);
});

test("after a cut it comes back by itself and asks for what follows", () => {
  const page = new Page();
  page.socket.say(hello());
  page.known = { epoch: "e 1", seq: 41 };
  page.socket.break();
  assert.equal(page.state, "cut");
  page.timers.advance(300);
  assert.equal(page.socket.url, "ws://room/m/c/events?since=41&epoch=e+1");
  page.socket.say(hello());
  assert.equal(page.state, "open");
});

test("the language of the captions is asked for on every line, sockets and streams alike", () => {
  let language = "nl";
  const page = new Page({ language: () => language });
  assert.equal(page.socket.url, "ws://room/m/c/events?language=nl");
  page.socket.say(hello());
  page.known = { epoch: "e1", seq: 41 };
  page.connection.open();
  assert.equal(page.socket.url, "ws://room/m/c/events?since=41&epoch=e1&language=nl");
  language = "";
  page.connection.usesStream = true;
  page.connection.open();
  assert.equal(page.stream.url, "/m/c/events?since=41&epoch=e1");
});

test("the state keeps the moment at which the server was last heard", () => {
  const page = new Page();
  page.socket.say(hello());
  page.timers.advance(4000);
  page.socket.say(BEAT);
  const heard = page.timers.now();
  page.timers.advance(1000);
  page.socket.break();
  page.timers.advance(60_000);
  assert.equal(page.connection.state.sinceMs, heard);
});

test("ten seconds of silence are a cut, nine are not", () => {
  const page = new Page();
  page.socket.say(hello());
  page.timers.advance(SILENCE_MS - 1000);
  page.socket.say(BEAT);
  page.timers.advance(SILENCE_MS - 1000);
  assert.equal(page.state, "open");
  page.timers.advance(1000);
  assert.equal(page.state, "cut");
  assert.ok(page.sockets[0].isClosed);
  assert.equal(page.sockets.length, 2, "and tried again at once");
});

test("an attempt that hangs is given up too", () => {
  const page = new Page();
  page.timers.advance(SILENCE_MS);
  assert.equal(page.sockets.length, 2);
  assert.equal(page.state, "connecting");
});

test("what a given-up socket still says is not listened to", () => {
  const page = new Page();
  page.socket.say(hello());
  const old = page.socket;
  page.timers.advance(SILENCE_MS);
  old.say(BEAT);
  old.break();
  assert.equal(page.events.length, 1);
  assert.equal(page.sockets.length, 2);
});

test("failures wait longer and longer, but never more than five seconds", () => {
  const page = new Page({ EventSource: undefined });
  const gaps = [];
  for (let failure = 0; failure < 8; failure += 1) {
    const from = page.timers.now();
    const tries = page.sockets.length;
    page.socket.break();
    while (page.sockets.length === tries) page.timers.advance(25);
    gaps.push(page.timers.now() - from);
  }
  assert.ok(gaps[0] < 400 && gaps[7] > 2500 && Math.max(...gaps) <= 5000, String(gaps));
});

test("when the socket cannot be opened twice in a row, events come as a stream", () => {
  const page = new Page();
  page.known = { epoch: "e1", seq: 7 };
  page.socket.break();
  page.timers.advance(5000);
  assert.equal(FakeEventSource.all.length, 0);
  page.socket.break();
  page.timers.advance(5000);
  assert.equal(page.stream.url, "/m/c/events?since=7&epoch=e1");
  page.stream.say(hello());
  assert.equal(page.state, "open");
  page.stream.say(BEAT);
  assert.equal(page.events.length, 2);
});

test("a socket that was open once does not count as one that cannot be opened", () => {
  const page = new Page();
  for (let cut = 0; cut < 4; cut += 1) {
    page.socket.say(hello());
    page.socket.break();
    page.timers.advance(5000);
  }
  assert.equal(FakeEventSource.all.length, 0);
});

test("when the stream does not open either, sockets are tried again", () => {
  const page = new Page();
  page.socket.break();
  page.timers.advance(5000);
  page.socket.break();
  page.timers.advance(5000);
  page.stream.fail(0);
  assert.ok(page.stream.isClosed, "the browser's own retry would forget what is known");
  page.timers.advance(5000);
  assert.equal(page.sockets.length, 3);
});

test("a stream that is cut goes on as a stream", () => {
  const page = new Page({ WebSocket: undefined });
  page.timers.advance(10_000);
  page.stream.say(hello());
  page.stream.fail(0);
  assert.equal(page.state, "cut");
  page.timers.advance(5000);
  assert.equal(FakeEventSource.all.length, 2);
});

test("an unknown meeting is gone: only a slow look now and then", () => {
  const page = new Page();
  page.socket.say({ type: "error", code: "unknown_meeting", message: "There is none." });
  page.socket.break(4404);
  assert.equal(page.state, "gone");
  page.timers.advance(GONE_CHECK_MS - 1);
  assert.equal(page.sockets.length, 1);
  page.timers.advance(1);
  assert.equal(page.sockets.length, 2);
  page.socket.break(1006);
  assert.equal(page.state, "gone");
  page.timers.advance(GONE_CHECK_MS);
  page.socket.say(hello());
  assert.equal(page.state, "open");
});

test("the close code alone says gone as well", () => {
  const page = new Page();
  page.socket.break(4404);
  assert.equal(page.state, "gone");
});

test("a stream that is refused asks why: 404 is gone", async () => {
  const page = new Page({ WebSocket: undefined });
  page.timers.advance(400);
  page.timers.advance(5000);
  page.probed = 404;
  page.stream.fail(2);
  await settled();
  assert.equal(page.state, "gone");
});

test("a stream that is refused for another reason is tried again", async () => {
  const page = new Page({ WebSocket: undefined });
  page.timers.advance(5000);
  page.probed = 503;
  page.stream.fail(2);
  await settled();
  assert.equal(page.state, "connecting");
  page.timers.advance(10_000);
  assert.ok(FakeEventSource.all.length >= 2);
});

test("the network coming back ends the waiting at once", () => {
  const page = new Page();
  page.socket.say(hello());
  page.socket.break();
  page.window.dispatchEvent(new Event("online"));
  assert.equal(page.sockets.length, 2);
  page.timers.advance(300);
  assert.equal(page.sockets.length, 2, "and the planned attempt is not made as well");
});

test("looking at the page again ends the waiting at once, turning away does not", () => {
  const page = new Page();
  page.socket.say(hello());
  page.socket.break();
  page.look("hidden");
  assert.equal(page.sockets.length, 1);
  page.look("visible");
  assert.equal(page.sockets.length, 2);
});

test("after sleep a line that was not heard for long is not waited for", () => {
  const page = new Page();
  page.socket.say(hello());
  page.look("hidden");
  page.timers.sleep(30 * 60_000);
  page.look("visible");
  page.timers.advance(0);
  assert.equal(page.sockets.length, 2);
  assert.equal(page.state, "cut");
});

test("a quick look elsewhere does not break a line that works", () => {
  const page = new Page();
  page.socket.say(hello());
  page.look("hidden");
  page.timers.advance(2000);
  page.look("visible");
  page.window.dispatchEvent(new Event("online"));
  assert.equal(page.sockets.length, 1);
});

test("the network coming back restarts an attempt that hangs", () => {
  const page = new Page();
  page.timers.advance(1000);
  page.window.dispatchEvent(new Event("online"));
  assert.equal(page.sockets.length, 1);
  page.timers.advance(2000);
  page.window.dispatchEvent(new Event("online"));
  page.timers.advance(0);
  assert.equal(page.sockets.length, 2);
});

test("a message that is not understood is left out and the line stays", () => {
  const page = new Page();
  page.socket.say(hello());
  page.socket.say("{");
  page.socket.say({ type: "weather" });
  page.socket.say(BEAT);
  assert.equal(page.events.length, 2);
  assert.equal(page.oddities.length, 1);
  assert.equal(page.state, "open");
});

test("a browser that throws on opening a socket is no dead end", () => {
  class Forbidden {
    constructor() {
      throw new Error("SecurityError");
    }
  }
  const page = new Page({ WebSocket: Forbidden });
  page.timers.advance(5000);
  page.stream.say(hello());
  assert.equal(page.state, "open");
});

test("after stop nothing is tried any more", () => {
  const page = new Page();
  page.socket.say(hello());
  page.connection.stop();
  page.window.dispatchEvent(new Event("online"));
  page.timers.advance(60_000);
  assert.equal(page.sockets.length, 1);
  assert.ok(page.socket.isClosed);
});

test("another language is asked for on a new line, and what the old one still says counts no more", () => {
  let language = "";
  const page = new Page({ language: () => language });
  page.socket.say(hello());
  const old = page.socket;
  language = "pt-BR";
  page.known = { epoch: "e1", seq: 0 };
  page.connection.open();
  assert.ok(old.isClosed);
  assert.equal(page.socket.url, "ws://room/m/c/events?since=0&epoch=e1&language=pt-BR");
  old.say(BEAT);
  assert.equal(page.events.length, 1);
  page.socket.say(hello());
  assert.deepEqual(page.states, ["connecting", "open", "open"]);
});
