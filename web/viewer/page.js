// The captions on the page: events come in, once per frame the page shows what they made.

import { CaptionList } from "../shared/caption-list.js";
import { captionRows } from "../shared/captions-view.js";
import { connect } from "../shared/connection.js";
import { need, setText } from "../shared/dom.js";
import { Follow } from "../shared/follow.js";
import { t } from "../shared/i18n.js";
import { EMPTY, reduce } from "../shared/timeline.js";
import { applyAppearance } from "./appearance.js";
import { Bar } from "./bar.js";
import { keepSettings, readSettings } from "./kept-settings.js";

/** @typedef {import("../shared/reader-settings.js").ReaderSettings} ReaderSettings */
/** @typedef {import("../shared/protocol.js").CaptionerEvent} CaptionerEvent */

/** A replay that has not come after so long is shown as far as it has. */
const REPLAY_MS = 3000;

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
    /** What was shown before everything was asked for again. */
    this.replay = { toSeq: 0, untilMs: 0 };
    /** Rows are shown as the settings say. */
    this.isSameView = true;
    /** The words of the page have arrived; captions need none. */
    this.hasWords = false;
    /** @type {((settings: Readonly<ReaderSettings>) => void)[]} */
    this.settingsListeners = [];
    /** @type {((event: CaptionerEvent, isNew: boolean) => void)[]} */
    this.eventListeners = [];
    /** @type {(() => void)[]} */
    this.drawListeners = [];
    this.bar = new Bar(path);
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
    this.bar.announce(text);
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
    this.replay = { toSeq: this.timeline.seq, untilMs: Date.now() + REPLAY_MS };
    this.timeline = EMPTY;
    this.connection?.open();
    setTimeout(() => this.plan(), REPLAY_MS);
  }

  get isReplaying() {
    return this.timeline.seq < this.replay.toSeq && Date.now() < this.replay.untilMs;
  }

  /** @param {CaptionerEvent} event */
  accept(event) {
    const isNew = "seq" in event && event.seq > Math.max(this.timeline.seq, this.timeline.snapshot);
    this.timeline = reduce(this.timeline, event);
    for (const listener of this.eventListeners) listener(event, isNew);
    this.plan();
  }

  /** The texts of the page are there, or others. */
  wordsArrived() {
    this.hasWords = true;
    this.plan();
  }

  /** However many events arrive, the page changes once per frame. */
  plan() {
    if (this.hasFrame) return;
    this.hasFrame = true;
    requestAnimationFrame(this.draw);
  }

  draw() {
    this.hasFrame = false;
    if (this.isReplaying) return;
    this.rows = captionRows(this.timeline, this.isSameView ? this.rows : [], this.settings);
    this.isSameView = true;
    need("empty").hidden = this.rows.length > 0 || this.isOver;
    this.showStatus();
    this.list.show(this.rows);
    this.showToLive();
    for (const listener of this.drawListeners) listener();
  }

  showStatus() {
    if (this.hasWords && !this.isReplaying) this.bar.show(this.timeline, this.line);
  }

  get isOver() {
    return this.line.kind === "gone" || this.timeline.status === "ended";
  }

  /** To both ends at once: a browser would glide there, past thousands of lines. @param {KeyboardEvent} event */
  takeKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.key === "End") this.toLive();
    else if (event.key !== "Home" || this.rows.length === 0) return;
    else this.list.reveal(this.rows[0].key);
    event.preventDefault();
  }

  toLive() {
    this.follow.toLive();
    need("scroller").focus({ preventScroll: true });
  }

  showToLive() {
    const $button = need("to-live");
    $button.hidden = this.follow.isFollowing;
    const count = Math.max(0, this.rows.length - this.rowsLeftAt);
    setText($button, count > 0 ? t("live.new", { count }) : t("live.back"));
  }
}
