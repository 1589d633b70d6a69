// During and after a meeting: is it live, who is heard, what is read.

import { createAnnouncer } from "../shared/announcer.js";
import { CaptionList } from "../shared/caption-list.js";
import { captionRows } from "../shared/captions-view.js";
import { connect } from "../shared/connection.js";
import { el, need, setAttribute, setText } from "../shared/dom.js";
import { downloadLinks } from "../shared/downloads.js";
import { Follow } from "../shared/follow.js";
import { t } from "../shared/i18n.js";
import { notices, statusLine } from "../shared/status-line.js";
import { EMPTY, reduce } from "../shared/timeline.js";
import { api } from "./api.js";
import { CaptionTools } from "./caption-tools.js";
import { ChannelCard } from "./channel-card.js";
import { loadWords } from "./load-words.js";
import { PhonePanel } from "./phone-panel.js";
import { SaidAloud } from "./said-aloud.js";
import { showShare } from "./share.js";
import { SignalBoard } from "./signal-board.js";

export class Running {
  /**
   * @param {import("./api.js").Meeting} meeting
   * @param {readonly string[]} colours
   * @param {(error: unknown) => void} onProblem
   */
  constructor(meeting, colours, onProblem) {
    this.meeting = meeting;
    this.colours = colours;
    this.onProblem = onProblem;
    this.timeline = EMPTY;
    this.viewers = meeting.viewers;
    /** @type {import("../shared/connection.js").LineState} */
    this.line = { kind: "connecting", sinceMs: Date.now(), failures: 0 };
    /** @type {import("../shared/captions-view.js").Row[]} */
    this.rows = [];
    /** @type {Map<number, ChannelCard>} */
    this.cards = new Map();
    /** @type {Map<number, string>} why a channel is as it is; may come before there is a card */
    this.reasons = new Map();
    /** @type {import("../shared/protocol.js").LoadEvent | null} */
    this.load = null;
    this.loadAtMs = 0;
    this.hasFrame = false;
    need("log").replaceChildren();
    need("live").replaceChildren();
    need("channels").replaceChildren();
    this.tools = new CaptionTools(meeting.id, (utterance) => this.textOf(utterance), onProblem);
    this.signals = new SignalBoard();
    this.aloud = new SaidAloud(() => this.timeline);
    this.follow = new Follow(need("scroller"), need("tail"), () => {});
    this.list = new CaptionList(need("log"), need("live"), this.follow, this.tools.make);
    this.announce = createAnnouncer(need("announcer"));
    this.draw = this.draw.bind(this);
  }

  start() {
    need("running").hidden = false;
    setText(need("title"), this.meeting.title);
    need("demo").hidden = !this.meeting.demo_weights;
    showShare(this.meeting);
    const { id } = this.meeting;
    for (const place of ["downloads", "downloads-now"]) {
      need(place).replaceChildren(...downloadLinks((format) => api.transcriptPath(id, format)));
    }
    this.connection = connect(api.eventsPath(id), {
      position: () => ({ epoch: this.timeline.epoch, seq: this.timeline.seq }),
      onEvent: (event) => this.accept(event),
      onState: (line) => {
        this.line = line;
        this.plan();
      },
    });
    this.clock = setInterval(() => this.plan(), 500);
  }

  stop() {
    this.connection?.stop();
    this.list.stop();
    clearInterval(this.clock);
    this.aloud.stop();
    need("running").hidden = true;
    need("demo").hidden = true;
  }

  /** @param {import("../shared/protocol.js").CaptionerEvent} event */
  accept(event) {
    const isNew = "seq" in event && event.seq > this.timeline.seq;
    if (event.type === "viewers") this.viewers = event.count;
    else if (event.type === "load") {
      this.load = event;
      this.loadAtMs = Date.now();
    } else if (event.type === "levels") {
      for (const level of event.levels) this.cards.get(level.channel)?.accept(level, Date.now());
    } else if (event.type === "signal" && isNew) this.acceptSignal(event);
    else if (event.type === "channel") this.reasons.set(event.channel, event.message ?? "");
    this.timeline = reduce(this.timeline, event);
    this.plan();
  }

  /** A signal out of a replay is none any more. @param {import("../shared/protocol.js").SignalEvent} event */
  acceptSignal(event) {
    if (event.seq > this.timeline.snapshot) this.signals.accept(event, Date.now());
  }

  plan() {
    if (this.hasFrame) return;
    this.hasFrame = true;
    requestAnimationFrame(this.draw);
  }

  draw() {
    this.hasFrame = false;
    const nowMs = Date.now();
    this.showChannels(nowMs);
    this.showState(nowMs);
    this.rows = captionRows(this.timeline, this.rows);
    need("empty").hidden = this.rows.length > 0;
    this.list.show(this.rows);
    this.signals.show(nowMs);
    this.aloud.look();
  }

  /** @param {number} nowMs */
  showChannels(nowMs) {
    for (const card of this.timeline.channels.values()) {
      let shown = this.cards.get(card.channel);
      if (!shown) {
        shown = new ChannelCard(
          this.colours,
          (channel, change) => this.change(channel, change),
          (channel, name) => this.tools.eraseChannel(channel, name),
        );
        const known = this.meeting.channels.find((item) => item.channel === card.channel);
        shown.showSource(known?.source ?? "");
        if (known?.phone) shown.$item.append(new PhonePanel(this.meeting.id, known).$panel);
        this.cards.set(card.channel, shown);
        need("channels").append(shown.$item);
      }
      shown.show(card);
      shown.explain(this.reasons.get(card.channel) ?? "");
      shown.showLevel(nowMs);
    }
  }

  /** @param {string} utterance */
  textOf(utterance) {
    return this.timeline.entries.find((entry) => entry.id === utterance)?.text ?? "";
  }

  /** @param {number} channel @param {{name?: string, colour?: string, muted?: boolean, private?: boolean}} change */
  async change(channel, change) {
    try {
      this.meeting = await api.changeChannel(this.meeting.id, channel, change);
      this.onProblem(null);
      return true;
    } catch (error) {
      this.onProblem(error);
      return false;
    }
  }

  /** @param {number} nowMs */
  showState(nowMs) {
    const { timeline, line } = this;
    const status = statusLine(timeline, line, nowMs);
    const found = notices(timeline, line);
    const isLive = line.kind === "open" && status.tone === "live";
    const viewers = t("running.viewers", { count: this.viewers });
    const state = isLive ? t("running.live") : status.text;
    setAttribute(need("state"), "data-tone", status.tone);
    setText(need("state-text"), line.kind === "open" && !this.isOver ? `${state} · ${viewers}` : state);
    this.announce([isLive ? state : status.spoken, ...found.map((notice) => notice.text)].join(" "));
    const $notices = need("notices");
    $notices.hidden = found.length === 0;
    if ($notices.textContent !== found.map((notice) => notice.text).join("")) {
      $notices.replaceChildren(...found.map(({ tone, text }) => el("li", { "data-tone": tone }, text)));
    }
    this.showLoad(nowMs);
    this.showEnd();
  }

  /** Not announced: what readers are told of it is. @param {number} nowMs */
  showLoad(nowMs) {
    const isOverloaded = this.timeline.status === "overloaded";
    const { tone, text } = loadWords(this.load, isOverloaded, nowMs - this.loadAtMs);
    setAttribute(need("load"), "data-tone", tone);
    setText(need("load"), this.isOver || this.timeline.status === "paused" ? "" : text);
  }

  get isOver() {
    return this.timeline.status === "ended" || this.line.kind === "gone";
  }

  showEnd() {
    need("over").hidden = !this.isOver;
    need("over-title").hidden = this.line.kind === "gone";
    need("downloads").hidden = this.line.kind === "gone";
    need("broken").hidden = this.timeline.status !== "paused" || this.isOver;
    setText(need("kept-note"), this.meeting.keep === "captions" ? t("over.gone_soon") : "");
    for (const id of ["share", "speakers", "end", "signals", "typed-aloud", "so-far"]) need(id).hidden = this.isOver;
  }
}
