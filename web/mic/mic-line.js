// The way of the sound to the server: what a cut kept back is sent when the line is there again.
// Browser parts come in as parameters.

import { retryDelay } from "../shared/backoff.js";
import { BUFFER_S, SendBuffer } from "./send-buffer.js";

/** The server answers twice a second of sound; after so long without, the line is cut. */
export const SILENCE_MS = 4000;
/** What was said before the first connection is no part of the meeting. */
const BEFORE_S = 1;
const SWITCHED_OFF = 1000;

/**
 * @typedef {object} MicLineState
 * @property {"connecting" | "open" | "cut" | "over"} kind over: the server said why, and it is final
 * @property {string} code of the server's last word
 * @property {string} message of the server's last word
 *
 * @typedef {object} MicLineOptions
 * @property {string} url
 * @property {string} token
 * @property {string} run names this recording
 * @property {number} rate
 * @property {(state: MicLineState) => void} onState
 * @property {typeof WebSocket} WebSocket
 * @property {{setTimeout: Function, clearTimeout: Function}} timers
 * @property {() => number} random
 */

export class MicLine {
  /** @param {MicLineOptions} options */
  constructor(options) {
    this.options = options;
    this.buffer = new SendBuffer(options.rate * BEFORE_S);
    /** @type {WebSocket | null} */
    this.socket = null;
    this.isReady = false;
    /** Number of the sample after the last that went out on this socket. */
    this.sentTo = 0;
    this.failures = 0;
    this.retryTimer = null;
    this.watchdog = null;
    /** @type {MicLineState} */
    this.state = { kind: "connecting", code: "", message: "" };
  }

  /** Seconds of sound that the server has not confirmed. */
  get heldS() {
    return this.buffer.held / this.options.rate;
  }

  start() {
    this.open();
  }

  /** The button: the server is told that this is meant. */
  stop() {
    this.hangUp(SWITCHED_OFF);
  }

  /** The network is back, or the phone awake: no waiting now. */
  wake() {
    if (!this.socket && this.state.kind !== "over") this.open();
  }

  /** @param {Int16Array} samples */
  accept(samples) {
    this.buffer.add(samples);
    const { socket } = this;
    if (socket && this.isReady) this.send(socket, { at: this.buffer.end - samples.length, samples });
  }

  /** The phone heard nothing for so long. @param {number} samples */
  skip(samples) {
    this.buffer.skip(samples);
  }

  /** @param {WebSocket} socket @param {{at: number, samples: Int16Array}} chunk */
  send(socket, { at, samples }) {
    if (at !== this.sentTo) socket.send(JSON.stringify({ at }));
    socket.send(samples);
    this.sentTo = at + samples.length;
  }

  open() {
    this.hangUp();
    const { options } = this;
    this.watch();
    let socket;
    try {
      socket = new options.WebSocket(options.url);
    } catch {
      this.lose();
      return;
    }
    this.socket = socket;
    socket.onopen = () => this.socket === socket && this.greet(socket);
    socket.onmessage = (message) => this.socket === socket && this.hear(message.data);
    socket.onclose = () => this.socket === socket && this.lose();
  }

  /** @param {WebSocket} socket */
  greet(socket) {
    const { rate, token, run } = this.options;
    this.sentTo = this.buffer.start;
    socket.send(JSON.stringify({ rate, format: "s16le", token, run, at: this.sentTo }));
    for (const chunk of this.buffer.chunks) this.send(socket, chunk);
    this.isReady = true;
  }

  /** @param {string} data */
  hear(data) {
    let said;
    try {
      said = JSON.parse(data);
    } catch {
      return;
    }
    if (said?.type === "error") {
      this.hangUp();
      this.tell({ kind: "over", code: String(said.code), message: String(said.message) });
      return;
    }
    this.watch();
    if (typeof said?.next === "number") this.buffer.forget(said.next);
    if (this.state.kind === "open") return;
    this.failures = 0;
    this.buffer.most = this.options.rate * BUFFER_S;
    this.tell({ kind: "open", code: "", message: "" });
  }

  watch() {
    const { timers } = this.options;
    timers.clearTimeout(this.watchdog);
    this.watchdog = timers.setTimeout(() => this.lose(), SILENCE_MS);
  }

  lose() {
    this.hangUp();
    this.failures += 1;
    const kind = this.state.kind === "connecting" ? "connecting" : "cut";
    this.tell({ kind, code: "", message: "" });
    const delay = retryDelay(this.failures, this.options.random());
    this.retryTimer = this.options.timers.setTimeout(() => this.open(), delay);
  }

  /** @param {number} [code] */
  hangUp(code) {
    const { timers } = this.options;
    timers.clearTimeout(this.retryTimer);
    timers.clearTimeout(this.watchdog);
    const { socket } = this;
    this.socket = null;
    this.isReady = false;
    // 3000: the line is given up, nobody pressed a button.
    socket?.close(code ?? 3000);
  }

  /** @param {MicLineState} state */
  tell(state) {
    this.state = state;
    this.options.onState(state);
  }
}
