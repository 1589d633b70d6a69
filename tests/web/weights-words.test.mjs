// Weights and packages in words.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { useStrings } from "../../web/shared/i18n.js";
import { endText, errandText, hintText, inBytes, ownName, pairName, sizeFacts, speakersText, weightsFacts } from "../../web/host/weights-words.js";

const strings = (code) => JSON.parse(readFileSync(new URL(`../../web/lang/${code}.json`, import.meta.url), "utf8"));
useStrings("en", strings("en"));

test("sizes are said as people know them", () => {
  assert.equal(inBytes(0), "0 MB");
  assert.equal(inBytes(484_000_000), "484 MB");
  assert.equal(inBytes(3_090_000_000), "3.1 GB");
  assert.equal(inBytes(712_000_000_000), "712 GB");
});

test("a language is called as its readers call it, also by the codes of Argos", () => {
  assert.equal(ownName("nl"), "Nederlands");
  assert.equal(ownName("de"), "Deutsch");
  assert.match(ownName("zt"), /中文/);
  assert.equal(ownName("not a code"), "not a code");
  assert.equal(pairName({ from_code: "en", to_code: "nl" }), "English → Nederlands");
});

test("who can talk at once is said, and nothing where nobody knows", () => {
  assert.equal(speakersText(null), "");
  assert.equal(speakersText(0), "too large for this computer: captions would fall behind");
  assert.equal(speakersText(1), "keeps up with one person at a time");
  assert.equal(speakersText(3), "3 people can talk at once");
});

test("a card has languages, size, memory and speed", () => {
  const card = { name: "small", demo: false, languages: ["en", "nl"], size_bytes: 484e6, memory_mb: 560, speakers: 3, hint: "", removable: true };
  assert.equal(weightsFacts(card), "2 languages · 484 MB on the disk · about 560 MB of memory · 3 people can talk at once");
  assert.match(weightsFacts({ ...card, languages: ["en"], memory_mb: null, speakers: null }), /^English · 484 MB on the disk$/);
  assert.match(sizeFacts({ ...card, disk_mb: 484, recommended: false, here: false }), /^484 MB to fetch · /);
});

test("how far an errand is, whether its length is known or not", () => {
  const errand = { id: 1, kind: "pull", name: "small", state: "running", here: 0, total: 0, code: "", message: "" };
  assert.equal(errandText(errand), "Fetching small");
  assert.equal(errandText({ ...errand, here: 5e6 }), "Fetching small: 5 MB");
  assert.equal(errandText({ ...errand, here: 99e6, total: 200e6 }), "Fetching small: 49 % of 200 MB");
  assert.equal(errandText({ ...errand, kind: "verify", name: "" }), "Checking everything");
  assert.equal(errandText({ ...errand, kind: "measure", name: "" }), "Measuring this computer");
});

test("how it ended: a failure in the service's own sentence", () => {
  const errand = { id: 1, kind: "pull", name: "small", state: "done", here: 0, total: 0, code: "", message: "a line" };
  assert.equal(endText(errand), "small is here.");
  assert.equal(endText({ ...errand, state: "failed", message: "No network." }), "No network.");
  assert.match(endText({ ...errand, state: "cancelled" }), /is kept/);
  assert.match(endText({ ...errand, kind: "verify" }), /Every file/);
  assert.match(endText({ ...errand, kind: "measure" }), /is measured/);
});

test("a host is warned of weights that are too large, with what would do", () => {
  assert.equal(hintText({ name: "small", speakers: 2 }, "base"), "");
  assert.equal(hintText({ name: "mine", speakers: null }, "base"), "");
  assert.match(hintText({ name: "small", speakers: 1 }, "base"), /one person at a time here; .* base would keep up\.$/);
  assert.match(hintText({ name: "tiny", speakers: 0 }, "tiny"), /only one person talks\.$/);
});

test("Dutch says all of it", () => {
  const [english, dutch] = [strings("en"), strings("nl")];
  const own = Object.keys(english).filter((key) => key.startsWith("stock."));
  assert.ok(own.length > 40);
  assert.deepEqual(own.filter((key) => !dutch[key] || dutch[key] === english[key]), []);
});
