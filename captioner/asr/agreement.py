"""Which words of an unfinished utterance are shown, and which of them will stay.

A decode of half a sentence makes up its end: what it says of the last second is a guess, and the
next decode guesses anew. Three things tell a guess from what was heard: whether the decode before
said the same (LocalAgreement-2; Liu et al. 2020, Macháček et al. 2023), whether there was time to
say it, and how often it has been said. Words are compared without case and punctuation. Where no
blanks tell words apart, each sign counts as a word here.

The numbers below were chosen over recorded sequences of decodes of 22 utterances, 1.0 s apart:
words taken back 1 to 3 % of all, stable words that a final changed 0 to 0.4 %, first words after
0.85 s. Without the pace, 58 % to 85 % of the words were taken back.
"""

import unicodedata
from dataclasses import dataclass

from captioner.asr.signs import signs_a_word, split_parts, spoken_length

PACE_CHARACTERS_S = 14.0
"""Characters a second of brisk speech. A word is not shown before there was time to say all up to
it: a decode that guesses the rest of a sentence is ahead of that. Faster talkers are shown a little
later until their utterance ends."""

AGREED_LAG_S = 0.3
"""How far behind the newest sound a word must be that two decodes agree on: its last part must have
been heard."""

ALONE_LAG_S = 0.3
"""The same for a word that only the newest decode has: first words are worth the risk."""

STABLE_DECODES = 3
"""Decodes in a row that must agree on a word before it is promised to stay."""

STABLE_LAG_S = 0.8
"""And how far behind the newest sound it must be."""


FIRST_WORDS = 2
"""Words that two decodes must have in common before there is no hurry: with fewer there is hardly a
beginning. Each of the later ones is shown as soon as there was time to say it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What readers see of an unfinished utterance."""

    text: str
    stable: int
    """Its first so many characters change no more."""


@dataclass(frozen=True, slots=True)
class _Heard:
    words: tuple[str, ...]
    """As they were written, each with the blank before it."""
    keys: tuple[str, ...]
    """As they are compared."""


class Agreement:
    """Follows the decodes of one utterance, in one language. `shown` grows, unless two decodes
    agree otherwise.

    Stable words never change. What else was shown stays as long as the newest decode merely
    differs; when two in a row agree on something else, it is replaced.
    """

    def __init__(self, language: str) -> None:
        self._language = language
        self._heard: list[_Heard] = []
        self._words: tuple[str, ...] = ()
        self._keys: tuple[str, ...] = ()
        self._stable = 0
        """Words that change no more."""

    @property
    def shown(self) -> Shown:
        """What is shown now."""
        return Shown("".join(self._words), len("".join(self._words[: self._stable])))

    @property
    def is_settled(self) -> bool:
        """Whether there is no hurry: the newest decode bears out all that is shown, and one before
        it the first words."""
        if not self._keys or self._agreed(2) < FIRST_WORDS * signs_a_word(self._language):
            return False
        return _common(self._keys, self._heard[-1].keys) == len(self._keys)

    @property
    def first_word_s(self) -> float:
        """Seconds of voice after which the newest decode's first word may be shown; 0 for none."""
        if not self._heard or not self._heard[-1].words:
            return 0.0
        first = spoken_length(self._heard[-1].words[0], self._language)
        return ALONE_LAG_S + first / PACE_CHARACTERS_S

    def count_changed(self, text: str) -> int:
        """How many of the stable words are not in the final text, in their order."""
        stable = self._keys[: self._stable]
        return len(stable) - kept_in_order(stable, self._hear(text).keys)

    def accept(self, text: str, heard_s: float) -> Shown:
        """Take the newest decode, of `heard_s` seconds of voice since the utterance began."""
        newest = self._hear(text)
        self._heard = [*self._heard[-(STABLE_DECODES - 1) :], newest]
        if newest.keys[: self._stable] == self._keys[: self._stable]:
            self._show(newest, heard_s)
            self._settle(newest, heard_s)
        return self.shown

    def _hear(self, text: str) -> _Heard:
        words = tuple(split_parts(text, self._language))
        return _Heard(words, tuple(compared(word.strip()) for word in words))

    def _show(self, newest: _Heard, heard_s: float) -> None:
        agreed = self._agreed(2)
        room = max(
            self._within_pace(newest.words[:agreed], heard_s - AGREED_LAG_S),
            self._within_pace(newest.words, heard_s - ALONE_LAG_S),
        )
        kept = _common(self._keys, newest.keys)
        if kept == len(self._keys):
            count = max(room, kept)
        elif agreed > kept:
            count = max(kept, min(room, agreed))
        else:
            return
        self._words = (*self._words[: self._stable], *newest.words[self._stable : count])
        self._keys = newest.keys[: len(self._words)]

    def _settle(self, newest: _Heard, heard_s: float) -> None:
        if len(self._heard) < STABLE_DECODES:
            return
        agreed = min(self._agreed(STABLE_DECODES), _common(self._keys, newest.keys))
        safe = self._within_pace(newest.words[:agreed], heard_s - STABLE_LAG_S)
        self._stable = max(self._stable, safe)

    def _agreed(self, decodes: int) -> int:
        """How many words the last so many decodes have in common from the first on."""
        if len(self._heard) < decodes:
            return 0
        *earlier, newest = self._heard[-decodes:]
        return min((_common(newest.keys, each.keys) for each in earlier), default=len(newest.keys))

    def _within_pace(self, words: tuple[str, ...], seconds: float) -> int:
        """How many of the words there was time to say in so many seconds."""
        length = 0
        for count, word in enumerate(words):
            length += spoken_length(word, self._language)
            if length > seconds * PACE_CHARACTERS_S:
                return count
        return len(words)


def compared(word: str) -> str:
    """A word as it is compared: small letters with their marks (half of Hindi's vowels, the tones
    of Thai) and digits; punctuation alone stays as it is."""
    folded = word.casefold()
    if not any(letter.isalnum() for letter in folded):
        return word
    return "".join(letter for letter in folded if unicodedata.category(letter)[0] in "LNM")


def kept_in_order(words: tuple[str, ...], others: tuple[str, ...]) -> int:
    """How many of `words` occur in `others` in the same order (longest common subsequence)."""
    row = [0] * (len(others) + 1)
    for word in words:
        diagonal = 0
        for place, other in enumerate(others, 1):
            diagonal, row[place] = (
                row[place],
                diagonal + 1 if word == other else max(row[place], row[place - 1]),
            )
    return row[-1]


def _common(first: tuple[str, ...], second: tuple[str, ...]) -> int:
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count
