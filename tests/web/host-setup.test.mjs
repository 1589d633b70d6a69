// Pure parts of the set-up: letters, names in an agenda, rooms of last week.

import assert from "node:assert/strict";
import { test } from "node:test";

import { namesInAgenda, withNames } from "../../web/host/agenda.js";
import { lettersOf } from "../../web/host/letters.js";
import { layOut } from "../../web/host/rooms.js";

test("letters are those that the meeting will have", () => {
  assert.deepEqual(lettersOf(["Anna", "Bram", "Ann", "", "anna", "A", "Ángel", "7up", "…"]), [
    "A", "B", "An", "", "Aa", "A2", "Á", "7", "?",
  ]);
});

test("names are taken out of an agenda, and its headings are left", () => {
  const agenda = [
    "1. Opening and minutes",
    "2. Budget 2027 (Siobhan O'Neill, Jeroen van der Berg)",
    "Visit of Mariam to the office",
    "3) Move to the Hague office with NATS JetStream",
    "- GDPR: what ISO 27001 asks of us",
    "* Any other business",
  ].join("\n");
  assert.deepEqual(namesInAgenda(agenda), [
    "Siobhan O'Neill", "Jeroen van der Berg", "Mariam", "Hague", "NATS JetStream", "GDPR", "ISO",
  ]);
});

test("an agenda without names gives none", () => {
  assert.deepEqual(namesInAgenda("Opening\nquestions\n\nAny other business"), ["Opening"].slice(1));
});

test("names are added to the box once", () => {
  assert.equal(withNames("Siobhan: Shivawn\nNATS", ["siobhan", "Bram", "NATS"]), "Siobhan: Shivawn\nNATS\nBram");
  assert.equal(withNames("", ["Bram"]), "Bram");
});

const channel = (device, label = device) => ({ device, label, name: device, colour: "blue", language: "en" });
const choice = (id, label = id) => ({ id, label });

test("a microphone that is missing since last week is told, and one of its name proposed", () => {
  const room = { channels: [channel("a", "USB (1)"), channel("b", "USB (2)"), channel("phone:1"), channel("c", "Desk")] };
  const { present, missing } = layOut(room, [choice("a", "USB (1)"), choice("x", "USB (2)"), choice("y", "Other")]);
  assert.deepEqual(present.map(({ device }) => device), ["a", "phone:1"]);
  assert.deepEqual(missing.map(({ channel: { device }, proposed }) => [device, proposed]), [["b", "x"], ["c", ""]]);
});

test("one microphone is not proposed to two people", () => {
  const room = { channels: [channel("a", "USB"), channel("b", "USB")] };
  const { missing } = layOut(room, [choice("x", "USB")]);
  assert.deepEqual(missing.map(({ proposed }) => proposed), ["x", ""]);
});
