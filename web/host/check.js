// Ready? Microphones, what hears, this computer, and whether a phone can reach it. Before a meeting and during one.

import { createAnnouncer } from "../shared/announcer.js";
import { el, need, setAttribute, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { api } from "./api.js";
import { checkLine, microphoneLine, pingLine } from "./check-words.js";
import { pairWords } from "./device-words.js";

/** @typedef {import("./check-words.js").Line} Line */

const EVERY_MS = 1500;

export class CheckPage {
  /**
   * @param {import("./setup.js").Setup} setup
   * @param {() => import("./running.js").Running | null} running
   * @param {(error: unknown) => void} onProblem
   */
  constructor(setup, running, onProblem) {
    this.setup = setup;
    this.running = running;
    this.onProblem = onProblem;
    /** @type {import("./check-words.js").PingLink[]} */
    this.links = [];
    this.isOpen = false;
    this.announce = createAnnouncer(need("check-announcer"));
    need("check-measure").addEventListener("click", () => this.measure());
    need("check-ping").addEventListener("click", () => this.offerLinks());
  }

  async open() {
    this.isOpen = true;
    await this.look();
    await this.offerLinks();
    if (!this.isLive && this.setup.$weights.value) await this.measure();
  }

  close() {
    this.isOpen = false;
    clearTimeout(this.timer);
  }

  get isLive() {
    const running = this.running();
    return running !== null && !running.isOver;
  }

  /** A new token for every address: what was reached long ago proves nothing of today's network. */
  async offerLinks() {
    try {
      this.links = (await api.newPings()).links;
      this.drawLinks();
    } catch (error) {
      this.onProblem(error);
    }
  }

  /** Loads the weights too: the start is quicker then. */
  async measure() {
    const $measure = /** @type {HTMLButtonElement} */ (need("check-measure"));
    $measure.disabled = true;
    setText($measure, t("check.measuring"));
    try {
      await api.measure(this.setup.$weights.value);
      this.onProblem(null);
    } catch (error) {
      this.onProblem(error);
    }
    $measure.disabled = false;
    setText($measure, t("check.measure"));
    await this.look();
  }

  /** Again and again while the page is open. */
  async look() {
    clearTimeout(this.timer);
    if (!this.isOpen) return;
    try {
      const [found, { links }] = await Promise.all([api.check(), api.pings()]);
      need("check-measure").hidden = this.isLive;
      drawLines(need("check-lines"), found.lines.map(checkLine));
      const microphones = this.isLive ? this.liveLines(found) : this.setupLines();
      drawLines(need("check-microphones"), microphones);
      setText(need("check-none"), microphones.length === 0 ? t("check.no_microphones") : "");
      this.links = links;
      this.drawLinks();
      const wrong = [...found.lines.map(checkLine), ...microphones].filter(({ ok }) => !ok).length;
      setText(need("check-sum"), wrong === 0 ? t("check.all_well") : t("check.wrong", { count: wrong }));
    } catch (error) {
      this.onProblem(error);
    }
    this.timer = setTimeout(() => this.look(), EVERY_MS);
  }

  /** @returns {Line[]} */
  setupLines() {
    const { places } = this.setup;
    const nameOf = (/** @type {string} */ id) => places.cardOf(id)?.isUsed ? (places.cardOf(id)?.name ?? null) : null;
    return places.used.filter(({ isPhone }) => !isPhone).map((card) =>
      microphoneLine({
        name: card.name,
        label: card.label,
        level: places.levelOf(card),
        captionAgeS: null,
        isLive: false,
        state: "live",
        pair: pairWords(card.choice.id, places.pairs, nameOf),
      }),
    );
  }

  /** @param {import("./api.js").Checked} found @returns {Line[]} */
  liveLines({ channels, pairs }) {
    const cards = this.running()?.timeline.channels ?? new Map();
    const nameOf = (/** @type {string} */ channel) => cards.get(Number(channel))?.name ?? null;
    return channels.map(({ channel, source, muted, heard, caption_age_s }) =>
      microphoneLine({
        name: nameOf(String(channel)) ?? "",
        label: source,
        level: { id: String(channel), rms_db: heard?.voice_db ?? -100, problem: "", muted, heard },
        captionAgeS: caption_age_s,
        isLive: true,
        state: cards.get(channel)?.state ?? "live",
        pair: pairWords(String(channel), pairs, nameOf),
      }),
    );
  }

  drawLinks() {
    const $list = need("check-pings");
    const shown = $list.getAttribute("data-links");
    const now = this.links.map(({ url }) => url).join();
    if (shown !== now) {
      setAttribute($list, "data-links", now);
      $list.replaceChildren(...this.links.map(({ url }, at) => makeLink(url, at)));
    }
    this.links.map(pingLine).forEach((line, at) => fill($list.children[at], line));
    const reached = this.links.map(pingLine).filter(({ ok }) => ok);
    this.announce(reached.map(({ title, text }) => `${title}: ${text}`).join(" "));
  }
}

/** @param {string} url @param {number} at */
function makeLink(url, at) {
  const $qr = el("img", { class: "qr", src: `${api.pingQrPath(at)}&for=${encodeURIComponent(url)}`, alt: t("ping.qr", { url }), width: 180, height: 180 });
  const $line = makeLine();
  $line.append($qr, el("code", { class: "address" }, url));
  return $line;
}

/** @param {HTMLElement} $list @param {Line[]} lines */
function drawLines($list, lines) {
  while ($list.children.length > lines.length) $list.lastElementChild?.remove();
  while ($list.children.length < lines.length) $list.append(makeLine());
  lines.forEach((line, at) => fill($list.children[at], line));
}

function makeLine() {
  return el("li", {}, el("span", { class: "check-sign", "aria-hidden": "true" }), el("strong", {}), el("p", {}), el("p", { class: "fix" }));
}

/** The sign is a shape and a word, never a colour alone. @param {Element} $line @param {Line} line */
function fill($line, { ok, title, text, fix }) {
  const [, $title, $text, $fix] = $line.children;
  setAttribute($line, "data-ok", String(ok));
  setText($title, `${title}: ${ok === null ? t("check.not_tried") : t(ok ? "check.ok" : "check.not_ok")}`);
  setText($text, text);
  setText($fix, fix);
}
