// The voice of this device: says what the queue gives it, and is silent at once when told to. What
// the browser brings for it is handed in.

import { SILENT, lengthS, next, offered, passedOver, pieces, stopped, voicesFor } from "./speech-queue.js";

/** Some browsers never say that they are done: after this much more than it can take, go on. */
const PATIENCE_MS = 4000;

/**
 * @typedef {import("./speech-queue.js").Sentence} Sentence
 *
 * @typedef {object} SpeechParts
 * @property {SpeechSynthesis} synthesis
 * @property {typeof SpeechSynthesisUtterance} Utterance
 * @property {(run: () => void, ms: number) => number} setTimeout
 * @property {(timer: number) => void} clearTimeout
 */

/** What this browser speaks with; null: it cannot. @returns {SpeechParts | null} */
export function browserSpeech() {
  const { speechSynthesis, SpeechSynthesisUtterance } = window;
  if (!speechSynthesis || !SpeechSynthesisUtterance) return null;
  return {
    synthesis: speechSynthesis,
    Utterance: SpeechSynthesisUtterance,
    setTimeout: window.setTimeout.bind(window),
    clearTimeout: window.clearTimeout.bind(window),
  };
}

export class Speech {
  /** @param {SpeechParts} parts @param {() => void} onChange what is said, or known of voices, changed */
  constructor(parts, onChange) {
    this.parts = parts;
    this.onChange = onChange;
    this.isOn = false;
    this.speed = 1;
    /** Names of voices by language, as somebody chose them. @type {Record<string, string>} */
    this.chosen = {};
    /** A language that something was to be said in and that has no voice; empty: none. */
    this.mute = "";
    this.queue = SILENT;
    this.isSpeaking = false;
    /** Grows with every piece; what is heard of an older one does not count. */
    this.turn = 0;
    this.timer = 0;
    /** Kept: some browsers forget what nobody holds, and never say that it ended. @type {SpeechSynthesisUtterance | null} */
    this.utterance = null;
    parts.synthesis.addEventListener?.("voiceschanged", () => this.onChange());
  }

  /** Voices of this device for a language, the closest first. @param {string} language */
  voices(language) {
    return voicesFor(this.parts.synthesis.getVoices(), language);
  }

  get hasVoices() {
    return this.parts.synthesis.getVoices().some((voice) => voice.localService);
  }

  /** From now on, and nothing of before. @param {Iterable<string>} keys of what stands there */
  start(keys) {
    this.isOn = true;
    this.mute = "";
    this.queue = passedOver(SILENT, keys);
    this.onChange();
  }

  stop() {
    this.isOn = false;
    this.silence();
    this.onChange();
  }

  /** Not another sound of this. */
  silence() {
    this.turn += 1;
    this.isSpeaking = false;
    this.queue = stopped(this.queue);
    this.parts.clearTimeout(this.timer);
    this.parts.synthesis.cancel();
  }

  /** @param {readonly Sentence[]} sentences all that may be said, in their order */
  offer(sentences) {
    if (!this.isOn) return;
    this.queue = offered(this.queue, sentences, this.speed);
    if (!this.isSpeaking) this.sayNext();
  }

  /** A language is named, so that its reader knows why it stays silent. */
  sayNext() {
    const { sentence, rest } = next(this.queue);
    this.queue = rest;
    this.isSpeaking = sentence !== null;
    if (!sentence) {
      this.onChange();
      return;
    }
    const voice = this.voiceFor(sentence.language);
    if (!voice) {
      this.mute = sentence.language;
      this.sayNext();
      return;
    }
    this.onChange();
    this.say(pieces(sentence.text), voice);
  }

  /** @param {string} language @returns {SpeechSynthesisVoice | null} */
  voiceFor(language) {
    const voices = this.voices(language);
    return voices.find(({ name }) => name === this.chosen[language.split("-")[0]]) ?? voices[0] ?? null;
  }

  /** @param {readonly string[]} texts @param {SpeechSynthesisVoice} voice */
  say([text, ...later], voice) {
    this.turn += 1;
    const turn = this.turn;
    const goOn = () => {
      if (turn !== this.turn) return;
      this.parts.clearTimeout(this.timer);
      if (later.length > 0) this.say(later, voice);
      else this.sayNext();
    };
    const utterance = new this.parts.Utterance(text);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    utterance.rate = this.speed;
    utterance.onend = goOn;
    utterance.onerror = goOn;
    this.utterance = utterance;
    this.parts.synthesis.speak(utterance);
    this.timer = this.parts.setTimeout(() => {
      if (turn === this.turn) this.parts.synthesis.cancel();
      goOn();
    }, lengthS(text, this.speed) * 3000 + PATIENCE_MS);
  }
}
