import assert from "node:assert/strict";
import { test } from "node:test";

import { WireError } from "../../web/shared/errors.js";
import { FIELDS, parseEvent } from "../../web/shared/protocol.js";
import { hello, singles } from "./golden.mjs";

for (const { name, body } of singles()) {
  test(`${name} is read as it is`, () => {
    assert.deepEqual(parseEvent(JSON.stringify(body)), body);
  });

  test(`${name} without one of its fields is refused`, () => {
    for (const field of Object.keys(FIELDS[body.type])) {
      const { [field]: _, ...rest } = body;
      assert.throws(() => parseEvent(JSON.stringify(rest)), WireError, field);
    }
  });
}

test("every numbered type of the contract has a golden file", () => {
  const names = singles().map(({ body }) => body.type);
  const onlyHere = ["error", "levels", "load", "speaking", "viewers"];
  assert.deepEqual(names.sort(), Object.keys(FIELDS).filter((type) => !onlyHere.includes(type)).sort());
});

test("a type of a newer server is no error", () => {
  assert.equal(parseEvent('{"type":"weather","seq":3}'), null);
  assert.equal(parseEvent('{"type":"toString"}'), null);
});

test("what is no event is refused with a code", () => {
  for (const text of ["", "{", "3", "null", "[]", "{}", '{"type":3}']) {
    assert.throws(() => parseEvent(text), { code: "bad_message", name: "WireError" }, text);
  }
});

test("hello is looked into: a page must not break on half a channel", () => {
  const broken = [
    hello({ channels: [null] }),
    hello({ channels: [{ channel: 1, name: "Anna" }] }),
    hello({}, { demo_weights: "no" }),
    hello({ meeting: null }),
  ];
  for (const body of broken) assert.throws(() => parseEvent(JSON.stringify(body)), WireError);
});
