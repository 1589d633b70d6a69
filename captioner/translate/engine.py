"""What the rest of the house knows of a translator; nothing about Argos in here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from captioner.errors import TranslateError

Pair = tuple[str, str]
"""The codes of two languages: from the first into the second."""


@dataclass(frozen=True, slots=True)
class TranslateRequest:
    """A text that somebody wants to read in another language."""

    source: str
    target: str
    text: str
    """What was said: one sentence or several. Empty: only be ready for it."""
    names: tuple[str, ...] = ()
    """Of people and things; they stay as they are."""


Outcome = str | TranslateError
"""A text, or why there is none."""


class Translator(Protocol):
    """Turns sentences of one language into another. Used from one thread, which may be any."""

    def pairs(self) -> frozenset[Pair]:
        """What it can do right now, each in one step."""

    def prepare(self, pair: Pair) -> None:
        """Load what this needs, if it is not yet. Raises TranslateError."""

    def translate(self, pair: Pair, sentences: Sequence[str]) -> list[str]:
        """The sentences in the other language, in one batch. Raises TranslateError."""
