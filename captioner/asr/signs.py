"""A text in the parts by which it grows and is compared: words, or signs where no blanks tell words
apart."""

import re
from itertools import pairwise

SIGN_LANGUAGES = frozenset(("zh", "zt", "yue", "ja", "ko"))
"""Written in syllables; zt is what Argos calls Chinese in its traditional signs."""

UNSPACED_LANGUAGES = frozenset(("zh", "zt", "yue", "ja", "th", "lo", "my", "km", "bo"))
"""Written without blanks between words: words cannot be counted."""

SYLLABLES_A_WORD = 2
LETTERS_A_WORD = 4
"""Signs that count as a word where words cannot be counted."""

_SIGN = re.compile(
    "[\u0e00-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
"""Thai to Burmese, Khmer, Chinese and Japanese."""

_STACKING = "\u1039\u17d2"
"""What follows these, in Burmese and Khmer, stands below what precedes them."""


def split_parts(text: str, language: str) -> list[str]:
    """The parts of a text, each with the blank before it: put together they are the text again.

    A sign has its marks and what stands behind it (commas, brackets). Names and numbers in other
    letters are words in any language.
    """
    is_spaced = language not in UNSPACED_LANGUAGES
    parts: list[str] = []
    for word in text.split():
        first, *more = [word] if is_spaced else _signs(word)
        parts += [f" {first}" if parts else first, *more]
    return parts


def signs_a_word(language: str) -> int:
    """How many parts of a text count as a word."""
    if language not in UNSPACED_LANGUAGES:
        return 1
    return SYLLABLES_A_WORD if language in SIGN_LANGUAGES else LETTERS_A_WORD


def spoken_length(part: str, language: str) -> int:
    """So many characters of English, their blanks among them, take as long to say as this part.

    Of a sign that is a syllable brisk speech has seven a second, of letters fourteen.
    """
    if language not in UNSPACED_LANGUAGES:
        return len(part.strip()) + 1
    return len(part) + (len(_SIGN.findall(part)) if language in SIGN_LANGUAGES else 0)


def _signs(word: str) -> list[str]:
    starts: list[int] = []
    is_after_sign = True
    for at, letter in enumerate(word):
        if not letter.isalnum():
            continue
        is_sign = _SIGN.match(letter) is not None
        if (is_sign or is_after_sign) and word[at - 1 : at] not in tuple(_STACKING):
            starts.append(at)
        is_after_sign = is_sign
    cuts = [0, *starts[1:], len(word)]
    return [word[start:end] for start, end in pairwise(cuts)]
