// The captions on the page: events come in, once per frame the page shows what they made.

import { CaptionList } from "../shared/caption-list.js";
import { captionRows } from "../shared/captions-view.js";
import { connect } from "../shared/connection.js";
import { need, setAttribute, setText } from "../shared/dom.js";
import { Follow } from "../shared/follow.js";
import { t } from "../shared/i18n.js";
import { EMPTY, fromTheStart, reduce } from "../shared/timeline.js";
import { applyAppearance } from "./appearance.js";
import { Bar } from "./bar.js";
import { keepSettings, readSettings } from "./kept-settings.js";

/** @typedef {import("../shared/reader-settings.js").ReaderSettings} ReaderSettings */
/** @typedef {import("../shared/protocol.js").CaptionerEvent} CaptionerEvent */

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
    /** The words of the page have arrived; captions need none. */
    this.hasWords = false;
    /** @type {((settings: Readonly<ReaderSettings>) => void)[]} */
    this.settingsListeners = [];
    /** @type {((event: CaptionerEvent, isNew: boolean) => void)[]} */
    this.eventListeners = [];
    /** @type {(() => void)[]} */
    this.drawListeners = [];
    this.bar = new Bar(path);
    this.list = new CaptionList(need("log"), need("live"));
    this.follow = new Follow(need("scroller"), need("tail"), (isFollowing) => {
      if (!isFollowing) this.rowsLeftAt = this.rows.length;
      this.showToLive();
    });
    this.draw = this.draw.bind(this);
    need("to-live").addEventListener("click", () => this.toLive());
    applyAppearance(this.settings);
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
    const before = this.wantedLanguage;
    this.settings = Object.freeze({ ...this.settings, ...chosen });
    this.isKept = keepSettings(this.settings, Object.keys(chosen));
    applyAppearance(this.settings);
    for (const listener of this.settingsListeners) listener(this.settings);
    if (this.wantedLanguage !== before) this.listenAnew();
    this.plan();
  }

  /** Of translations; empty: the captions are read as they were spoken. */
  get wantedLanguage() {
    const { language, show } = this.settings;
    return show === "original" ? "" : language;
  }

  /** In another language: what stands there stays, its translations come. */
  listenAnew() {
    this.timeline = fromTheStart(this.timeline);
    this.connection?.restart();
  }

  start() {
    this.connection = connect(`${this.path}/events`, {
      position: () => ({ epoch: this.timeline.epoch, seq: this.timeline.seq }),
      language: () => this.wantedLanguage,
      onEvent: (event) => this.accept(event),
      onState: (line) => {
        this.line = line;
        this.plan();
      },
    });
    setInterval(() => this.showStatus(), 1000);
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
    this.rows = captionRows(this.timeline, this.rows);
    const $log = need("log");
    // A history that is being filled in is not read out line by line.
    if (this.rows.length - this.list.rows.length > 5) setAttribute($log, "aria-busy", "true");
    const isComplete = this.list.show(this.rows);
    if (isComplete) setAttribute($log, "aria-busy", null);
    else this.plan();
    need("empty").hidden = this.rows.length > 0 || this.isOver;
    this.showStatus();
    this.follow.keep();
    this.showToLive();
    for (const listener of this.drawListeners) listener();
  }

  showStatus() {
    if (this.hasWords) this.bar.show(this.timeline, this.line);
  }

  get isOver() {
    return this.line.kind === "gone" || this.timeline.status === "ended";
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
