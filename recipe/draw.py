"""The words of the lexicon, drawn by a seeded generator."""

import random
from collections.abc import Callable, Sequence

from recipe import lexicon
from recipe.lexicon import Phrase, Verb
from recipe.numbers import dutch_number, english_number, english_ordinal


class Draw:
    """Chance with the words of the lexicon; the same seed draws the same."""

    def __init__(self, seed: int | str, names: Sequence[str] | Callable[[random.Random], str] = ()):
        self.random = random.Random(seed)
        self._names = names or lexicon.NAMES

    def name(self) -> str:
        if callable(self._names):
            return self._names(self.random)
        return self.random.choice(self._names)

    def of(self, table: Sequence[Phrase]) -> Phrase:
        return self.random.choice(table)

    @property
    def verb(self) -> Verb:
        return self.random.choice(lexicon.VERBS)

    @property
    def thing(self) -> Phrase:
        return self.of(lexicon.THINGS)

    def number(self, low: int, high: int) -> Phrase:
        """Small numbers more often than large ones, as in speech."""
        top = high if self.random.random() < 0.5 else min(high, max(low, 20))
        number = self.random.randint(low, top)
        return Phrase(english_number(number), dutch_number(number))

    def thousands(self) -> Phrase:
        number = self.random.choice([*range(2, 21), 25, 30, 40, 50, 60, 75, 80, 90]) * 1000
        return Phrase(english_number(number), dutch_number(number))

    def date(self) -> Phrase:
        day, month = self.random.randint(1, 31), self.of(lexicon.MONTHS)
        return Phrase(
            f"the {english_ordinal(day)} of {month.english}",
            f"{dutch_number(day)} {month.dutch}",
        )

    def clock(self) -> Phrase:
        """Dutch counts the half hour towards the hour that comes: half past two is half drie."""
        hour = self.random.randint(1, 12)
        after = hour % 12 + 1
        english, dutch = english_number(hour), dutch_number(hour)
        return self.random.choice(
            [
                Phrase(f"{english} o'clock", f"{dutch} uur"),
                Phrase(f"half past {english}", f"half {dutch_number(after)}"),
                Phrase(f"quarter past {english}", f"kwart over {dutch}"),
                Phrase(f"quarter to {english}", f"kwart voor {dutch}"),
                Phrase(f"ten past {english}", f"tien over {dutch}"),
            ]
        )
