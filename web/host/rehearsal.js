// The level of every microphone before a meeting, and which of them hear the same.

/** @typedef {import("./hears-best.js").DeviceLevel} DeviceLevel */
/** @typedef {import("./hears-best.js").Pair} Pair */

const TRY_AGAIN_MS = 3000;

export class Rehearsal {
  /** @param {(levels: DeviceLevel[], pairs: Pair[]) => void} onLevels */
  constructor(onLevels) {
    this.onLevels = onLevels;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.isWanted = false;
  }

  /** Goes on until it is stopped: another page of a host may have taken the microphones for a moment. */
  start() {
    this.isWanted = true;
    if (this.socket) return;
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/devices/levels`);
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const body = JSON.parse(data);
      if (body.type === "device_levels" && this.socket === socket) this.onLevels(body.devices, body.pairs ?? []);
    });
    socket.addEventListener("close", () => {
      if (this.socket !== socket) return;
      this.socket = null;
      setTimeout(() => {
        if (this.isWanted) this.start();
      }, TRY_AGAIN_MS);
    });
  }

  stop() {
    this.isWanted = false;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
