// Place keeping on the page: what counts as looking away and as coming back, and how it shows.

import { need, setAttribute, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { NOWHERE, comeBack, forget, forgetOld, leave, mark, showSign } from "../shared/place-keeping.js";

/** @typedef {import("./page.js").ViewerPage} ViewerPage */

const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

/** @param {ViewerPage} page */
export function mountPlace(page) {
  if (page.settings.view === "page") new PlaceKeeper(page).start();
}

class PlaceKeeper {
  /** @param {ViewerPage} page */
  constructor(page) {
    this.page = page;
    this.places = NOWHERE;
    /** The reader went to see it. */
    this.isVisited = false;
  }

  start() {
    const { page } = this;
    const $scroller = need("scroller");
    for (const name of SIGNS) window.addEventListener(name, () => this.sign(), { passive: true, capture: true });
    $scroller.addEventListener("click", (event) => this.tap(event));
    $scroller.addEventListener("keydown", (event) => {
      if (event.key === "m" && !event.ctrlKey && !event.metaKey && !event.altKey) this.mark();
    });
    $scroller.addEventListener("scroll", () => this.show(), { passive: true });
    need("mark-place").addEventListener("click", () => this.mark());
    need("to-place").addEventListener("click", () => this.visit());
    need("to-live").addEventListener("click", () => this.leaveBehind());
    document.addEventListener("visibilitychange", () => this.look());
    page.onDraw(() => this.show());
  }

  /** @returns {import("../shared/place-keeping.js").Sight} */
  get sight() {
    const { list, rows } = this.page;
    const newest = rows.length > 0 ? rows[rows.length - 1].key : null;
    return { last: list.lastInSight()?.key ?? null, newest, nowMs: Date.now() };
  }

  sign() {
    const idleMs = this.page.settings.idle === "off" ? 0 : Number(this.page.settings.idle) * 1000;
    // Many a sign a second comes from a mouse; looking at the page for each would slow it down.
    if (Date.now() - this.places.signAtMs < 250) return;
    const { places, wasAway } = showSign(this.places, this.sight, idleMs);
    this.returnedAtMs = wasAway ? Date.now() : this.returnedAtMs ?? 0;
    this.set(places);
  }

  /** A tap on the captions; not one that selects text, and not the one that said "here I am". @param {Event} event */
  tap(event) {
    const isControl = event.target instanceof Element && event.target.closest("a, button, input");
    const isSelection = !window.getSelection()?.isCollapsed;
    const hasJustReturned = Date.now() - (this.returnedAtMs ?? 0) < 500;
    if (!isControl && !isSelection && !hasJustReturned) this.mark();
  }

  mark() {
    this.isVisited = false;
    this.set(mark(this.places, this.sight));
    if (this.places.place !== null) this.page.announce(t("place.marked"));
  }

  look() {
    if (document.visibilityState === "hidden") this.set(leave(this.places, this.sight));
    else this.set(comeBack(this.places, this.sight));
  }

  visit() {
    const { place } = this.places;
    if (place === null) return;
    this.isVisited = true;
    this.page.list.reveal(place);
    this.show();
    need("scroller").focus({ preventScroll: true });
  }

  /** Whoever goes to live from their place needs it no more. */
  leaveBehind() {
    if (this.isVisited) this.set(forget(this.places));
    this.isVisited = false;
  }

  /** @param {Readonly<import("../shared/place-keeping.js").Places>} places */
  set(places) {
    this.places = places;
    this.show();
  }

  show() {
    const { list } = this.page;
    this.places = forgetOld(this.places, Date.now());
    const { place } = this.places;
    list.highlight(place, t("place.here"));
    setAttribute(need("mark-place"), "aria-pressed", place !== null ? "true" : "false");
    const where = place === null ? null : list.whereIs(place);
    const $button = need("to-place");
    $button.hidden = where === null || where === "in sight";
    setText($button, t("place.back"));
  }
}
