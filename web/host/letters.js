// The letters of speakers before there is a meeting: the rule of captioner/captions/roster.py. Pure.

/** @param {readonly string[]} names in the order of the channels; empty ones get none */
export function lettersOf(names) {
  /** @type {Set<string>} */
  const taken = new Set();
  return names.map((name) => {
    if (!name.trim()) return "";
    const letter = letterOf(name, taken);
    taken.add(letter);
    return letter;
  });
}

/** @param {string} name @param {ReadonlySet<string>} taken */
function letterOf(name, taken) {
  const letters = [...name].filter((each) => /[\p{L}\p{N}]/u.test(each));
  const first = (letters[0] ?? "?").toUpperCase();
  const pairs = letters.slice(1).map((each) => first + each.toLowerCase());
  for (const tag of [first, ...pairs]) if (!taken.has(tag)) return tag;
  for (let number = 2; ; number += 1) if (!taken.has(first + number)) return first + number;
}
