// "Say your name": the level of every microphone before a meeting.

/** @typedef {{id: string, rms_db: number, problem: string}} DeviceLevel */

export class Rehearsal {
  /**
   * @param {(levels: DeviceLevel[]) => void} onLevels
   * @param {(message: string) => void} onEnd with the server's sentence where something was wrong
   */
  constructor(onLevels, onEnd) {
    this.onLevels = onLevels;
    this.onEnd = onEnd;
    /** @type {WebSocket | null} */
    this.socket = null;
  }

  get isOn() {
    return this.socket !== null;
  }

  start() {
    if (this.socket) return;
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/devices/levels`);
    this.socket = socket;
    let problem = "";
    socket.addEventListener("message", ({ data }) => {
      const body = JSON.parse(data);
      if (body.type === "error") problem = body.message;
      else if (body.type === "device_levels" && this.socket === socket) this.onLevels(body.devices);
    });
    socket.addEventListener("close", () => {
      if (this.socket === socket) this.socket = null;
      this.onEnd(problem);
    });
  }

  stop() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
