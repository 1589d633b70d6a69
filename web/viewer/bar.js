// The line that is always in sight: how the page itself is, what is wrong, what can be fetched.

import { createAnnouncer } from "../shared/announcer.js";
import { el, need, setAttribute, setText } from "../shared/dom.js";
import { downloadLinks } from "../shared/downloads.js";
import { t } from "../shared/i18n.js";
import { notices, statusLine } from "../shared/status-line.js";

/** @typedef {import("../shared/timeline.js").Timeline} Timeline */
/** @typedef {import("../shared/connection.js").LineState} LineState */

export class Bar {
  /** @param {string} path of the meeting: /m/CODE */
  constructor(path) {
    this.path = path;
    this.announce = createAnnouncer(need("announcer"));
  }

  /** @param {Timeline} timeline @param {LineState} line */
  show(timeline, line) {
    const status = statusLine(timeline, line, Date.now());
    const found = notices(timeline, line);
    setAttribute(need("status"), "data-tone", status.tone);
    setAttribute(need("bar"), "data-tone", found.length > 0 ? "warn" : status.tone);
    setText(need("status-text"), status.text);
    // Only where speakers see it: on the room display.
    need("slow").hidden = !timeline.isFast || status.tone !== "live";
    this.showNotices(found);
    this.showMeeting(timeline);
    this.showLinks(timeline, line);
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

  /** @param {Timeline} timeline */
  showMeeting({ meeting }) {
    if (!meeting) return;
    const title = meeting.title || t("captions.region");
    setText(need("title"), title);
    if (document.title !== title) document.title = title;
    need("demo").hidden = !meeting.demo_weights;
    need("notice").hidden = !meeting.notice;
    setText(need("notice"), meeting.notice ?? "");
    setText(need("join"), t("room.join", { address: location.host + this.path }));
  }

  /** The transcript after the end; the way to another code where there is no meeting. @param {Timeline} timeline @param {LineState} line */
  showLinks(timeline, line) {
    const isGone = line.kind === "gone";
    const hasEnded = !isGone && timeline.status === "ended";
    const mayRead = Boolean(timeline.meeting?.transcript);
    need("other-code").hidden = !isGone;
    need("transcripts").hidden = !(hasEnded && mayRead);
    need("transcript-kept").hidden = !(hasEnded && !mayRead);
    if (hasEnded && mayRead && !need("transcripts").firstChild) {
      need("transcripts").append(...downloadLinks((format) => `${this.path}/transcript.${format}`));
    }
  }
}
