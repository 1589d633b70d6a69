import assert from "node:assert/strict";
import { test } from "node:test";

import { Speech } from "../../web/shared/speech.js";
import { FakeTimers } from "./fakes.mjs";

const VOICES = [
  { name: "Cloud", lang: "en-US", localService: false, default: true },
  { name: "Daniel", lang: "en-GB", localService: true },
  { name: "Samantha", lang: "en-US", localService: true },
  { name: "Ellen", lang: "nl-BE", localService: true },
];

/** Unrealistic: it speaks without a sound, and only ends when told to. */
class FakeSynthesis {
  constructor() {
    this.said = [];
    this.cancels = 0;
  }

  getVoices() {
    return VOICES;
  }

  speak(utterance) {
    this.said.push(utterance);
  }

  cancel() {
    this.cancels += 1;
  }

  end() {
    this.said.at(-1).onend();
  }

  get texts() {
    return this.said.map(({ text }) => text);
  }
}

class FakeUtterance {
  constructor(text) {
    this.text = text;
  }
}

function room() {
  const synthesis = new FakeSynthesis();
  const timers = new FakeTimers();
  const speech = new Speech({ synthesis, Utterance: FakeUtterance, ...timers }, () => {});
  return { synthesis, timers, speech };
}

const said = (key, language = "en", text = `Sentence ${key}.`) => ({ key, text, language });

test("nothing is said by itself", () => {
  const { speech, synthesis } = room();
  speech.offer([said("a")]);
  assert.deepEqual(synthesis.texts, []);
});

test("it says what comes from now on, one after the other, in a voice of this device", () => {
  const { speech, synthesis } = room();
  speech.start(["a"]);
  speech.offer([said("a"), said("b"), said("c", "nl")]);
  assert.deepEqual(synthesis.texts, ["Sentence b."]);
  synthesis.end();
  assert.deepEqual(synthesis.texts, ["Sentence b.", "Sentence c."]);
  assert.deepEqual(synthesis.said.map(({ voice }) => voice.name), ["Daniel", "Ellen"]);
  synthesis.end();
  assert.ok(!speech.isSpeaking);
  speech.offer([said("c", "nl"), said("d")]);
  assert.equal(synthesis.texts.at(-1), "Sentence d.");
});

test("the voice and the speed that were chosen are used", () => {
  const { speech, synthesis } = room();
  speech.chosen = { en: "Samantha" };
  speech.speed = 1.5;
  speech.start([]);
  speech.offer([said("a", "en-GB")]);
  assert.deepEqual([synthesis.said[0].voice.name, synthesis.said[0].rate], ["Samantha", 1.5]);
});

test("stopped, it is silent at once and says nothing of it later", () => {
  const { speech, synthesis, timers } = room();
  speech.start([]);
  speech.offer([said("a"), said("b")]);
  speech.stop();
  assert.equal(synthesis.cancels, 1);
  synthesis.end(); // browsers say so of what was cancelled, too
  timers.advance(60_000);
  assert.deepEqual(synthesis.texts, ["Sentence a."]);
});

test("a language without a voice is named, and the others go on", () => {
  const { speech, synthesis } = room();
  speech.start([]);
  speech.offer([said("a", "uk"), said("b")]);
  assert.equal(speech.mute, "uk");
  assert.deepEqual(synthesis.texts, ["Sentence b."]);
});

test("a browser that never says that it is done holds nothing up", () => {
  const { speech, synthesis, timers } = room();
  speech.start([]);
  speech.offer([said("a"), said("b")]);
  timers.advance(8_000);
  assert.deepEqual(synthesis.texts, ["Sentence a.", "Sentence b."]);
});

test("a long sentence is said to its end, piece by piece", () => {
  const { speech, synthesis } = room();
  speech.start([]);
  const text = Array.from({ length: 30 }, (_, at) => `word${at} and more`).join(" ");
  speech.offer([said("a", "en", text)]);
  for (let turn = 0; turn < 10 && speech.isSpeaking; turn += 1) synthesis.end();
  assert.ok(synthesis.texts.length > 1);
  assert.equal(synthesis.texts.join(" "), text);
});
