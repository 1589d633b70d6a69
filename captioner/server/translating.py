"""What the endpoints need of a meeting's translations; whoever has the meeting provides it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from captioner.domain import UtteranceId
from captioner.errors import TranslateError
from captioner.translate.engine import Pair


@dataclass(frozen=True, slots=True)
class TranslationLoad:
    """How translations keep up; all counts since the beginning of the meeting."""

    waiting: int = 0
    """Texts that wait now."""
    made: int = 0
    failed: int = 0
    """Texts of which nothing came, whatever the reason."""
    stale: int = 0
    """Translations of what had been changed meanwhile."""
    dropped: int = 0
    """Texts given up because too many waited."""
    busy_s: float = 0.0
    """Seconds of translating, of all meetings."""


class Translations(Protocol):
    """One meeting in other languages. Used from the event loop's thread."""

    def follow(self, languages: Sequence[str]) -> AbstractContextManager[None]:
        """Somebody reads these for as long as the context lasts."""

    def pairs(self) -> frozenset[Pair]:
        """What can be translated on this computer, looked at anew."""

    def problem(self) -> TranslateError | None:
        """Why nothing can be translated, if that is so."""

    def ask(self, language: str, utterances: Sequence[UtteranceId]) -> None:
        """Somebody looks at these: they are translated after everything that is live."""

    async def complete(self, language: str) -> str:
        """Translate what is missing in this language; in a sentence what still is, after a while
        or because there is no way. Empty: nothing."""

    def load(self) -> TranslationLoad:
        """How they keep up."""
