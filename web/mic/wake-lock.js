// Keeps the screen on while the phone listens: a phone that sleeps hears nothing.

export class WakeLock {
  constructor() {
    /** @type {any} */
    this.lock = null;
    this.isWanted = false;
  }

  get isHeld() {
    return this.lock !== null && !this.lock.released;
  }

  /** May be called again: the system takes it away whenever the page is out of sight. */
  async hold() {
    this.isWanted = true;
    if (this.isHeld) return;
    try {
      const lock = await navigator.wakeLock.request("screen");
      if (this.isWanted) this.lock = lock;
      else lock.release();
    } catch {
      this.lock = null; // an empty battery, or a browser without it: the page says what to do
    }
  }

  release() {
    this.isWanted = false;
    this.lock?.release();
    this.lock = null;
  }
}
