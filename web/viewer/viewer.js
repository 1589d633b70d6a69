// The viewers' page: events come in, once per frame the page shows what they made.

import { createAnnouncer } from "../shared/announcer.js";
import { CaptionList } from "../shared/caption-list.js";
import { captionRows } from "../shared/captions-view.js";
import { connect } from "../shared/connection.js";
import { el, need, setAttribute, setText } from "../shared/dom.js";
import { downloadLinks } from "../shared/downloads.js";
import { Follow } from "../shared/follow.js";
import { loadStrings, t } from "../shared/i18n.js";
import { notices, statusLine } from "../shared/status-line.js";
import { EMPTY, reduce } from "../shared/timeline.js";

class ViewerPage {
  /** @param {string} path of this page: /m/CODE */
  constructor(path) {
    this.path = path;
    this.timeline = EMPTY;
    /** @type {import("../shared/connection.js").LineState} */
    this.line = { kind: "connecting", sinceMs: Date.now(), failures: 0 };
    /** @type {import("../shared/captions-view.js").Row[]} */
    this.rows = [];
    /** Rows that were there when the reader scrolled up. */
    this.rowsLeftAt = 0;
    this.hasFrame = false;
    this.spoken = "";
    this.list = new CaptionList(need("log"), need("live"));
    this.follow = new Follow(need("scroller"), need("tail"), (isFollowing) => {
      if (!isFollowing) this.rowsLeftAt = this.rows.length;
      this.showToLive();
    });
    this.announce = createAnnouncer(need("announcer"));
    this.draw = this.draw.bind(this);
    need("transcripts").append(...downloadLinks((format) => `${path}/transcript.${format}`));
    need("to-live").addEventListener("click", () => {
      this.follow.toLive();
      need("scroller").focus({ preventScroll: true });
    });
  }

  start() {
    connect(`${this.path}/events`, {
      position: () => ({ epoch: this.timeline.epoch, seq: this.timeline.seq }),
      onEvent: (event) => {
        this.timeline = reduce(this.timeline, event);
        this.plan();
      },
      onState: (line) => {
        this.line = line;
        this.plan();
      },
    });
    setInterval(() => this.showStatus(), 1000);
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
  }

  showStatus() {
    const { timeline, line } = this;
    const status = statusLine(timeline, line, Date.now());
    const found = notices(timeline, line);
    setAttribute(need("status"), "data-tone", status.tone);
    setText(need("status-text"), status.text);
    this.showNotices(found);
    this.showMeeting();
    this.showLinks();
    this.announce([status.spoken, ...found.map((notice) => notice.text)].join(" "));
  }

  /** @param {{tone: string, text: string}[]} found */
  showNotices(found) {
    const $notices = need("notices");
    const isSame =
      $notices.children.length === found.length &&
      found.every((notice, at) => $notices.children[at].textContent === notice.text);
    $notices.hidden = found.length === 0;
    if (isSame) return;
    $notices.replaceChildren(
      ...found.map((notice) => el("li", { "data-tone": notice.tone }, notice.text)),
    );
  }

  showMeeting() {
    const { meeting } = this.timeline;
    if (!meeting) return;
    const title = meeting.title || t("captions.region");
    setText(need("title"), title);
    if (document.title !== title) document.title = title;
    need("demo").hidden = !meeting.demo_weights;
    need("notice").hidden = !meeting.notice;
    setText(need("notice"), meeting.notice ?? "");
  }

  get isOver() {
    return this.line.kind === "gone" || this.timeline.status === "ended";
  }

  /** The transcript after the end; the way to another code where there is no meeting. */
  showLinks() {
    const isGone = this.line.kind === "gone";
    need("other-code").hidden = !isGone;
    need("transcripts").hidden = isGone || !this.isOver || !this.timeline.meeting?.transcript;
  }

  showToLive() {
    const $button = need("to-live");
    $button.hidden = this.follow.isFollowing;
    const count = Math.max(0, this.rows.length - this.rowsLeftAt);
    setText($button, count > 0 ? t("live.new", { count }) : t("live.back"));
  }
}

const TRY_AGAIN_MS = 2000;

async function begin() {
  try {
    await loadStrings();
  } catch {
    setTimeout(begin, TRY_AGAIN_MS);
    return;
  }
  const code = /^\/m\/([^/]+)/.exec(location.pathname);
  new ViewerPage(code ? `/m/${code[1]}` : location.pathname).start();
}

begin();
