import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { PAGE_LANGUAGES } from "../../web/shared/page-languages.js";

const WEB = new URL("../../web/", import.meta.url);
const PAGES = { viewer: "viewer/index.html", join: "viewer/join.html", ping: "viewer/ping.html", host: "host/index.html", guest: "host/join.html", mic: "mic/index.html", trust: "trust/index.html" };
const read = (path) => readFileSync(new URL(path, WEB), "utf8");
const tables = new Map(PAGE_LANGUAGES.map(({ code }) => [code, JSON.parse(read(`lang/${code}.json`))]));
const english = tables.get("en");
/** Keys that begin with an underscore are about the file, and nobody is shown them. */
const keysOf = (table) => Object.keys(table).filter((key) => !key.startsWith("_"));
const FORM = /\.(?:zero|one|two|few|many)$/;
const base = (key) => key.replace(FORM, "");
/** Texts that depend on a number. */
const counted = new Set(keysOf(english).filter((key) => FORM.test(key)).map(base));

/** @param {string} page @returns {Map<string, string>} every file that the page loads, sooner or later */
function loadedBy(page) {
  const found = new Map();
  const waiting = [new URL(PAGES[page], WEB)];
  while (waiting.length > 0) {
    const url = waiting.pop();
    if (found.has(url.href) || !/\.(js|html)$/.test(url.pathname)) continue;
    const text = readFileSync(url, "utf8");
    found.set(url.href, text);
    for (const [, first, later] of text.matchAll(/^(?:import|export)\b[^;]*?from\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm)) {
      waiting.push(new URL(first ?? later, url));
    }
    for (const [, script] of text.matchAll(/<script[^>]*src="\/assets\/([^"]+)"/g)) waiting.push(new URL(script, WEB));
  }
  return found;
}

/** @param {string} text @returns {string[]} the keys of English that a file asks for */
function askedIn(text) {
  const keys = [...text.matchAll(/\bt\(\s*"([\w.]+)"|data-t(?:-\w+)?="([\w.]+)"/g)].flatMap(([, ...found]) => found.filter(Boolean));
  // Keys that are handed on before they are asked for.
  const handed = [...text.matchAll(/"([a-z]\w*\.[\w.]+)"/g)].map(([, key]) => key).filter((key) => key in english);
  // Keys put together at run time: t(`colour.${name}`).
  const families = [...text.matchAll(/`([a-z][\w.]*\.)\$\{/g)].map(([, start]) => start);
  const whole = keysOf(english).filter((key) => families.some((start) => key.startsWith(start)));
  return [...keys, ...handed, ...whole.map(base)];
}

const asked = new Map(
  Object.keys(PAGES).map((page) => [page, new Set([...loadedBy(page).values()].flatMap(askedIn))]),
);

/** What a language has to say on these pages, in all its forms. */
function neededFor({ code, pages }) {
  const plurals = new Intl.PluralRules(code);
  const forms = new Set(Array.from({ length: 200 }, (_, count) => plurals.select(count)));
  const keys = new Set(pages.flatMap((page) => [...asked.get(page)]));
  return [...keys].flatMap((key) => {
    const own = counted.has(key) ? [...forms].filter((form) => form !== "other" && form !== "zero") : [];
    return [key, ...own.map((form) => `${key}.${form}`)];
  });
}

test("every language file is one that the pages know, and the reverse", () => {
  const files = readdirSync(new URL("lang/", WEB)).map((name) => name.replace(".json", ""));
  assert.deepEqual(files.sort(), [...tables.keys()].sort());
});

test("every text that a page asks for is there, and none is left over", () => {
  const all = new Set([...asked.values()].flatMap((keys) => [...keys]));
  assert.ok(all.size > 100);
  assert.deepEqual([...all].filter((key) => !(key in english)), []);
  assert.deepEqual(keysOf(english).filter((key) => !all.has(base(key))), []);
});

for (const language of PAGE_LANGUAGES) {
  const table = tables.get(language.code);

  test(`${language.code} lacks nothing where it says that it is whole, and says nothing that nobody reads`, () => {
    const needed = neededFor(language);
    const missing = needed.filter((key) => !(key in table));
    if (language.isWhole) assert.deepEqual(missing, []);
    else assert.notEqual(missing.length, 0, "it is whole now: say so in page-languages.js");
    assert.deepEqual(keysOf(table).filter((key) => !needed.includes(key)), []);
  });

  test(`${language.code} fills in the same values as English`, () => {
    const plurals = new Intl.PluralRules(language.code);
    const named = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
    for (const key of keysOf(table)) {
      assert.ok(table[key].trim(), key);
      const form = FORM.exec(key)?.[0].slice(1);
      // "One second" needs no number where only one number is said so.
      const isOfOne = form && Array.from({ length: 200 }, (_, count) => plurals.select(count)).filter((each) => each === form).length === 1;
      const wanted = named(english[base(key)]).filter((name) => !(isOfOne && name === "{count}"));
      const found = named(table[key]).filter((name) => !(isOfOne && name === "{count}"));
      assert.deepEqual(found, wanted, key);
    }
  });

  test(`${language.code} says in its file whether a speaker has checked it`, () => {
    assert.equal("_note" in table, !language.isChecked);
  });
}

test("every colour of the palette and every signal has a text", () => {
  const palettes = read("shared/palettes.css");
  const colours = new Set([...palettes.matchAll(/--([a-z]+)-chip:/g)].map(([, name]) => name));
  assert.equal(colours.size, 8);
  const keys = [...colours].map((name) => `colour.${name}`);
  for (const signal of ["slower", "one_at_a_time", "repeat", "wait"]) keys.push(`signal.${signal}`, `answer.full.${signal}`);
  assert.deepEqual(keys.filter((key) => !(key in english)), []);
});
