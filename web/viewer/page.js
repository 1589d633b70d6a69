// The captions on the page: events come in, once per frame the page shows what they made.

import { CaptionList } from "../shared/caption-list.js";
import { captionRows } from "../shared/captions-view.js";
import { connect } from "../shared/connection.js";
import { need, setText } from "../shared/dom.js";
import { Follow } from "../shared/follow.js";
import { t } from "../shared/i18n.js";
import { EMPTY, reduce } from "../shared/timeline.js";
import { applyAppearance } from "./appearance.js";
import { keepSettings, readSettings } from "./kept-settings.js";

/** @typedef {import("../shared/reader-settings.js").ReaderSettings} ReaderSettings */
/** @typedef {import("../shared/protocol.js").CaptionerEvent} CaptionerEvent */

/** A replay that has not come after so long is shown as far as it has. */
const REPLAY_MS = 3000;
/** After so long without another event it has come. */
const REPLAY_PAUSE_MS = 150;
/** While the history of a meeting pours in, the page is drawn no more often than this. */
const POURING_MS = 250;

export class ViewerPage {
  /** @param {string} path of this page: /m/CODE */
  constructor(path) {
    this.path = path;
    /** @type {Readonly<ReaderSettings>} */
    this.settings = readSettings();
    /** False where the device keeps nothing. */
    this.isKept = true;
    this.timeline = EMPTY;
    /** @type {import("../shared/connection.js").LineState} */
    this.line = { kind: "connecting", sinceMs: Date.now(), failures: 0 };
    /** @type {import("../shared/captions-view.js").Row[]} */
    this.rows = [];
    /** Rows that were there when the reader scrolled up. */
    this.rowsLeftAt = 0;
    this.hasFrame = false;
    /** Everything has been asked for again and is on its way. */
    this.isReplaying = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.replayTimer = undefined;
    this.drawnAtMs = 0;
    /** Rows are shown as the settings say. */
    this.isSameView = true;
    /** The line of state, once it and the words of the page have come; captions need neither. @type {import("./bar.js").Bar | null} */
    this.bar = null;
    /** @type {((settings: Readonly<ReaderSettings>) => void)[]} */
    this.settingsListeners = [];
    /** @type {((event: CaptionerEvent, isNew: boolean) => void)[]} */
    this.eventListeners = [];
    /** @type {(() => void)[]} */
    this.drawListeners = [];
    applyAppearance(this.settings);
    this.follow = new Follow(need("scroller"), need("tail"), (isFollowing) => {
      if (!isFollowing) this.rowsLeftAt = this.rows.length;
      this.showToLive();
    });
    this.list = new CaptionList(need("log"), need("live"), this.follow);
    this.draw = this.draw.bind(this);
    need("to-live").addEventListener("click", () => this.toLive());
    need("scroller").addEventListener("keydown", (event) => this.takeKey(event));
    window.addEventListener("resize", () => applyAppearance(this.settings));
  }

  /** For parts of the page: told after every change of a setting. @param {(settings: Readonly<ReaderSettings>) => void} listener */
  onSettings(listener) {
    this.settingsListeners.push(listener);
  }

  /** Told of every event; `isNew` is false for what a replay brings. @param {(event: CaptionerEvent, isNew: boolean) => void} listener */
  onEvent(listener) {
    this.eventListeners.push(listener);
  }

  /** Told after each time the page was drawn. @param {() => void} listener */
  onDraw(listener) {
    this.drawListeners.push(listener);
  }

  /** Say something to those who hear the page. @param {string} text */
  announce(text) {
    this.bar?.announce(text);
  }

  /** The reader chose something: shown at once, kept for the next time. @param {Partial<ReaderSettings>} chosen */
  change(chosen) {
    const { language } = this.settings;
    this.settings = Object.freeze({ ...this.settings, ...chosen });
    this.isKept = keepSettings(this.settings, Object.keys(chosen));
    applyAppearance(this.settings);
    this.isSameView = false;
    if (this.settings.language !== language) this.beginAgain();
    for (const listener of this.settingsListeners) listener(this.settings);
    this.plan();
  }

  start() {
    this.connection = connect(`${this.path}/events`, {
      position: () => ({ epoch: this.timeline.epoch, seq: this.timeline.seq }),
      language: () => this.settings.language,
      onEvent: (event) => this.accept(event),
      onState: (line) => {
        this.line = line;
        this.plan();
      },
    });
    setInterval(() => this.showStatus(), 1000);
  }

  /** Everything once more, in another language. What stands there stays until it has come. */
  beginAgain() {
    this.isReplaying = true;
    this.timeline = EMPTY;
    this.connection?.open();
    this.endReplayIn(REPLAY_MS);
  }

  /** @param {number} ms */
  endReplayIn(ms) {
    clearTimeout(this.replayTimer);
    this.replayTimer = setTimeout(() => {
      this.isReplaying = false;
      this.plan();
    }, ms);
  }

  /** @param {CaptionerEvent} event */
  accept(event) {
    const isNew = "seq" in event && event.seq > Math.max(this.timeline.seq, this.timeline.snapshot);
    this.timeline = reduce(this.timeline, event);
    if (this.isReplaying && "seq" in event && event.type !== "hello") this.endReplayIn(REPLAY_PAUSE_MS);
    for (const listener of this.eventListeners) listener(event, isNew);
    this.plan();
  }

  /** The words of the page are there. @param {import("./bar.js").Bar} bar */
  showBar(bar) {
    this.bar = bar;
    this.plan();
  }

  /** However many events arrive, the page changes once per frame. */
  plan() {
    if (this.hasFrame) return;
    this.hasFrame = true;
    const waitMs = this.isPouring ? POURING_MS - (Date.now() - this.drawnAtMs) : 0;
    if (waitMs > 0) setTimeout(() => requestAnimationFrame(this.draw), waitMs);
    else requestAnimationFrame(this.draw);
  }

  get isPouring() {
    return this.rows.length > 0 && this.timeline.seq < this.timeline.snapshot;
  }

  draw() {
    this.hasFrame = false;
    if (this.isReplaying) return;
    this.drawnAtMs = Date.now();
    this.rows = captionRows(this.timeline, this.isSameView ? this.rows : [], this.settings);
    this.isSameView = true;
    need("empty").hidden = this.rows.length > 0 || this.isOver;
    this.showStatus();
    this.list.show(this.rows);
    this.showToLive();
    for (const listener of this.drawListeners) listener();
  }

  showStatus() {
    if (!this.isReplaying) this.bar?.show(this.timeline, this.line);
  }

  get isOver() {
    return this.line.kind === "gone" || this.timeline.status === "ended";
  }

  /** `t` for times; to both ends at once: a browser would glide there, past thousands of lines. @param {KeyboardEvent} event */
  takeKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.key === "t") this.change({ times: this.settings.times === "on" ? "off" : "on" });
    else if (event.key === "End") this.toLive();
    else if (event.key !== "Home" || this.rows.length === 0) return;
    else this.list.reveal(this.rows[0].key);
    event.preventDefault();
  }

  toLive() {
    this.follow.toLive();
    need("scroller").focus({ preventScroll: true });
  }

  showToLive() {
    if (!this.bar) return;
    const $button = need("to-live");
    $button.hidden = this.follow.isFollowing;
    const count = Math.max(0, this.rows.length - this.rowsLeftAt);
    setText($button, count > 0 ? t("live.new", { count }) : t("live.back"));
  }
}
