"""How a word sounds, roughly, to English and Dutch ears: enough to know a name by a misspelling."""

import re
import unicodedata

VOWELS = tuple("aeio")
"""Those that are left in a sound."""

_APART = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "e", "œ": "e", "ı": "i"})

_RULES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(?:k|g|p)n", "n"),
        (r"^wr", "r"),
        (r"^ps", "s"),
        (r"^x", "s"),
        (r"ph", "f"),
        (r"tsch|tch|sch|sh|sj|sz|cz|ch", "Z"),
        (r"th", "T"),
        (r"^gh", "k"),
        (r"gh", ""),
        (r"ij|ei|ey|ay|ai|ee|ie", "y"),
        (r"ou|au|ow(?![aeiouy])|aw(?![aeiouy])", "o"),
        (r"oe|oo|u", "o"),
        (r"dg(?=[eiy])", "j"),
        (r"c(?=[eiy])", "s"),
        (r"ck|c|q", "k"),
        (r"x", "ks"),
        (r"y", "i"),
        (r"d", "t"),
        (r"g", "k"),
        (r"b", "p"),
        (r"v|w(?=[aeio])", "f"),
        (r"w", ""),
        (r"z", "s"),
        (r"h", ""),
        (r"(.)\1+", r"\1"),
        (r"(?<=[^aeio])e$", ""),
    )
)
"""Applied one after the other. Voiced and unvoiced are one, and so are spellings of one sound;
capitals are sounds that no single letter spells."""


def fold(word: str) -> str:
    """Small letters without accents, hyphens and apostrophes; digits stay."""
    apart = unicodedata.normalize("NFKD", word.casefold().translate(_APART))
    return "".join(letter for letter in apart if letter.isalnum())


def sound_of(word: str) -> str:
    """The word as it sounds, one letter a sound."""
    sound = fold(word)
    for pattern, instead in _RULES:
        sound = pattern.sub(instead, sound)
    return sound


def key_of(sound: str) -> str:
    """The consonants of a sound; a vowel counts only at the beginning."""
    first = "A" if sound[:1] in VOWELS else ""
    return first + re.sub(r"[aeio]+", "", sound)


def edit_distance(one: str, other: str) -> int:
    """The fewest letters to replace, insert or delete to make one of the other."""
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, 1):
        diagonal, row[0] = row[0], index
        for place, against in enumerate(other, 1):
            diagonal, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, diagonal + (letter != against)),
            )
    return row[-1]


def likeness(one: str, other: str) -> float:
    """1 for equal texts, 0 for texts that share nothing."""
    longest = max(len(one), len(other))
    return 1 - edit_distance(one, other) / longest if longest else 1.0
