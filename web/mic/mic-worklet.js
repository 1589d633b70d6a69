// On the browser's audio thread: the microphone as mono 16-bit sound, a twentieth of a second at a time.

/** @type {any} an AudioWorkletGlobalScope is not among the types of a page */
const scope = globalThis;
const CHUNK_S = 0.05;

scope.registerProcessor(
  "captioner-mic",
  class extends scope.AudioWorkletProcessor {
    constructor() {
      super();
      this.chunk = new Int16Array(Math.round(scope.sampleRate * CHUNK_S));
      this.filled = 0;
    }

    /** @param {Float32Array[][]} inputs */
    process(inputs) {
      const channels = inputs[0];
      // Without an input there is no sound: silence would hide that from everybody.
      if (!channels || channels.length === 0) return true;
      for (let at = 0; at < channels[0].length; at += 1) {
        let sum = 0;
        for (const channel of channels) sum += channel[at];
        const mean = Math.max(-1, Math.min(1, sum / channels.length));
        this.chunk[this.filled] = Math.round(mean * (mean < 0 ? 32768 : 32767));
        this.filled += 1;
        if (this.filled === this.chunk.length) {
          // The page may be busy for a while; when it was heard is known here.
          this.port.postMessage({ samples: this.chunk, atMs: Date.now() });
          this.chunk = new Int16Array(this.chunk.length);
          this.filled = 0;
        }
      }
      return true;
    }
  },
);
