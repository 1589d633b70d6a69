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
import { EMPTY, presentChannels, reduce } from "../shared/timeline.js";
import { AddMicrophone } from "./add-microphone.js";
import { api } from "./api.js";
import { CaptionTools, askToRemove } from "./caption-tools.js";
import { ChannelCard } from "./channel-card.js";
import { Delay } from "./delay.js";
import { HostsPanel } from "./hosts-panel.js";
import { decimal, loadWords } from "./load-words.js";
import { paceWords } from "./pace-words.js";
import { PhonePanel } from "./phone-panel.js";
import { RoomControls } from "./room-controls.js";
import { SaidAloud } from "./said-aloud.js";
import { showShare } from "./share.js";
import { SignalBoard } from "./signal-board.js";

const BREAK_PUT_OFF_MS = 10 * 60_000;

export class Running {
  /**
   * @param {import("./api.js").Meeting} meeting
   * @param {readonly string[]} colours
   * @param {(error: unknown) => void} onProblem
   * @param {"host" | "helper"} role
   */
  constructor(meeting, colours, onProblem, role = "host") {
    this.meeting = meeting;
    this.colours = colours;
    this.onProblem = onProblem;
    this.isHelper = role === "helper";
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
    this.delay = new Delay();
    /** @type {import("../shared/protocol.js").SpeakingEvent | null} */
    this.speaking = null;
    this.breakPutOffMs = 0;
    need("log").replaceChildren();
    need("live").replaceChildren();
    need("channels").replaceChildren();
    this.controls = new RoomControls(meeting.id, onProblem);
    this.hosts = new HostsPanel(onProblem);
    this.adding = new AddMicrophone(
      meeting,
      colours,
      () => presentChannels(this.timeline).map(({ colour }) => colour),
      (changed) => {
        this.meeting = changed;
        // Everybody may have been told of it before this page had its answer.
        for (const channel of this.cards.keys()) this.showOrigin(channel);
      },
      onProblem,
    );
    this.tools = new CaptionTools(
      meeting.id,
      (id) => this.timeline.entries.find((entry) => entry.id === id),
      onProblem,
      (text, undo) => this.controls.offerUndo(text, undo),
      this.isHelper,
    );
    this.tools.listenTo(need("scroller"));
    need("break-later").onclick = () => {
      this.breakPutOffMs = Date.now() + BREAK_PUT_OFF_MS;
      need("private").focus();
      this.plan();
    };
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
    this.hosts.start();
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
    this.hosts.stop();
    this.controls.forget();
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
    } else if (event.type === "speaking") this.speaking = event;
    else if (event.type === "caption" && isNew && event.seq > this.timeline.snapshot) this.delay.accept(event);
    else if (event.type === "signal" && isNew) this.acceptSignal(event);
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
    this.showPace(nowMs);
  }

  /** @param {number} nowMs */
  showChannels(nowMs) {
    for (const [channel, shown] of this.cards) {
      if (this.timeline.channels.get(channel)?.state !== "removed") continue;
      shown.$item.remove();
      this.cards.delete(channel);
    }
    const present = presentChannels(this.timeline);
    for (const card of present) {
      let shown = this.cards.get(card.channel);
      if (!shown) {
        shown = new ChannelCard(
          this.colours,
          (channel, change) => this.change(channel, change),
          {
            erase: (channel, name) => this.tools.eraseChannel(channel, name),
            swap: (channel, other) => this.swap(channel, other),
            remove: (channel, name) => this.remove(channel, name),
          },
        );
        this.cards.set(card.channel, shown);
        this.showOrigin(card.channel);
        need("channels").append(shown.$item);
      }
      shown.show(card);
      shown.offerSwap(present.filter((other) => other !== card));
      shown.explain(this.reasons.get(card.channel) ?? "");
      shown.showLevel(nowMs, this.timeline.status);
    }
  }

  /** Where the sound of a channel comes from, as far as the service has said so. @param {number} channel */
  showOrigin(channel) {
    const known = this.meeting.channels.find((item) => item.channel === channel);
    const shown = this.cards.get(channel);
    if (!known || !shown) return;
    shown.showSource(known.source);
    if (known.phone && !shown.$item.querySelector(".phone")) shown.$item.append(new PhonePanel(this.meeting.id, known).$panel);
  }

  /** @param {number} channel @param {string} name */
  remove(channel, name) {
    const act = async () => {
      this.meeting = await api.removeMicrophone(this.meeting.id, channel);
      this.adding.meeting = this.meeting;
      need("add-microphone").focus(); // the button with the focus goes with its card
    };
    askToRemove(t("remove.microphone", { name }), act, this.onProblem);
  }

  /** @param {number} channel @param {number} other */
  async swap(channel, other) {
    const act = () => api.swap(this.meeting.id, channel, other);
    if (await this.controls.act(act)) this.controls.offerUndo(t("undo.swapped"), act);
  }

  /** @param {number} nowMs */
  showPace(nowMs) {
    const paces = new Map(this.speaking?.channels.map((pace) => [pace.channel, pace]));
    for (const [channel, shown] of this.cards) shown.showPace(paceWords(paces.get(channel)));
    need("break").hidden = !this.speaking?.break_due || nowMs < this.breakPutOffMs || this.isOver;
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
    const delayS = isLive ? this.delay.seconds(timeline.at) : null;
    const parts = [state, delayS === null ? "" : t("running.delay", { seconds: decimal(delayS) }), viewers];
    this.controls.show(timeline.status ?? "");
    if (timeline.status === "live") this.meeting.hears = true;
    setAttribute(need("state"), "data-tone", status.tone);
    setText(need("state-text"), line.kind === "open" && !this.isOver ? parts.filter(Boolean).join(" · ") : state);
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
    setText(need("load"), this.isOver || ["paused", "private"].includes(this.timeline.status ?? "") ? "" : text);
  }

  get isOver() {
    return this.timeline.status === "ended" || this.line.kind === "gone";
  }

  showEnd() {
    need("over").hidden = !this.isOver;
    need("over-title").hidden = this.line.kind === "gone";
    need("downloads").hidden = this.line.kind === "gone";
    const isBroken = this.timeline.status === "paused" && !this.meeting.hears;
    need("broken").hidden = !isBroken || this.isOver || this.isHelper;
    need("controls").hidden = isBroken || this.isOver || this.isHelper;
    need("add-microphone").hidden = isBroken;
    setText(need("kept-note"), this.meeting.keep === "captions" ? t("over.gone_soon") : "");
    for (const id of ["share", "speakers", "end", "typed-aloud", "so-far", "hosts"]) need(id).hidden = this.isOver || this.isHelper;
    need("signals").hidden = this.isOver;
  }
}
