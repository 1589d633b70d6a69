import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { LANGUAGES } from "../../web/shared/i18n.js";

const WEB = new URL("../../web/", import.meta.url);
const read = (path) => readFileSync(new URL(path, WEB), "utf8");
const tables = new Map(LANGUAGES.map((code) => [code, JSON.parse(read(`lang/${code}.json`))]));
const english = tables.get("en");
const sources = ["shared", "viewer", "host", "mic", "trust"]
  .flatMap((folder) => readdirSync(new URL(folder, WEB)).map((name) => `${folder}/${name}`))
  .filter((path) => /\.(js|html)$/.test(path))
  .map(read)
  .join("\n");

const asked = new Set(
  [...sources.matchAll(/\bt\(\s*"([\w.]+)"|data-t(?:-\w+)?="([\w.]+)"|\?\s*"([a-z]+\.[a-z_.]+)"\s*:\s*"([a-z]+\.[a-z_.]+)"/g)].flatMap(
    ([, ...keys]) => keys.filter(Boolean),
  ),
);
/** Keys put together at run time: t(`colour.${name}`). */
const families = [...sources.matchAll(/\bt\(`([\w.]+\.)\$\{/g)].map(([, start]) => start);

test("every language file is one that the pages know, and the reverse", () => {
  const files = readdirSync(new URL("lang/", WEB)).map((name) => name.replace(".json", ""));
  assert.deepEqual(files.sort(), [...LANGUAGES].sort());
});

test("every text that a page asks for is there", () => {
  assert.ok(asked.size > 50);
  assert.deepEqual([...asked].filter((key) => !(key in english)), []);
});

test("no text is left over", () => {
  const isUsed = (key) => asked.has(key.replace(/\.one$/, "")) || families.some((start) => key.startsWith(start));
  assert.deepEqual(Object.keys(english).filter((key) => !isUsed(key)), []);
});

for (const [code, table] of tables) {
  test(`${code} says everything that English says, with the same values`, () => {
    const named = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
    assert.deepEqual(Object.keys(table), Object.keys(english));
    for (const [key, text] of Object.entries(table)) {
      assert.ok(text.trim(), key);
      assert.deepEqual(named(text), named(english[key]), key);
    }
  });
}

test("every colour of the palette and every signal has a text", () => {
  const palettes = read("shared/palettes.css");
  const colours = new Set([...palettes.matchAll(/--([a-z]+)-chip:/g)].map(([, name]) => name));
  assert.equal(colours.size, 8);
  const keys = [...colours].map((name) => `colour.${name}`);
  for (const signal of ["slower", "one_at_a_time", "repeat", "wait"]) keys.push(`signal.${signal}`);
  assert.deepEqual(keys.filter((key) => !(key in english)), []);
});
