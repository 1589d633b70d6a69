// Names in an agenda that somebody pasted: they are what is misheard. Pure.

/** Longer than any name; an agenda line is no name. */
const LONGEST = 60;
const MOST = 200;

/** Capital letters or digits inside, as in NATS, ISO 27001 or iPhone; or a capital at its beginning. */
const NAME = /^(?:\p{Lu}[\p{L}\p{N}.'’-]*|\p{L}[\p{L}\p{N}]*[\p{Lu}\p{N}][\p{L}\p{N}]*)$/u;
const ACRONYM = /^(?=.*\p{Lu})[\p{Lu}\p{N}]{2,}$/u;
/** After a sentence's first word these make no name of it: "Visit of Siobhan". */
const NO_PART = /^(?:of|the)$/u;
/** Between two parts of one name. */
const INSIDE = /^(?:de|den|der|van|von|of|the|la|le|du|da|dos|al|el|bin|ter|ten|'t)$/u;

/**
 * What looks like a name: a capital letter where no sentence begins, and capitals or digits anywhere.
 * A line's first word counts only when it is an acronym or the next one is a name too.
 *
 * @param {string} agenda
 * @returns {string[]} in their order, each once
 */
export function namesInAgenda(agenda) {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const line of agenda.split(/\r?\n/)) {
    const plain = line.replace(/^\s*(?:[-*•–]|\d+(?:\.\d+)*[.)]?|[a-z][.)])\s+/u, "");
    const parts = plain.split(/[.!?:;]\s+|[,()[\]/"“”„–—|]|\s-\s/u);
    for (const part of parts) {
      for (const name of namesIn(part.trim().split(/\s+/), parts.length > 1)) {
        if (name.length <= LONGEST && found.size < MOST) found.set(name.toLowerCase(), found.get(name.toLowerCase()) ?? name);
      }
    }
  }
  return [...found.values()];
}

/** @param {string[]} words of one part of a line @param {boolean} isList whether a single word may be a name */
function namesIn(words, isList) {
  const names = [];
  for (let at = 0; at < words.length; at += 1) {
    if (!NAME.test(words[at]) || (at === 0 && NO_PART.test(words[1] ?? "") && !ACRONYM.test(words[0]))) continue;
    let end = at + 1;
    for (let next = end; next < words.length && (NAME.test(words[next]) || INSIDE.test(words[next])); next += 1) {
      if (NAME.test(words[next])) end = next + 1;
    }
    const isSentence = at === 0 && end === 1 && (words.length > 1 || !isList);
    if (!isSentence || ACRONYM.test(words[0])) names.push(words.slice(at, end).join(" "));
    at = end - 1;
  }
  return names;
}

/** The names box with these added, each once. @param {string} box @param {readonly string[]} names */
export function withNames(box, names) {
  const known = new Set(box.split(/[\n,;]/).map((each) => each.split(":")[0].trim().toLowerCase()));
  const added = names.filter((name) => !known.has(name.toLowerCase()));
  return [box.trimEnd(), ...added].filter(Boolean).join("\n");
}
