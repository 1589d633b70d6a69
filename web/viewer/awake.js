// Keeps the screen on while somebody reads. Browsers give the lock made for it to secure pages only;
// over plain HTTP a playing video does the same. It may start only at a touch, is a picture of one
// dot that never changes, and comes from nowhere: no file, no sound.

/** @typedef {import("./page.js").ViewerPage} ViewerPage */

const FRAMES_A_SECOND = 1;

/** @param {ViewerPage} page */
export function mountAwake(page) {
  const awake = new Awake();
  awake.start();
  page.onDraw(() => page.isOver && awake.stop());
}

class Awake {
  constructor() {
    /** @type {any} */
    this.lock = null;
    /** @type {HTMLVideoElement | null} */
    this.$video = null;
    this.isOver = false;
    this.hold = this.hold.bind(this);
  }

  start() {
    document.addEventListener("visibilitychange", this.hold);
    for (const name of ["pointerup", "keydown"]) window.addEventListener(name, this.hold, { passive: true });
    this.hold();
  }

  /** Both are taken away whenever the page is out of sight, and some phones want a touch for them. */
  async hold() {
    if (this.isOver || document.visibilityState === "hidden") return;
    if (this.lock && !this.lock.released) return;
    try {
      this.lock = await /** @type {any} */ (navigator).wakeLock.request("screen");
    } catch {
      this.lock = null;
      this.play();
    }
  }

  play() {
    this.$video ??= makeVideo();
    this.$video?.play().catch(() => {}); // not touched yet: the next touch tries again
  }

  stop() {
    this.isOver = true;
    this.lock?.release();
    this.lock = null;
    this.$video?.pause();
    this.$video?.remove();
    this.$video = null;
  }
}

/** @returns {HTMLVideoElement | null} null: this browser cannot, and the phone's own setting has to do */
function makeVideo() {
  const $canvas = document.createElement("canvas");
  const pen = $canvas.getContext("2d");
  if (typeof $canvas.captureStream !== "function" || !pen) return null;
  $canvas.width = $canvas.height = 2;
  const paint = setInterval(() => {
    if ($video.isConnected) pen.fillRect(0, 0, 2, 2); // a stream without frames stops
    else clearInterval(paint);
  }, 1000 / FRAMES_A_SECOND);
  const $video = document.createElement("video");
  $video.className = "awake";
  $video.muted = true;
  $video.setAttribute("playsinline", "");
  $video.setAttribute("aria-hidden", "true");
  $video.tabIndex = -1;
  $video.srcObject = $canvas.captureStream(FRAMES_A_SECOND);
  document.body.append($video);
  return $video;
}
