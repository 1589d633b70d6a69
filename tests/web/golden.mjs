// The golden files of tests/data/wire, which the Python tests read too.

import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../data/wire/", import.meta.url);

/** @param {(name: string) => boolean} isWanted */
export function golden(isWanted) {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json") && isWanted(name));
  return names.map((name) => ({ name, body: JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) }));
}

export const singles = () => golden((name) => !name.startsWith("sequence-"));
export const sequences = () => golden((name) => name.startsWith("sequence-"));

let seq = 0;

/** A caption event of a test, with the next number. @param {object} fields */
export function caption(fields) {
  seq += 1;
  const start = fields.start ?? seq;
  return {
    type: "caption",
    seq,
    at: start + 2,
    utterance: "u1",
    rev: seq,
    channel: 1,
    state: "final",
    text: "Good morning.",
    stable: 0,
    start,
    end: start + 1,
    language: "en",
    ...fields,
  };
}

/** @param {object} [fields] @param {object} [meeting] */
export function hello(fields = {}, meeting = {}) {
  return {
    type: "hello",
    protocol: 1,
    epoch: "e1",
    seq: 0,
    at: 0,
    meeting: {
      id: "m1",
      title: "Planning",
      state: "live",
      weights: "small",
      demo_weights: false,
      started: "2025-03-04T09:00:00Z",
      transcript: true,
      ...meeting,
    },
    channels: [card(1, "Anna", "blue"), card(2, "Bram", "orange")],
    ...fields,
  };
}

/** @param {number} channel @param {string} name @param {string} colour @param {string} [state] */
export function card(channel, name, colour, state = "live") {
  return { channel, name, letter: name[0], colour, language: "en", state };
}
