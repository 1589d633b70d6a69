// Stand-ins for the browser's parts that connection.js takes as parameters.

/** A clock that moves when told to; nobody waits. */
export class FakeTimers {
  constructor() {
    this.nowMs = 1_000_000;
    this.pending = new Map();
    this.count = 0;
    this.now = () => this.nowMs;
    this.setTimeout = (run, delay) => {
      this.count += 1;
      this.pending.set(this.count, { run, at: this.nowMs + delay });
      return this.count;
    };
    this.clearTimeout = (id) => this.pending.delete(id);
  }

  /** @param {number} ms */
  advance(ms) {
    const end = this.nowMs + ms;
    for (;;) {
      const [id, next] = [...this.pending].sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0] ?? [];
      if (!next || next.at > end) break;
      this.pending.delete(id);
      this.nowMs = Math.max(this.nowMs, next.at);
      next.run();
    }
    this.nowMs = end;
  }

  /** The tablet sleeps: time passes, nothing runs. @param {number} ms */
  sleep(ms) {
    this.nowMs += ms;
  }
}

/** Unrealistic: messages arrive at once, and close() is not answered. */
export class FakeSocket {
  static all = [];

  constructor(url) {
    this.url = url;
    this.isClosed = false;
    FakeSocket.all.push(this);
  }

  say(event) {
    this.onmessage?.({ data: typeof event === "string" ? event : JSON.stringify(event) });
  }

  break(code = 1006) {
    this.onclose?.({ code });
  }

  close() {
    this.isClosed = true;
  }
}

export class FakeEventSource extends FakeSocket {
  static all = [];

  constructor(url) {
    super(url);
    FakeSocket.all.pop();
    FakeEventSource.all.push(this);
    this.readyState = 0;
  }

  /** @param {number} readyState 2: refused by the server, 0: no answer */
  fail(readyState) {
    this.readyState = readyState;
    this.onerror?.({});
  }
}
