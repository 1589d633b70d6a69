import assert from "node:assert/strict";
import { test } from "node:test";

import { parseEvent } from "../../web/shared/protocol.js";
import { EMPTY, reduce, summarise } from "../../web/shared/timeline.js";
import { caption, card, hello, sequences } from "./golden.mjs";

/** @param {object[]} events */
function timelineOf(events, from = EMPTY) {
  return events
    .map((event) => parseEvent(JSON.stringify(event)))
    .filter((event) => event !== null)
    .reduce(reduce, from);
}

const texts = (timeline) => summarise(timeline).captions.map((row) => row.text);

for (const { name, body } of sequences()) {
  test(name, () => {
    assert.deepEqual(summarise(timelineOf(body.events)), body.timeline);
  });
}

test("a timeline is never changed in place", () => {
  const before = timelineOf([hello(), caption({ seq: 1 })]);
  const copy = structuredClone(before);
  timelineOf([caption({ seq: 2, utterance: "u2" }), caption({ seq: 3, state: "deleted" })], before);
  assert.deepEqual(before, copy);
});

test("what an event does not touch stays the same object", () => {
  const before = timelineOf([hello(), caption({ seq: 1 }), caption({ seq: 2, utterance: "u2" })]);
  const after = timelineOf([caption({ seq: 3, utterance: "u2", rev: 999, state: "edited" })], before);
  assert.equal(after.entries[0], before.entries[0]);
  assert.notEqual(after.entries[1], before.entries[1]);
  assert.equal(after.channels, before.channels);
});

test("a partial of before the cut goes with the next heartbeat: a restarted server never heard of it", () => {
  const open = caption({ seq: 1, state: "partial", text: "We ha" });
  const back = timelineOf([hello(), open, hello({ seq: 500 })]);
  assert.deepEqual(texts(back), ["We ha"], "no flicker when the line was only cut");
  assert.deepEqual(texts(timelineOf([{ type: "heartbeat", at: 9 }], back)), []);
});

test("a partial that is revised after the cut stays", () => {
  const open = caption({ seq: 1, rev: 1, start: 1, state: "partial", text: "We ha" });
  const next = { ...open, seq: 9, rev: 7, text: "We have three" };
  const beat = { type: "heartbeat", at: 9 };
  assert.deepEqual(texts(timelineOf([hello(), open, hello({ seq: 8 }), next, beat])), ["We have three"]);
});

test("a partial that was forgotten too soon comes back with its next revision", () => {
  const open = caption({ seq: 1, rev: 1, start: 1, state: "partial", text: "We ha" });
  const next = { ...open, seq: 9, rev: 7, text: "We have three" };
  const beat = { type: "heartbeat", at: 9 };
  assert.deepEqual(texts(timelineOf([hello(), open, hello({ seq: 8 }), beat, next])), ["We have three"]);
});

test("hello with a lower number than ours means that everything is sent again", () => {
  const before = timelineOf([hello(), caption({ seq: 90 })]);
  const after = timelineOf([hello({ seq: 3 }), caption({ seq: 1, utterance: "v1", text: "Again." })], before);
  assert.deepEqual(texts(after), ["Again."]);
});

test("a replayed loss of a microphone that is back does not show it as lost in between", () => {
  const lost = { type: "channel", seq: 2, at: 3, change: "lost", ...card(2, "Bram", "orange", "lost") };
  assert.deepEqual(summarise(timelineOf([hello({ seq: 9 }), lost])).lost, []);
});

test("a newcomer learns from the replay that captions are late, which hello cannot say", () => {
  const late = { type: "status", seq: 2, at: 3, state: "overloaded", lag_s: 4 };
  const timeline = timelineOf([hello({ seq: 9 }), late]);
  assert.equal(timeline.status, "overloaded");
  assert.equal(timeline.lagS, 4);
});

test("a replayed pause that is over does not show as paused", () => {
  const paused = { type: "status", seq: 2, at: 3, state: "paused" };
  assert.equal(timelineOf([hello({ seq: 9 }), paused]).status, "live");
});

test("a deleted utterance keeps no text and no translation (E8)", () => {
  const said = caption({ seq: 1, rev: 1, text: "secret" });
  const translated = { type: "translation", seq: 2, at: 3, utterance: "u1", rev: 1, language: "nl", text: "geheim", state: "final" };
  const deleted = { ...said, seq: 3, rev: 2, state: "deleted" };
  const timeline = timelineOf([hello(), said, translated, deleted]);
  assert.doesNotMatch(JSON.stringify(timeline.entries), /secret|geheim/);
});

test("a final translation is not replaced by a late partial one", () => {
  const said = caption({ seq: 1 });
  const final = { type: "translation", seq: 2, at: 3, utterance: "u1", rev: 1, language: "nl", text: "Hallo", state: "final" };
  const partial = { ...final, seq: 3, text: "Hal", state: "partial" };
  const orphan = { ...final, seq: 4, utterance: "nobody" };
  const [entry] = timelineOf([hello(), said, final, partial, orphan]).entries;
  assert.deepEqual(entry.translations, { nl: { text: "Hallo", state: "final", rev: 1 } });
});

test("a message that was deleted is gone and stays away", () => {
  const typed = { type: "message", seq: 1, at: 5, message: "m1", name: "Eva", text: "Mine is 0612", state: "typed" };
  const deleted = { type: "message", seq: 3, at: 9, message: "m1", name: "", text: "", state: "deleted" };
  const said = caption({ seq: 2, utterance: "a", start: 6 });
  const timeline = [hello(), typed, said, deleted].reduce(reduce, EMPTY);
  assert.deepEqual(timeline.entries.map(({ id, text, start }) => [id, text, start]), [["message m1", "", 5], ["a", said.text, 6]]);
  assert.ok(!JSON.stringify(timeline).includes("Eva"));
});

test("a typed message stands where it was typed", () => {
  const message = { type: "message", seq: 3, at: 5, message: "m3", name: "Eva", text: "Which date?", state: "typed" };
  const timeline = timelineOf([
    hello(),
    caption({ seq: 1, start: 2, utterance: "a" }),
    caption({ seq: 2, start: 8, utterance: "b" }),
    message,
  ]);
  assert.deepEqual(timeline.entries.map((entry) => entry.id), ["a", "message m3", "b"]);
});

test("an utterance whose start is corrected moves to its place", () => {
  const timeline = timelineOf([
    hello(),
    caption({ seq: 1, utterance: "a", start: 2 }),
    caption({ seq: 2, rev: 1, utterance: "b", start: 3, state: "partial" }),
    caption({ seq: 3, rev: 2, utterance: "b", start: 1 }),
  ]);
  assert.deepEqual(timeline.entries.map((entry) => entry.id), ["b", "a"]);
});

test("any cut and any overlap end in the same captions (E6)", () => {
  for (const { name, body } of sequences()) {
    const [first, ...numbered] = body.events.filter((event) => event.type !== "heartbeat");
    const { captions, lost } = body.timeline;
    const isOpen = captions.some((row) => row.state === "partial");
    if (isOpen || numbered.some((event) => event.type === "hello")) continue;
    for (let cut = 0; cut <= numbered.length; cut += 1) {
      for (let overlap = 0; overlap <= cut; overlap += 1) {
        const replay = numbered.slice(cut - overlap);
        const again = greeting(first, numbered);
        const { captions: found, lost: gone } = summarise(
          timelineOf([first, ...numbered.slice(0, cut), again, ...replay]),
        );
        assert.deepEqual({ found, gone }, { found: captions, gone: lost }, `${name}: ${cut}-${overlap}`);
      }
    }
  }
});

/** What the server would say after all these events. */
function greeting(first, numbered) {
  const cards = new Map(first.channels.map((item) => [item.channel, item]));
  for (const event of numbered) if (event.type === "channel") cards.set(event.channel, event);
  const seq = Math.max(first.seq, ...numbered.map((event) => event.seq ?? 0));
  return { ...first, seq, channels: [...cards.values()] };
}

test("hello knows that captions are late; by how much stays known to whoever returns", () => {
  const late = { type: "status", seq: 1, at: 5, state: "overloaded", lag_s: 4.2 };
  const known = [hello(), late].reduce(reduce, EMPTY);
  const back = reduce(known, hello({ seq: 1 }, { state: "overloaded" }));
  assert.deepEqual([back.status, back.lagS], ["overloaded", 4.2]);
  const newcomer = reduce(EMPTY, hello({ seq: 1 }, { state: "overloaded" }));
  assert.deepEqual([newcomer.status, newcomer.lagS], ["overloaded", null]);
  assert.equal(reduce(newcomer, late).lagS, 4.2, "the replay knows");
  assert.deepEqual([reduce(known, hello({ seq: 2 })).lagS], [null]);
});

test("what is wrong besides the captions is known to everybody, and gone when it is well again", () => {
  const full = { type: "status", seq: 1, at: 5, state: "live", message: "No space is left." };
  const told = [hello(), full].reduce(reduce, EMPTY);
  assert.equal(told.trouble, "No space is left.");
  const newcomer = [hello({ seq: 1 }), full].reduce(reduce, EMPTY);
  assert.equal(newcomer.trouble, "No space is left.", "the replay says it");
  assert.equal(reduce(told, { type: "status", seq: 2, at: 6, state: "live" }).trouble, "");
});

test("who comes to a meeting that broke off reads why it is paused", () => {
  const broken = { type: "status", seq: 7, at: 5, state: "paused", message: "The captions broke off.", reason: "broke_off" };
  const earlier = { type: "status", seq: 1, at: 0, state: "live" };
  const newcomer = [hello({ seq: 7 }, { state: "paused" }), earlier, broken].reduce(reduce, EMPTY);
  assert.deepEqual([newcomer.status, newcomer.trouble, newcomer.brokeOff], ["paused", "The captions broke off.", true]);
  assert.equal(reduce(newcomer, { ...earlier, seq: 8 }).brokeOff, false);
});

test("a partial that the crash cut off ends as the server says, whatever its rev was", () => {
  const partial = caption({ seq: 4, rev: 4, state: "partial", text: "We have thr" });
  const known = [hello(), partial].reduce(reduce, EMPTY);
  const cutOff = caption({ seq: 100004, rev: 100004, state: "final", text: "[cut off]" });
  const back = [hello({ seq: 100005 }, { state: "paused" }), cutOff].reduce(reduce, known);
  assert.deepEqual(back.entries.map((entry) => entry.text), ["[cut off]"]);
});

test("a topic stands where it was marked, as a row of its own, and is settled", () => {
  let timeline = reduce(EMPTY, hello());
  timeline = reduce(timeline, caption({ seq: 1, utterance: "u1", start: 1, end: 2 }));
  timeline = reduce(timeline, { type: "topic", seq: 2, at: 3, topic: "t1", text: "Budget", start: 3 });
  timeline = reduce(timeline, caption({ seq: 3, utterance: "u2", start: 4, end: 5 }));
  assert.deepEqual(timeline.entries.map(({ kind }) => kind), ["caption", "topic", "caption"]);
  const same = reduce(timeline, { type: "topic", seq: 4, at: 9, topic: "t1", text: "Budgets", start: 3 });
  assert.deepEqual(same.entries.map(({ text }) => text).slice(1, 2), ["Budgets"]);
  const gone = reduce(same, { type: "topic", seq: 5, at: 10, topic: "t1", text: "", start: 3 });
  assert.equal(gone.entries.filter(({ text }) => text === "Budgets").length, 0);
});
