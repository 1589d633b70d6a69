import assert from "node:assert/strict";
import { test } from "node:test";

import { CHOICES, RANGES, USUAL, fromKept, fromQuery, mend, toKept, toQuery, usualSize, withoutSettings } from "../../web/shared/reader-settings.js";

test("whoever chose nothing has the usual settings, and a link without any", () => {
  assert.deepEqual({ ...USUAL, ...fromQuery(""), ...fromKept(null) }, USUAL);
  assert.equal(toQuery(USUAL), "");
  assert.equal(toKept(USUAL), "{}");
});

test("every choice and every bound goes through an address and back", () => {
  for (const [name, choices] of Object.entries(CHOICES)) {
    for (const value of choices) assert.deepEqual(fromQuery(`?${name}=${value}`), { [name]: value });
  }
  for (const [name, { least, most }] of Object.entries(RANGES)) {
    for (const value of [least, most]) {
      const settings = { ...USUAL, [name]: value };
      assert.deepEqual({ ...USUAL, ...fromQuery(`?${toQuery(settings)}`) }, settings);
    }
  }
});

test("numbers outside their bounds are brought to them", () => {
  assert.deepEqual(fromQuery("?size=4"), { size: 16 });
  assert.deepEqual(fromQuery("?size=1000"), { size: 96 });
  assert.deepEqual(fromQuery("?size=0"), { size: 0 }, "0: as suits the screen");
  assert.deepEqual(fromQuery("?spacing=1.74"), { spacing: 1.7 });
});

test("what nobody understands is left out, whatever it is", () => {
  for (const query of ["?size=big", "?theme=pink", "?font=", "?language=../x", "?language=nl%20", "?size=NaN", "?unknown=1"]) {
    assert.deepEqual(fromQuery(query), {}, query);
  }
  for (const text of ["", "{", "null", "[]", "7", '"x"', '{"size":{},"theme":null,"names":true}']) {
    assert.deepEqual(fromKept(text), {}, text);
  }
  assert.deepEqual(mend({ toString: "x", __proto__: { theme: "dark" } }), { theme: "dark" });
});

test("the language of the captions is one or none", () => {
  assert.deepEqual(fromQuery("?language=NL"), { language: "nl" });
  assert.deepEqual(fromQuery("?language=pt-BR"), { language: "pt-br" });
  assert.deepEqual(fromKept('{"language":""}'), { language: "" });
});

test("a beamer's page says nothing about the next visit", () => {
  assert.equal(toKept({ ...USUAL, view: "room", theme: "black" }), '{"theme":"black"}');
  assert.deepEqual(fromKept('{"view":"overlay"}'), {});
});

test("what was chosen by hand goes out of the address, the rest of it stays", () => {
  assert.equal(withoutSettings("?size=40&lang=nl&theme=dark", ["size"]), "lang=nl&theme=dark");
  assert.equal(withoutSettings("?size=40", ["size"]), "");
});

test("text suits the screen: a phone, a tablet, a desk, a wall", () => {
  const sizes = [[320, 480], [390, 844], [820, 1180], [1280, 800], [3840, 2160]].map(([width, height]) => usualSize("page", width, height));
  assert.deepEqual(sizes, [21, 22, 30, 32, 32]);
  assert.equal(usualSize("room", 1920, 1080), 74);
  assert.equal(usualSize("overlay", 1280, 720), 49);
});
