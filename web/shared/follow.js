// Keeps the newest line in sight until the reader scrolls up, and then leaves the page alone.

/** Pixels from the end that still count as the end. */
const NEAR = 24;
/** Space kept when text above it shrinks, as a share of the height: the lines stay where they are. */
const KEPT_SPACE = 0.2;

export class Follow {
  /**
   * @param {HTMLElement} $scroller
   * @param {HTMLElement} $tail an empty element after the last line
   * @param {(isFollowing: boolean) => void} onChange
   */
  constructor($scroller, $tail, onChange) {
    this.$scroller = $scroller;
    this.$tail = $tail;
    this.onChange = onChange;
    this.isFollowing = true;
    this.lastTop = 0;
    this.width = 0;
    this.floor = 0;
    /** Part of the height that stands for rows which are not on the page, and is only a guess. */
    this.spacePx = 0;
    /** Instead of `keep`, for a list that has to lay itself out anew. @type {(() => void) | null} */
    this.onResize = null;
    this.notice = this.notice.bind(this);
    this.resized = this.resized.bind(this);
    /** @type {ResizeObserver | null} */
    this.sizes = typeof ResizeObserver === "function" ? new ResizeObserver(this.resized) : null;
    this.sizes?.observe($scroller);
    $scroller.addEventListener("scroll", this.notice, { passive: true });
    window.addEventListener("resize", this.resized);
  }

  stop() {
    this.sizes?.disconnect();
    this.$scroller.removeEventListener("scroll", this.notice);
    window.removeEventListener("resize", this.resized);
  }

  resized() {
    if (this.onResize) this.onResize();
    else this.keep();
  }

  /** Only a movement upwards is a wish to stop; what grows below is none. */
  notice() {
    const { scrollTop, scrollHeight, clientHeight } = this.$scroller;
    if (scrollHeight - scrollTop - clientHeight <= NEAR) this.set(true);
    else if (scrollTop < this.lastTop - 2) this.set(false);
    this.lastTop = scrollTop;
  }

  /** @param {boolean} isFollowing */
  set(isFollowing) {
    if (isFollowing === this.isFollowing) return;
    this.isFollowing = isFollowing;
    this.onChange(isFollowing);
  }

  /** To be called after lines changed. */
  keep() {
    const { $scroller, $tail } = this;
    if ($scroller.clientWidth !== this.width) {
      this.width = $scroller.clientWidth;
      this.floor = 0;
    }
    const content = $tail.offsetTop - this.spacePx;
    const most = content + Math.round($scroller.clientHeight * KEPT_SPACE);
    this.floor = Math.max(content, Math.min(this.floor, most));
    $tail.style.height = `${this.floor - content}px`;
    if (this.isFollowing) $scroller.scrollTop = $scroller.scrollHeight;
    this.lastTop = $scroller.scrollTop;
  }

  /** Move without its being a wish of the reader's. @param {number} topPx */
  moveTo(topPx) {
    this.$scroller.scrollTop = topPx;
    this.lastTop = this.$scroller.scrollTop;
  }

  toLive() {
    this.set(true);
    this.resized();
  }
}
