// The phone's own microphone: permission, the browser's audio graph, chunks of sound out of it.

import { SupportError } from "../shared/errors.js";

const WANTED_RATE = 16_000;
const USUAL_RATE = 48_000;

/**
 * As the microphone hears it. Which of several microphones a voice belongs to is decided by level
 * and lag between them: automatic gain lifts the neighbours' voices in every pause, noise suppression
 * eats quiet speech, and echo cancellation takes away whom it takes for a loudspeaker.
 */
const RAW = {
  channelCount: 1,
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
};

/** What stands in the way before anybody is asked: "insecure", "unsupported" or nothing. */
export function obstacle() {
  if (!window.isSecureContext) return "insecure";
  if (!navigator.mediaDevices?.getUserMedia || typeof AudioWorkletNode !== "function") return "unsupported";
  return "";
}

export class Capture {
  /** @param {MediaStream} stream @param {AudioContext} context @param {AudioNode[]} nodes */
  constructor(stream, context, nodes) {
    this.stream = stream;
    this.context = context;
    this.nodes = nodes;
    /** Called when the system takes the microphone away. */
    this.onEnded = () => {};
    for (const track of stream.getAudioTracks()) track.onended = () => this.onEnded();
  }

  get rate() {
    return this.context.sampleRate;
  }

  /** A call or another app may have put the sound to sleep. */
  wake() {
    if (this.context.state !== "running" && this.context.state !== "closed") this.context.resume();
  }

  stop() {
    this.onEnded = () => {};
    for (const track of this.stream.getTracks()) track.stop();
    for (const node of this.nodes) node.disconnect();
    this.context.close();
  }
}

/**
 * Asks for the microphone. Throws what getUserMedia throws.
 *
 * @param {(samples: Int16Array, atMs: number) => void} onChunk
 */
export async function openCapture(onChunk) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: RAW });
  try {
    const { context, source } = connectStream(stream);
    await context.audioWorklet.addModule("/assets/mic/mic-worklet.js");
    const node = new AudioWorkletNode(context, "captioner-mic");
    node.port.onmessage = ({ data }) => onChunk(data.samples, data.atMs);
    // It says nothing, but only what leads to a loudspeaker is asked for sound everywhere.
    source.connect(node).connect(context.destination);
    await context.resume();
    return new Capture(stream, context, [source, node]);
  } catch (error) {
    for (const track of stream.getTracks()) track.stop();
    throw error;
  }
}

/** Some browsers resample for us, others insist on the device's own rate. @param {MediaStream} stream */
function connectStream(stream) {
  let failure;
  for (const rate of [WANTED_RATE, undefined, USUAL_RATE]) {
    const context = new AudioContext({ sampleRate: rate, latencyHint: "interactive" });
    try {
      const source = context.createMediaStreamSource(stream);
      if (context.sampleRate <= USUAL_RATE) return { context, source };
    } catch (error) {
      failure = error;
    }
    context.close();
  }
  throw failure ?? new SupportError("no_rate", "This browser gives no sound of a usable rate.");
}
