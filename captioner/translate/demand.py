"""Who reads which language: nothing is translated for nobody."""

from collections import Counter
from collections.abc import Iterable

LINGER_S = 60.0
"""A language goes on for so long after its last reader has left: a page that is loaded again, or a
phone that wakes up, finds everything there."""


class Demand:
    """Counts the readers of each language. `now_s` is the meeting's clock throughout."""

    def __init__(self) -> None:
        self._readers: Counter[str] = Counter()
        self._left_at: dict[str, float] = {}

    def join(self, languages: Iterable[str], now_s: float) -> list[str]:
        """Somebody reads these; which of them nobody has been reading."""
        wanted = self.wanted(now_s)
        fresh = []
        for language in languages:
            if language not in wanted:
                fresh.append(language)
            self._readers[language] += 1
            self._left_at.pop(language, None)
        return fresh

    def leave(self, languages: Iterable[str], now_s: float) -> None:
        """Somebody who joined with these reads no more."""
        for language in languages:
            self._readers[language] -= 1
            if self._readers[language] <= 0:
                del self._readers[language]
                self._left_at[language] = now_s

    def readers(self, language: str) -> int:
        """How many read it now."""
        return self._readers[language]

    def wanted(self, now_s: float) -> tuple[str, ...]:
        """The languages that are worked on."""
        self._left_at = {
            language: at_s for language, at_s in self._left_at.items() if now_s - at_s < LINGER_S
        }
        return tuple(sorted({*self._readers, *self._left_at}))
