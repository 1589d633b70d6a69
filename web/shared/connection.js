// One line to the meeting that mends itself: WebSocket, server-sent events where sockets do not
// get through, and whatever was missed after every cut. Browser parts come in as parameters.

import { retryDelay } from "./backoff.js";
import { parseEvent } from "./protocol.js";

/** The server says something every five seconds; after twice that the line is cut. */
export const SILENCE_MS = 10_000;
/** A meeting that is gone may be there again: one quiet look now and then. */
export const GONE_CHECK_MS = 10_000;
/** After sleep, a line without a sign of life for this long is not waited for. */
const STALE_MS = 6_000;
/** An attempt this old is started again when the network comes back. */
const HANGING_MS = 2_000;
const SOCKET_TRIES = 2;
const UNKNOWN_MEETING = 4404;
const EVENT_SOURCE_CLOSED = 2;

/**
 * @typedef {object} LineState
 * @property {"connecting" | "open" | "cut" | "gone"} kind
 *   connecting: never heard anything; gone: the server knows no such meeting
 * @property {number} sinceMs when the server was last heard, or the first attempt began
 * @property {number} failures attempts in a row that came to nothing
 *
 * @typedef {object} Line an open socket or event source
 * @property {() => void} close
 *
 * @typedef {object} ConnectionOptions
 * @property {string} socketUrl
 * @property {string} streamUrl
 * @property {() => {epoch: string | null, seq: number}} position what is known already
 * @property {() => string} [language] into which captions are to be translated; empty: none
 * @property {(event: import("./protocol.js").CaptionerEvent) => void} onEvent
 * @property {(state: LineState) => void} onState
 * @property {(message: string) => void} [onOddity] something was not understood and left out
 * @property {typeof WebSocket} [WebSocket]
 * @property {typeof EventSource} [EventSource]
 * @property {(url: string) => Promise<number>} probe HTTP status of an address; 0 without an answer
 * @property {{setTimeout: Function, clearTimeout: Function, now: () => number}} timers
 * @property {() => number} random
 * @property {EventTarget} window
 * @property {EventTarget & {visibilityState: string}} document
 */

export class Connection {
  /** @param {ConnectionOptions} options */
  constructor(options) {
    this.options = options;
    /** @type {Line | null} */
    this.line = null;
    /** Grows with every attempt; what an older one still says is not listened to. */
    this.attempt = 0;
    this.attemptAtMs = 0;
    this.hasSpoken = false;
    this.failures = 0;
    this.socketFailures = 0;
    this.usesStream = false;
    this.retryTimer = null;
    this.watchdog = null;
    /** @type {LineState} */
    this.state = { kind: "connecting", sinceMs: options.timers.now(), failures: 0 };
    this.wake = this.wake.bind(this);
  }

  start() {
    const { window, document } = this.options;
    window.addEventListener("online", this.wake);
    window.addEventListener("pageshow", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.options.onState(this.state);
    this.open();
  }

  stop() {
    const { window, document } = this.options;
    window.removeEventListener("online", this.wake);
    window.removeEventListener("pageshow", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    this.hangUp();
  }

  /** The network is back, or somebody looks at the page again: no waiting now. */
  wake() {
    const { document, timers } = this.options;
    if (document.visibilityState === "hidden") return;
    const now = timers.now();
    if (!this.line) this.open();
    else if (this.hasSpoken ? now - this.state.sinceMs > STALE_MS : this.isHanging(now)) {
      this.lose(0);
    }
  }

  /** @param {number} now */
  isHanging(now) {
    return now - this.attemptAtMs > HANGING_MS;
  }

  open() {
    this.hangUp();
    this.attempt += 1;
    this.attemptAtMs = this.options.timers.now();
    this.hasSpoken = false;
    this.watch();
    try {
      this.line = this.usesStream ? this.openStream() : this.openSocket();
    } catch {
      this.lose();
    }
  }

  hangUp() {
    const { timers } = this.options;
    timers.clearTimeout(this.retryTimer);
    timers.clearTimeout(this.watchdog);
    this.attempt += 1;
    const line = this.line;
    this.line = null;
    if (line) line.close();
  }

  /** @returns {Line} */
  openSocket() {
    const { WebSocket } = this.options;
    if (!WebSocket) throw new Error("no sockets here");
    const attempt = this.attempt;
    const socket = new WebSocket(this.withPosition(this.options.socketUrl));
    socket.onmessage = (message) => this.isCurrent(attempt) && this.accept(message.data);
    socket.onclose = (close) => {
      if (!this.isCurrent(attempt)) return;
      if (close.code === UNKNOWN_MEETING) this.lookAgainLater();
      else this.lose();
    };
    return socket;
  }

  /** @returns {Line} */
  openStream() {
    const { EventSource } = this.options;
    if (!EventSource) throw new Error("no event streams here");
    const attempt = this.attempt;
    const url = this.withPosition(this.options.streamUrl);
    const source = new EventSource(url);
    source.onmessage = (message) => this.isCurrent(attempt) && this.accept(message.data);
    source.onerror = () => {
      if (!this.isCurrent(attempt)) return;
      if (source.readyState === EVENT_SOURCE_CLOSED) this.askWhy(url, attempt);
      else this.lose();
    };
    return source;
  }

  /** An event source does not tell a 404 from any other refusal. @param {string} url @param {number} attempt */
  async askWhy(url, attempt) {
    const status = await this.options.probe(url).catch(() => 0);
    if (!this.isCurrent(attempt)) return;
    if (status === 404) this.lookAgainLater();
    else this.lose();
  }

  /** @param {number} attempt */
  isCurrent(attempt) {
    return attempt === this.attempt;
  }

  /** @param {string} url */
  withPosition(url) {
    const { epoch, seq } = this.options.position();
    const query = new URLSearchParams(epoch === null ? {} : { since: String(seq), epoch });
    const language = this.options.language?.();
    if (language) query.set("language", language);
    return String(query) ? `${url}?${query}` : url;
  }

  /** @param {string} data */
  accept(data) {
    let event;
    try {
      event = parseEvent(data);
    } catch (error) {
      this.options.onOddity?.(String(error));
    }
    if (event?.type === "error") {
      if (event.code === "unknown_meeting") this.lookAgainLater();
      return;
    }
    this.hear();
    if (event) this.options.onEvent(event);
  }

  hear() {
    const now = this.options.timers.now();
    this.watch();
    if (this.hasSpoken) {
      this.state.sinceMs = now;
      return;
    }
    this.hasSpoken = true;
    this.failures = 0;
    this.socketFailures = 0;
    this.tell({ kind: "open", sinceMs: now, failures: 0 });
  }

  watch() {
    const { timers } = this.options;
    timers.clearTimeout(this.watchdog);
    this.watchdog = timers.setTimeout(() => this.lose(0), SILENCE_MS);
  }

  /** The line is dead. @param {number} [delay] milliseconds until the next attempt */
  lose(delay) {
    this.failures += 1;
    if (!this.hasSpoken) this.chooseTransport();
    this.hangUp();
    const wait = delay ?? retryDelay(this.failures, this.options.random());
    if (this.state.kind === "gone") {
      this.retryIn(GONE_CHECK_MS);
      return;
    }
    const kind = this.state.kind === "connecting" ? "connecting" : "cut";
    this.tell({ kind, sinceMs: this.state.sinceMs, failures: this.failures });
    this.retryIn(wait);
  }

  /** Some networks let pages through but no sockets. */
  chooseTransport() {
    if (this.usesStream || !this.options.EventSource) {
      this.usesStream = false;
      this.socketFailures = SOCKET_TRIES - 1; // from here on they take turns
      return;
    }
    this.socketFailures += 1;
    this.usesStream = this.socketFailures >= SOCKET_TRIES;
  }

  lookAgainLater() {
    this.hangUp();
    this.tell({ kind: "gone", sinceMs: this.state.sinceMs, failures: this.failures });
    this.retryIn(GONE_CHECK_MS);
  }

  /** @param {number} delay milliseconds */
  retryIn(delay) {
    const { timers } = this.options;
    timers.clearTimeout(this.retryTimer);
    this.retryTimer = timers.setTimeout(() => this.open(), delay);
  }

  /** @param {LineState} state */
  tell(state) {
    this.state = state;
    this.options.onState(state);
  }
}

/**
 * A connection with the parts of this browser.
 *
 * @param {string} path of the events, below this page's address
 * @param {Pick<ConnectionOptions, "position" | "language" | "onEvent" | "onState">} uses
 */
export function connect(path, uses) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const connection = new Connection({
    ...uses,
    socketUrl: `${scheme}//${location.host}${path}`,
    streamUrl: path,
    onOddity: (message) => console.warn(message),
    WebSocket: window.WebSocket,
    EventSource: window.EventSource,
    probe,
    timers: {
      setTimeout: window.setTimeout.bind(window),
      clearTimeout: window.clearTimeout.bind(window),
      now: () => Date.now(),
    },
    random: Math.random,
    window,
    document,
  });
  connection.start();
  return connection;
}

/** @param {string} url */
async function probe(url) {
  const stop = new AbortController();
  const answer = await fetch(url, { signal: stop.signal });
  stop.abort();
  return answer.status;
}
