import assert from "node:assert/strict";
import { test } from "node:test";

import { choicesOf, isSplit } from "../../web/host/microphones.js";

const known = (channel, chosen = true) => ({ name: `Speaker ${channel}`, colour: "blue", language: "en", chosen, channel });
const device = (id, fields = {}) => ({
  id, label: id, channels: 1, rate: 48000, default: false, inputs: [], monitor: false, known: {}, ...fields,
});

test("a device with several inputs is offered as a whole and by each of them", () => {
  const mixer = device("mixer", { inputs: ["mixer / input 1", "mixer / input 2"] });
  assert.deepEqual(
    choicesOf([mixer, device("headset")]).map(({ id, input }) => [id, input]),
    [["mixer", 0], ["mixer / input 1", 1], ["mixer / input 2", 2], ["headset", 0]],
  );
});

test("microphones of the last meeting come first, in its order", () => {
  const devices = [
    device("new"),
    device("second", { known: { second: known(2) } }),
    device("left out", { known: { "left out": known(1, false) } }),
    device("first", { known: { first: known(1) } }),
  ];
  const choices = choicesOf(devices);
  assert.deepEqual(choices.map(({ id }) => id), ["first", "second", "new", "left out"]);
  assert.equal(choices[0].known.name, "Speaker 1");
  assert.equal(choices[2].known, null);
});

test("a device that was used by its inputs is offered by its inputs again", () => {
  const inputs = ["mixer / input 1", "mixer / input 2"];
  assert.equal(isSplit(device("mixer", { inputs })), false);
  assert.equal(isSplit(device("mixer", { inputs, known: { [inputs[1]]: known(1) } })), true);
  assert.equal(isSplit(device("mixer", { inputs, known: { mixer: known(1) } })), false);
});

test("two devices of one name are told to be so", () => {
  const devices = [device("a", { label: "USB" }), device("b", { label: "USB #2" }), device("c", { label: "Desk" })];
  assert.deepEqual(choicesOf(devices).map(({ isTwin }) => isTwin), [true, true, false]);
});
