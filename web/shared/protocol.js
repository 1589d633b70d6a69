// The wire contract of docs/events.md, as types and one parser. Pure.

import { WireError } from "./errors.js";

/**
 * @typedef {object} ChannelCard
 * @property {number} channel
 * @property {string} name
 * @property {string} letter
 * @property {string} colour a name of the palette
 * @property {string} language
 * @property {"live" | "muted" | "lost" | "removed"} state
 * @property {"muted" | "private"} [muting] switched off by the host, also while it is lost
 *
 * @typedef {object} MeetingCard
 * @property {string} id
 * @property {string} title
 * @property {"lobby" | "live" | "overloaded" | "paused" | "private" | "ended"} state
 * @property {string} weights
 * @property {boolean} demo_weights
 * @property {string} started
 * @property {boolean} transcript
 * @property {string} [notice] what everybody is told first, in the host's own words
 *
 * @typedef {object} HelloEvent
 * @property {"hello"} type
 * @property {number} protocol
 * @property {string} epoch
 * @property {number} seq the highest number given so far
 * @property {number} at
 * @property {MeetingCard} meeting
 * @property {ChannelCard[]} channels
 *
 * @typedef {object} CaptionEvent
 * @property {"caption"} type
 * @property {number} seq
 * @property {number} at
 * @property {string} utterance
 * @property {number} rev
 * @property {number} channel
 * @property {"partial" | "final" | "edited" | "deleted"} state
 * @property {string} text
 * @property {number} stable
 * @property {number} start
 * @property {number} end
 * @property {string} language
 * @property {string} [reason]
 *
 * @typedef {object} ChannelOnlyFields
 * @property {"channel"} type
 * @property {number} seq
 * @property {number} at
 * @property {"renamed" | "recoloured" | "swapped" | "muted" | "unmuted" | "lost" | "back" | "added" | "removed"} change
 * @property {string} [message]
 * @typedef {ChannelCard & ChannelOnlyFields} ChannelEvent
 *
 * @typedef {object} StatusEvent
 * @property {"status"} type
 * @property {number} seq
 * @property {number} at
 * @property {"live" | "paused" | "private" | "ended" | "overloaded"} state
 * @property {number} [lag_s]
 * @property {string} [message]
 * @property {"broke_off"} [reason]
 *
 * @typedef {object} TranslationEvent
 * @property {"translation"} type
 * @property {number} seq
 * @property {number} at
 * @property {string} utterance
 * @property {number} rev of the caption that was translated
 * @property {string} language
 * @property {string} text
 * @property {"partial" | "final"} state
 *
 * @typedef {object} SignalEvent
 * @property {"signal"} type
 * @property {number} seq
 * @property {number} at
 * @property {"slower" | "one_at_a_time" | "repeat" | "wait"} signal
 * @property {string} [name]
 *
 * @typedef {object} MessageEventOnWire
 * @property {"message"} type
 * @property {number} seq
 * @property {number} at
 * @property {string} message an id that never changes
 * @property {string} name
 * @property {string} text
 * @property {"typed" | "deleted"} state
 * @property {string} [language]
 *
 * @typedef {object} TopicEvent
 * @property {"topic"} type
 * @property {number} seq
 * @property {number} at
 * @property {string} topic its id
 * @property {string} text empty: taken away again
 * @property {number} start
 *
 * @typedef {object} PaceEvent whether people speak faster than can be read
 * @property {"pace"} type
 * @property {number} seq
 * @property {number} at
 * @property {"fast" | "well"} state
 *
 * @typedef {object} HeartbeatEvent
 * @property {"heartbeat"} type
 * @property {number} at
 *
 * @typedef {object} ErrorNotice said before the server closes a connection for good
 * @property {"error"} type
 * @property {string} code
 * @property {string} message
 *
 * @typedef {object} Level
 * @property {number} channel
 * @property {number} rms_db
 * @property {number} peak_db
 * @property {boolean} voice
 * @property {string} source
 * @property {number} gap_s seconds of its sound that never came
 * @property {{code: string, message: string}} [advice] what should be done about it
 *
 * @typedef {object} LevelsEvent for hosts only
 * @property {"levels"} type
 * @property {number} at
 * @property {Level[]} levels
 *
 * @typedef {object} LoadEvent for hosts only
 * @property {"load"} type
 * @property {number} at
 * @property {number} lag_s
 * @property {{channel: number, lag_s: number}[]} channels
 * @property {number} queue
 * @property {number} batch
 * @property {number} decode_s
 * @property {number} busy
 * @property {number} shed
 * @property {number} finals
 * @property {Record<string, number>} rejected
 * @property {string} [problem] of the engine, for the host
 *
 * @typedef {object} SpeakingEvent for hosts only: how fast people speak
 * @property {"speaking"} type
 * @property {number} at
 * @property {{channel: number, wpm: number | null, overlap: number, fast: boolean}[]} channels
 * @property {boolean} break_due
 *
 * @typedef {object} ViewersEvent for hosts only
 * @property {"viewers"} type
 * @property {number} count
 *
 * @typedef {CaptionEvent | ChannelEvent | StatusEvent | TranslationEvent | SignalEvent
 *   | MessageEventOnWire | TopicEvent | PaceEvent} NumberedEvent
 * @typedef {NumberedEvent | HelloEvent | HeartbeatEvent | ErrorNotice | LevelsEvent
 *   | LoadEvent | SpeakingEvent | ViewersEvent} CaptionerEvent
 */

const CARD = {
  channel: "number",
  name: "string",
  letter: "string",
  colour: "string",
  language: "string",
  state: "string",
};
const NUMBERED = { seq: "number", at: "number" };

/** Required fields of every known type. Optional ones are not checked: they are only ever shown. */
export const FIELDS = {
  hello: {
    protocol: "number",
    epoch: "string",
    seq: "number",
    at: "number",
    meeting: "object",
    channels: "array",
  },
  caption: {
    ...NUMBERED,
    utterance: "string",
    rev: "number",
    channel: "number",
    state: "string",
    text: "string",
    stable: "number",
    start: "number",
    end: "number",
    language: "string",
  },
  channel: { ...NUMBERED, ...CARD, change: "string" },
  status: { ...NUMBERED, state: "string" },
  translation: {
    ...NUMBERED,
    utterance: "string",
    rev: "number",
    language: "string",
    text: "string",
    state: "string",
  },
  signal: { ...NUMBERED, signal: "string" },
  message: { ...NUMBERED, message: "string", name: "string", text: "string", state: "string" },
  topic: { ...NUMBERED, topic: "string", text: "string", start: "number" },
  pace: { ...NUMBERED, state: "string" },
  heartbeat: { at: "number" },
  error: { code: "string", message: "string" },
  levels: { at: "number", levels: "array" },
  load: {
    at: "number",
    lag_s: "number",
    channels: "array",
    queue: "number",
    batch: "number",
    decode_s: "number",
    busy: "number",
    shed: "number",
    finals: "number",
    rejected: "object",
  },
  speaking: { at: "number", channels: "array", break_due: "boolean" },
  viewers: { count: "number" },
};

const KNOWN = new Set(Object.keys(FIELDS));

const MEETING = {
  id: "string",
  title: "string",
  state: "string",
  weights: "string",
  demo_weights: "boolean",
  started: "string",
  transcript: "boolean",
};

/** @param {unknown} value */
function kindOf(value) {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/**
 * @param {string} what
 * @param {Record<string, unknown>} body
 * @param {Record<string, string>} fields
 */
function check(what, body, fields) {
  for (const [name, kind] of Object.entries(fields)) {
    const found = kindOf(body[name]);
    if (found !== kind) {
      throw new WireError("bad_message", `${what}: ${name} should be a ${kind}, it is ${found}.`);
    }
  }
}

/**
 * The event of one JSON text, or null for a type that this page does not know: newer servers may
 * say more. Throws WireError for anything that is not an event.
 *
 * @param {string} json
 * @returns {CaptionerEvent | null}
 */
export function parseEvent(json) {
  let body;
  try {
    body = JSON.parse(json);
  } catch {
    throw new WireError("bad_message", "This is not JSON.");
  }
  if (kindOf(body) !== "object" || typeof body.type !== "string") {
    throw new WireError("bad_message", "An event is an object with a type.");
  }
  if (!KNOWN.has(body.type)) return null;
  check(body.type, body, FIELDS[/** @type {keyof typeof FIELDS} */ (body.type)]);
  if (body.type === "hello") {
    check("hello.meeting", body.meeting, MEETING);
    for (const card of body.channels) {
      if (kindOf(card) !== "object") throw new WireError("bad_message", "A channel is an object.");
      check("hello.channels", card, CARD);
    }
  }
  return body;
}
