// The meeting as a viewer knows it: reduce(timeline, event) -> timeline. Pure.
// Values are never changed in place; what an event does not touch stays the same object, so that
// a page can tell by identity what has to be drawn again.

import { findUtterance, put } from "./entries.js";

/** @typedef {import("./protocol.js").CaptionerEvent} CaptionerEvent */
/** @typedef {import("./protocol.js").CaptionEvent} CaptionEvent */
/** @typedef {import("./protocol.js").ChannelCard} ChannelCard */

/**
 * @typedef {object} CaptionEntry
 * @property {"caption"} kind
 * @property {string} id the utterance
 * @property {number} channel
 * @property {number} rev
 * @property {"partial" | "final" | "edited" | "deleted"} state
 * @property {string} text empty: withdrawn or deleted, kept so that it never comes back
 * @property {number} stable
 * @property {number} start
 * @property {number} end
 * @property {string} language
 * @property {number} seq of the first event that told of it
 * @property {Readonly<Record<string, {text: string, state: string, rev: number}>>} translations by language
 *
 * @typedef {object} MessageEntry
 * @property {"message"} kind
 * @property {string} id
 * @property {string} message what the wire calls it
 * @property {string} name
 * @property {string} text empty: deleted, kept so that it never comes back
 * @property {string} language empty: not known
 * @property {number} start when it was typed
 * @property {number} seq
 *
 * @typedef {object} TopicEntry
 * @property {"topic"} kind
 * @property {string} id
 * @property {string} text empty: taken away again
 * @property {string} language empty: not known
 * @property {number} start
 * @property {number} seq
 *
 * @typedef {CaptionEntry | MessageEntry | TopicEntry} Entry
 *
 * @typedef {object} Timeline
 * @property {string | null} epoch null: nothing known yet
 * @property {number} seq the highest number that was applied; ask the server for what follows
 * @property {number} snapshot hello spoke of the channels and the status as of this number
 * @property {number} at the meeting's clock, as last heard
 * @property {import("./protocol.js").MeetingCard | null} meeting as of hello
 * @property {string | null} status live, paused, private, ended, overloaded, lobby
 * @property {number | null} lagS
 * @property {boolean} brokeOff whether it is paused since a crash, and not by the host
 * @property {string} trouble what is wrong besides, in a sentence; empty: nothing
 * @property {boolean} isFast whether people speak faster than can be read
 * @property {ReadonlyMap<number, ChannelCard>} channels
 * @property {readonly Entry[]} entries in the order in which they are shown
 * @property {readonly Entry[]} stale partials of before a cut that nothing was heard of since
 */

/** @type {Timeline} */
export const EMPTY = Object.freeze({
  epoch: null,
  seq: 0,
  snapshot: 0,
  at: 0,
  meeting: null,
  status: null,
  lagS: null,
  brokeOff: false,
  trouble: "",
  isFast: false,
  channels: new Map(),
  entries: Object.freeze([]),
  stale: Object.freeze([]),
});

/**
 * @param {Timeline} timeline
 * @param {CaptionerEvent} event
 * @returns {Timeline}
 */
export function reduce(timeline, event) {
  if (event.type === "hello") return greet(timeline, event);
  if (event.type === "heartbeat") return { ...forgetStale(timeline), at: event.at };
  if (!("seq" in event) || event.seq <= timeline.seq) return timeline;
  return { ...timeline, ...apply(timeline, event), seq: event.seq, at: event.at };
}

/** @param {Timeline} timeline @param {import("./protocol.js").NumberedEvent} event */
function apply(timeline, event) {
  switch (event.type) {
    case "caption":
      return acceptCaption(timeline, event);
    case "message":
      return acceptMessage(timeline, event);
    case "translation":
      return acceptTranslation(timeline, event);
    case "channel":
      return acceptChannel(timeline, event);
    case "topic":
      return acceptTopic(timeline, event);
    case "pace":
      return { isFast: event.state === "fast" };
    case "status":
      return acceptStatus(timeline, event);
    default:
      return {};
  }
}

/**
 * @param {Timeline} timeline
 * @param {import("./protocol.js").HelloEvent} hello
 * @returns {Timeline}
 */
function greet(timeline, hello) {
  const goesOn = timeline.epoch === hello.epoch && hello.seq >= timeline.seq;
  const kept = goesOn ? timeline : EMPTY;
  return {
    epoch: hello.epoch,
    seq: kept.seq,
    snapshot: hello.seq,
    at: hello.at,
    meeting: hello.meeting,
    status: hello.meeting.state,
    lagS: hello.meeting.state === "overloaded" ? kept.lagS : null,
    brokeOff: hello.meeting.state === kept.status && kept.brokeOff,
    trouble: hello.meeting.state === kept.status ? kept.trouble : "",
    isFast: kept.isFast,
    channels: new Map(hello.channels.map((card) => [card.channel, card])),
    entries: kept.entries,
    stale: kept.entries.filter(isPartial),
  };
}

/**
 * Of a partial that was open at the cut the final or the next revision follows soon. If neither
 * came by the next heartbeat, the server was restarted and has never heard of it.
 *
 * @param {Timeline} timeline
 * @returns {Timeline}
 */
function forgetStale(timeline) {
  if (timeline.stale.length === 0) return timeline;
  const entries = timeline.entries.filter((entry) => !timeline.stale.includes(entry));
  return { ...timeline, entries, stale: [] };
}

/** @param {Entry} entry */
export function isPartial(entry) {
  return entry.kind === "caption" && entry.state === "partial";
}

/** @param {Timeline} timeline @param {CaptionEvent} event */
function acceptCaption(timeline, event) {
  const place = findUtterance(timeline.entries, event.utterance);
  const known = place < 0 ? null : /** @type {CaptionEntry} */ (timeline.entries[place]);
  if (known && !mayFollow(known, event)) return {};
  /** @type {CaptionEntry} */
  const entry = {
    kind: "caption",
    id: event.utterance,
    channel: event.channel,
    rev: event.rev,
    state: event.state,
    text: event.state === "deleted" ? "" : event.text,
    stable: event.stable,
    start: event.start,
    end: event.end,
    language: event.language,
    seq: known ? known.seq : event.seq,
    translations: known && keepsTranslations(event) ? known.translations : {},
  };
  return { entries: put(timeline.entries, place, entry) };
}

/** What a person changed, or what was withdrawn, is not what was translated. @param {CaptionEvent} event */
function keepsTranslations(event) {
  return event.text !== "" && (event.state === "partial" || event.state === "final");
}

/** @param {CaptionEntry} known @param {CaptionEvent} event */
function mayFollow(known, event) {
  if (event.rev <= known.rev) return false;
  const isByPerson = event.state === "edited" || event.state === "deleted";
  return isByPerson || known.state === "partial";
}

/** @param {Timeline} timeline @param {import("./protocol.js").MessageEventOnWire} event */
function acceptMessage(timeline, event) {
  // No utterance has a blank in its id: what a viewer chose is taken for none.
  const id = `message ${event.message}`;
  const place = timeline.entries.findIndex((each) => each.id === id);
  const known = place < 0 ? null : timeline.entries[place];
  if (known && event.state !== "deleted") return {};
  /** @type {MessageEntry} */
  const entry = {
    kind: "message",
    id,
    message: event.message,
    name: event.name,
    text: event.state === "deleted" ? "" : event.text,
    language: event.language ?? "",
    start: known ? known.start : event.at,
    seq: known ? known.seq : event.seq,
  };
  return { entries: put(timeline.entries, place, entry) };
}

/** @param {Timeline} timeline @param {import("./protocol.js").TopicEvent} event */
function acceptTopic(timeline, event) {
  const { seq, text, start } = event;
  const id = `topic-${event.topic}`;
  const place = timeline.entries.findIndex((entry) => entry.kind === "topic" && entry.id === id);
  /** @type {TopicEntry} */
  const entry = { kind: "topic", id, text, language: "", start, seq: place < 0 ? seq : timeline.entries[place].seq };
  return { entries: put(timeline.entries, place, entry) };
}

/** @param {Timeline} timeline @param {import("./protocol.js").TranslationEvent} event */
function acceptTranslation(timeline, event) {
  const place = findUtterance(timeline.entries, event.utterance);
  if (place < 0) return {};
  const known = /** @type {CaptionEntry} */ (timeline.entries[place]);
  const before = known.translations[event.language];
  const isOlder = before && (event.rev < before.rev || (before.state === "final" && event.rev === before.rev));
  if (known.text === "" || isOlder) return {};
  const translation = { text: event.text, state: event.state, rev: event.rev };
  const translations = { ...known.translations, [event.language]: translation };
  return { entries: put(timeline.entries, place, { ...known, translations }) };
}

/** @param {Timeline} timeline @param {import("./protocol.js").ChannelEvent} event */
function acceptChannel(timeline, event) {
  // Hello spoke of a later moment: replaying an old loss would cry wolf.
  if (event.seq <= timeline.snapshot) return {};
  const { channel, name, letter, colour, language, state, muting } = event;
  const channels = new Map(timeline.channels);
  channels.set(channel, { channel, name, letter, colour, language, state, ...(muting && { muting }) });
  return { channels };
}

/** @param {Timeline} timeline @param {import("./protocol.js").StatusEvent} event */
function acceptStatus(timeline, event) {
  const isOld = event.seq <= timeline.snapshot;
  // Hello does not say how far behind: of a meeting that goes on the replay ends with it.
  const goesOn = ["live", "overloaded"];
  const { state } = timeline.meeting ?? { state: "" };
  const isRefinement = state === event.state || (goesOn.includes(state) && goesOn.includes(event.state));
  if (isOld && !isRefinement) return {};
  const trouble = event.lag_s === undefined ? event.message ?? "" : "";
  return { status: event.state, lagS: event.lag_s ?? null, brokeOff: event.reason === "broke_off", trouble };
}

/** @param {Timeline} timeline @returns {ChannelCard[]} channels that were not taken out of the meeting */
export function presentChannels(timeline) {
  return [...timeline.channels.values()].filter((card) => card.state !== "removed");
}

/** @param {Timeline} timeline @returns {ChannelCard[]} channels from which no sound arrives */
export function lostChannels(timeline) {
  return [...timeline.channels.values()].filter((card) => card.state === "lost");
}

/** @param {CaptionEntry["translations"]} translations @returns {Record<string, string>} by language */
function textsOf(translations) {
  return Object.fromEntries(Object.entries(translations).map(([language, { text }]) => [language, text]));
}

/**
 * What the golden files of tests/data/wire expect.
 *
 * @param {Timeline} timeline
 */
export function summarise(timeline) {
  const captions = timeline.entries
    .filter((entry) => entry.kind === "caption" && entry.text !== "")
    .map((entry) => /** @type {CaptionEntry} */ (entry))
    .map(({ id, channel, state, text, translations }) => ({
      ...{ utterance: id, channel, state, text },
      ...(Object.keys(translations).length > 0 && { translations: textsOf(translations) }),
    }));
  const lost = lostChannels(timeline).map((card) => card.channel);
  const topics = timeline.entries.filter((entry) => entry.kind === "topic" && entry.text !== "");
  return {
    ...{ seq: timeline.seq, captions, status: timeline.status, lost: lost.sort((a, b) => a - b) },
    ...(topics.length > 0 && { topics: topics.map(({ text }) => text) }),
    ...(timeline.isFast && { isFast: true }),
  };
}
