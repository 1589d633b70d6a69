import assert from "node:assert/strict";
import { test } from "node:test";

import { NOTHING, answered, atOnce, holding, isDue, newMessageId, packed, seen, sending, unpacked } from "../../web/shared/outbox.js";

const EVAS = { id: "evas-first", name: "Eva", text: "Which date?", language: "en" };

test("what is typed is sent at once, and is gone from the box when it was taken", () => {
  const typed = holding(EVAS);
  assert.ok(isDue(typed, 0));
  const sent = sending(typed);
  assert.ok(!isDue(sent, 0));
  assert.equal(answered(sent, EVAS.id, { kind: "taken" }, 5, 0), NOTHING);
});

test("a cut keeps it, under the same id, and tries again ever more calmly", () => {
  let outbox = sending(holding(EVAS));
  const waits = [];
  for (let nowMs = 0, turn = 0; turn < 6; turn += 1) {
    outbox = answered(outbox, EVAS.id, { kind: "cut" }, nowMs, 1);
    assert.ok(!isDue(outbox, nowMs));
    waits.push(outbox.retryAtMs - nowMs);
    nowMs = outbox.retryAtMs;
    assert.ok(isDue(outbox, nowMs));
    outbox = sending(outbox);
  }
  assert.deepEqual(waits, [300, 600, 1200, 2400, 4800, 5000]);
  assert.equal(outbox.typed, EVAS);
});

test("when the line is there again it is not kept waiting", () => {
  const cut = answered(sending(holding(EVAS)), EVAS.id, { kind: "cut" }, 1000, 1);
  assert.ok(isDue(atOnce(cut), 1000));
  const slowed = answered(sending(holding(EVAS)), EVAS.id, { kind: "wait", seconds: 3 }, 1000, 1);
  assert.equal(atOnce(slowed), slowed);
  assert.ok(!isDue(slowed, 3999) && isDue(slowed, 4000));
});

test("what stands in the meeting is not sent again, though its answer was lost", () => {
  const cut = answered(sending(holding(EVAS)), EVAS.id, { kind: "cut" }, 0, 0);
  assert.equal(seen(cut, (id) => id === EVAS.id), NOTHING);
  assert.equal(seen(cut, () => false), cut);
  assert.equal(answered(NOTHING, EVAS.id, { kind: "cut" }, 0, 0), NOTHING); // late news of it
});

test("what the service refuses is not tried again by itself", () => {
  const refused = answered(sending(holding(EVAS)), EVAS.id, { kind: "refused", code: "bad_meeting", reason: "Too long." }, 0, 0);
  assert.deepEqual([refused.typed, refused.trouble, refused.reason], [EVAS, "refused", "Too long."]);
  assert.ok(!isDue(refused, 1e9));
});

test("it outlives a page that is loaded anew, and rubbish is taken for nothing", () => {
  assert.deepEqual(unpacked(packed(sending(holding(EVAS)))), holding(EVAS));
  assert.equal(packed(NOTHING), "");
  for (const rubbish of [null, "", "{", "3", "null", '{"id":"x"}', '{"id":1,"name":"","text":"","language":""}']) {
    assert.equal(unpacked(rubbish), NOTHING);
  }
});

test("ids are what the service takes, and never the same", () => {
  const ids = Array.from({ length: 200 }, () => newMessageId(Math.random));
  assert.equal(new Set(ids).size, 200);
  for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{8,64}$/);
});
