import assert from "node:assert/strict";
import { test } from "node:test";

import { codeIn } from "../../web/viewer/join.js";

test("a pasted link, a code with spaces and a plain code all lead in", () => {
  assert.equal(codeIn("http://192.168.1.4:8080/m/harbour-42?lang=nl"), "harbour-42");
  assert.equal(codeIn(" harbour-42\n"), "harbour-42");
  assert.equal(codeIn("harbour-42"), "harbour-42");
});
