"""What is said when on the channels of a measurement, word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from captioner.domain import ChannelId
from captioner.scoring import Reference

LONG_WORD = 9
"""Letters from which a word counts as two tokens."""

BLUR_S = 0.1
"""A stretch that ends so little before a word's end still holds the word: its time is a guess."""


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance of the script, in seconds of the meeting."""

    channel: ChannelId
    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word with its guessed time."""

    start_s: float
    end_s: float
    text: str


class Script:
    """The lines of all channels."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = tuple(lines)
        self._words: dict[ChannelId, list[SpokenWord]] = {}
        for line in sorted(lines, key=lambda each: each.start_s):
            self._words.setdefault(line.channel, []).extend(spread_words(line))

    @property
    def speech_s(self) -> float:
        """Seconds of speech over all channels; speech at the same time counts for each."""
        return sum(line.end_s - line.start_s for line in self.lines)

    def references(self) -> list[Reference]:
        """The script as the scorer wants it."""
        return [Reference(line.channel, line.start_s, line.end_s, line.text) for line in self.lines]

    def heard(self, channel: ChannelId, start_s: float, end_s: float) -> str:
        """The words that a perfect ear gets from this stretch of a channel.

        A word belongs to the stretch in which its middle lies, and is heard once it has been said.
        """
        return " ".join(
            word.text
            for word in self._words.get(channel, [])
            if word.start_s + word.end_s >= 2 * start_s and word.end_s <= end_s + BLUR_S
        )


def spread_words(line: Line) -> list[SpokenWord]:
    """The words of a line, spread over its time by their letters."""
    words = line.text.split()
    letters = sum(len(word) for word in words)
    a_letter_s = (line.end_s - line.start_s) / max(letters, 1)
    spread, at_s = [], line.start_s
    for word in words:
        end_s = at_s + len(word) * a_letter_s
        spread.append(SpokenWord(at_s, end_s, word))
        at_s = end_s
    return spread


def count_tokens(text: str) -> int:
    """About how many tokens Whisper makes of an English text.

    One a word and one a mark, two for a long word: within a tenth of its real tokenizer on plain
    sentences.
    """
    pieces = re.findall(r"[\w'’]+|[^\w\s]", text)
    return sum(2 if len(piece) >= LONG_WORD else 1 for piece in pieces)
