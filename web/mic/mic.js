// A phone as the microphone of one channel: name, one button, its level, its own captions.

import { createAnnouncer } from "../shared/announcer.js";
import { CaptionList } from "../shared/caption-list.js";
import { captionRows } from "../shared/captions-view.js";
import { Connection } from "../shared/connection.js";
import { need, setAttribute, setText } from "../shared/dom.js";
import { Follow } from "../shared/follow.js";
import { loadStrings, t } from "../shared/i18n.js";
import { EMPTY, reduce } from "../shared/timeline.js";
import { CaptureGaps } from "./capture-gaps.js";
import { obstacle, openCapture } from "./capture.js";
import { MicLine } from "./mic-line.js";
import { QUIETEST_DB, captureProblem, levelHint, levelShare, loudness, micStatus } from "./mic-words.js";
import { WakeLock } from "./wake-lock.js";

/** @typedef {{meeting: string, title: string, channel: number, name: string}} Card */

const TRY_AGAIN_MS = 2000;
/** A meter that is read out ten times a second cannot be listened to. */
const WORDS_EVERY_MS = 1000;
const SCHEME = location.protocol === "https:" ? "wss:" : "ws:";
const TIMERS = {
  setTimeout: window.setTimeout.bind(window),
  clearTimeout: window.clearTimeout.bind(window),
  now: () => Date.now(),
};

class MicPage {
  /** @param {string} token @param {Card} card */
  constructor(token, card) {
    this.token = token;
    this.card = card;
    /** @type {import("./mic-words.js").MicView["phase"]} */
    this.phase = "idle";
    /** @type {MicLine | null} */
    this.line = null;
    /** @type {import("./capture.js").Capture | null} */
    this.capture = null;
    this.gaps = new CaptureGaps(1);
    this.problem = "";
    this.timeline = EMPTY;
    this.isGone = false;
    /** @type {import("../shared/captions-view.js").Row[]} */
    this.rows = [];
    this.level = { rmsDb: -100, peakDb: -100 };
    this.wordsAtMs = 0;
    this.hasFrame = false;
    this.follow = new Follow(need("scroller"), need("tail"), () => {});
    this.list = new CaptionList(need("log"), need("live"), this.follow);
    this.announce = createAnnouncer(need("announcer"));
    this.wakeLock = new WakeLock();
    this.$switch = /** @type {HTMLButtonElement} */ (need("switch"));
    this.$name = /** @type {HTMLInputElement} */ (need("name"));
    this.draw = this.draw.bind(this);
  }

  start() {
    this.showCard();
    need("controls").hidden = need("own").hidden = false;
    this.$switch.addEventListener("click", () => (this.phase === "idle" ? this.switchOn() : this.switchOff()));
    this.$name.addEventListener("input", () => {
      need("save-name").hidden = this.$name.value.trim() === this.card.name;
    });
    need("who").addEventListener("submit", (event) => {
      event.preventDefault();
      this.rename();
    });
    const wake = () => this.wake();
    window.addEventListener("online", wake);
    window.addEventListener("pageshow", wake);
    document.addEventListener("visibilitychange", wake);
    this.readAlong();
    setInterval(() => this.plan(), 500);
    this.plan();
  }

  readAlong() {
    const path = `/mic/${this.token}/events`;
    new Connection({
      socketUrl: `${SCHEME}//${location.host}${path}`,
      streamUrl: path,
      position: () => ({ epoch: this.timeline.epoch, seq: this.timeline.seq }),
      onEvent: (event) => this.accept(event),
      onState: (state) => {
        this.isGone = state.kind === "gone";
        this.plan();
      },
      onOddity: (message) => console.warn(message),
      WebSocket: window.WebSocket,
      probe: async () => 0,
      timers: TIMERS,
      random: Math.random,
      window,
      document,
    }).start();
  }

  /** @param {import("../shared/protocol.js").CaptionerEvent} event */
  accept(event) {
    this.timeline = reduce(this.timeline, event);
    const own = this.timeline.channels.get(this.card.channel);
    if (own && own.name !== this.card.name) {
      this.card = { ...this.card, name: own.name };
      this.showCard();
    }
    if (this.isOver && this.phase === "running") this.switchOff();
    this.plan();
  }

  get isOver() {
    return this.isGone || this.timeline.status === "ended";
  }

  async switchOn() {
    this.phase = "asking";
    this.problem = "";
    this.line = null;
    this.plan();
    try {
      this.capture = await openCapture((samples, atMs) => this.hear(samples, atMs));
    } catch (error) {
      this.problem = captureProblem(error);
      this.switchOff();
      return;
    }
    this.capture.onEnded = () => {
      this.problem = t("mic.taken_away");
      this.switchOff();
    };
    this.line = new MicLine({
      url: `${SCHEME}//${location.host}/api/meetings/${encodeURIComponent(this.card.meeting)}/channels/${this.card.channel}/audio`,
      token: this.token,
      run: `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`,
      rate: this.capture.rate,
      onState: (state) => {
        if (state.kind === "over") this.switchOff();
        this.plan();
      },
      WebSocket: window.WebSocket,
      timers: TIMERS,
      random: Math.random,
    });
    this.gaps = new CaptureGaps(this.capture.rate);
    this.phase = "running";
    this.line.start();
    this.wakeLock.hold();
    this.plan();
  }

  switchOff() {
    this.phase = "idle";
    this.line?.stop();
    // What the server said last stays on the page.
    if (this.line?.state.kind !== "over") this.line = null;
    this.capture?.stop();
    this.capture = null;
    this.wakeLock.release();
    this.plan();
  }

  wake() {
    if (document.visibilityState === "hidden" || this.phase !== "running") return;
    this.capture?.wake();
    this.line?.wake();
    this.wakeLock.hold();
  }

  /** @param {Int16Array} samples @param {number} atMs */
  hear(samples, atMs) {
    const { line } = this;
    if (this.phase !== "running" || !line) return;
    const missed = this.gaps.accept(samples.length, atMs);
    if (missed > 0) line.skip(missed);
    line.accept(samples);
    this.level = loudness(samples);
    this.plan();
  }

  async rename() {
    const name = this.$name.value.trim();
    const answer = await fetch(`/mic/${this.token}/card`, {
      method: "PATCH",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name }),
    }).catch(() => null);
    const body = await answer?.json().catch(() => null);
    setText(need("name-problem"), answer?.ok ? "" : body?.message ?? t("status.unreachable"));
    if (!answer?.ok) return;
    this.card = body;
    this.showCard();
  }

  showCard() {
    setText(need("title"), this.card.title);
    document.title = this.card.title;
    if (document.activeElement !== this.$name) this.$name.value = this.card.name;
    need("save-name").hidden = this.$name.value.trim() === this.card.name;
  }

  plan() {
    if (this.hasFrame) return;
    this.hasFrame = true;
    // A phone that lies face down draws nothing, and still has to stop when the meeting does.
    requestAnimationFrame(this.draw);
  }

  draw() {
    this.hasFrame = false;
    this.showStatus();
    this.showLevel(Date.now());
    const own = this.timeline.entries.filter((entry) => entry.kind === "caption" && entry.channel === this.card.channel);
    this.rows = captionRows({ ...this.timeline, entries: own }, this.rows);
    need("empty").hidden = this.rows.length > 0;
    this.list.show(this.rows);
  }

  showStatus() {
    const status = micStatus({
      phase: this.phase,
      line: this.line?.state ?? null,
      heldS: this.line?.heldS ?? 0,
      channel: this.timeline.channels.get(this.card.channel)?.state ?? null,
      isOver: this.isOver,
      problem: this.problem,
    });
    need("demo").hidden = !this.timeline.meeting?.demo_weights;
    setAttribute(need("status"), "data-tone", status.tone);
    setText(need("status-text"), status.text);
    this.announce(status.spoken);
    const isOn = this.phase !== "idle";
    setAttribute(this.$switch, "data-on", isOn);
    setText(this.$switch, t(isOn ? "mic.stop" : "mic.start"));
    this.$switch.disabled = this.isOver;
    const isAwake = this.phase !== "running" || this.wakeLock.isHeld;
    setText(need("awake"), isAwake ? "" : t("mic.keep_awake"));
  }

  /** @param {number} nowMs */
  showLevel(nowMs) {
    const isOn = this.phase === "running";
    need("level").hidden = !isOn;
    if (!isOn) return;
    const { rmsDb } = this.level;
    need("fill").style.transform = `scaleX(${levelShare(rmsDb).toFixed(3)})`;
    if (nowMs - this.wordsAtMs < WORDS_EVERY_MS) return;
    this.wordsAtMs = nowMs;
    const words = levelHint(this.level);
    setText(need("level-words"), words);
    const value = Math.round(Math.max(QUIETEST_DB, Math.min(0, rmsDb)));
    setAttribute(need("meter"), "aria-valuenow", value);
    setAttribute(need("meter"), "aria-valuetext", `${t("channel.decibels", { level: value })}. ${words}`);
  }
}

/** @param {string} text @param {string} help */
function showObstacle(text, help) {
  need("obstacle").hidden = false;
  setText(need("obstacle-text"), text);
  setText(need("obstacle-help"), help);
  setAttribute(need("status"), "data-tone", "warn");
  setText(need("status-text"), t("mic.cannot"));
}

async function begin() {
  const token = /^\/mic\/([^/]+)/.exec(location.pathname)?.[1] ?? "";
  try {
    await loadStrings();
    const blocked = obstacle();
    if (blocked) {
      showObstacle(t(`mic.${blocked}`), t(`mic.${blocked}_help`));
      return;
    }
    const answer = await fetch(`/mic/${token}/card`);
    const body = await answer.json();
    if (answer.ok) new MicPage(token, body).start();
    else showObstacle(body.message, "");
  } catch {
    setTimeout(begin, TRY_AGAIN_MS);
  }
}

begin();
