"""How good captions are: a meeting's events against what was really said.

Word errors are counted per channel with Levenshtein's edit distance, so a word under the wrong
name counts twice: inserted there and missing here. Normalised erasure is that of Arivazhagan et
al. (2020): words taken back per word in the finals.
"""

import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TURN_PAUSE_S = 0.8
"""Reference utterances of a channel closer than this count as one turn for the latencies."""

TOUCHING_S = 0.2
"""Overlap in time from which a final belongs to a reference utterance."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What was really said, once."""

    channel: int
    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one meeting; times in seconds."""

    words: int
    """Words in the reference."""
    errors: int
    """Words wrong, missing or too many in the finals."""
    finals: int
    missed: int
    """Reference utterances of two words or more with no final at all."""
    unfinished: int
    """Captions shown that never came to a final."""
    broken: int
    """Promises broken: seq, rev or at that does not rise, a stable prefix that changed, a revision
    after the final."""
    erasure: float
    """Words shown and taken back, per word in the finals."""
    first_text: tuple[float, ...]
    """From the start of each turn to the first right word of it."""
    final: tuple[float, ...]
    """From the end of each turn to its last final."""

    @property
    def word_error_rate(self) -> float:
        """Errors per word of the reference."""
        return self.errors / max(self.words, 1)


@dataclass(slots=True)
class _Caption:
    """One utterance as a reader saw it."""

    channel: int
    start: float = 0.0
    end: float = 0.0
    text: str = ""
    state: str = ""
    rev: int = 0
    stable: str = ""
    final_at: float | None = None
    shown: list[tuple[float, frozenset[str]]] = field(default_factory=list)


def score_events(references: Sequence[Reference], events: Iterable[Mapping[str, Any]]) -> Score:
    """Score events in the order in which a reader received them."""
    reader = _Reader()
    for event in events:
        reader.accept(event)
    captions = reader.captions.values()
    finals = [each for each in captions if each.state in ("final", "edited") and each.text]
    spoken = sum(len(split_words(final.text)) for final in finals)
    unfinished = [each for each in captions if each.state == "partial" and each.text]
    erased = reader.erased + sum(len(split_words(each.text)) for each in unfinished)
    first_text, final = _latencies(references, finals)
    return Score(
        words=sum(len(split_words(each.text)) for each in references),
        errors=_errors(references, finals),
        finals=len(finals),
        missed=sum(
            len(split_words(each.text)) >= 2 and not _belonging(each, finals) for each in references
        ),
        unfinished=len(unfinished),
        broken=reader.broken,
        erasure=erased / max(spoken, 1),
        first_text=first_text,
        final=final,
    )


def split_words(text: str) -> list[str]:
    """Words in small letters, without punctuation."""
    return re.sub(r"[^\w' ]", " ", text.lower().replace("’", "'")).split()


def word_distance(said: Sequence[str], heard: Sequence[str]) -> int:
    """The fewest words to replace, insert or delete to make one of the other."""
    row = list(range(len(heard) + 1))
    for index, word in enumerate(said, 1):
        diagonal, row[0] = row[0], index
        for place, other in enumerate(heard, 1):
            diagonal, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, diagonal + (word != other)),
            )
    return row[-1]


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which `share` of them lie; None of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


def median(values: Sequence[float]) -> float | None:
    """The middle one; None of nothing."""
    return statistics.median(values) if values else None


class _Reader:
    """Follows the events as a viewer's page does, and notes every broken promise."""

    def __init__(self) -> None:
        self.captions: dict[str, _Caption] = {}
        self.broken = 0
        self.erased = 0
        self._seq = -1
        self._at = float("-inf")

    def accept(self, event: Mapping[str, Any]) -> None:
        if "seq" in event:
            self.broken += event["seq"] <= self._seq
            self._seq = event["seq"]
        if "at" in event:
            self.broken += event["at"] < self._at - 0.001
            self._at = max(self._at, event["at"])
        if event.get("type") == "caption":
            self._accept_caption(event)

    def _accept_caption(self, event: Mapping[str, Any]) -> None:
        caption = self.captions.setdefault(event["utterance"], _Caption(event["channel"]))
        text, by_hand = event["text"], event["state"] in ("edited", "deleted")
        self.broken += event["rev"] <= caption.rev
        if not by_hand:
            self.broken += caption.final_at is not None
            if event["state"] == "partial":
                self.broken += not text.startswith(caption.stable)
            self.erased += _taken_back(split_words(caption.text), split_words(text))
        caption.stable = text[: event["stable"]]
        caption.rev, caption.state, caption.text = event["rev"], event["state"], text
        caption.start, caption.end = event["start"], event["end"]
        caption.shown.append((event["at"], frozenset(split_words(text))))
        if event["state"] != "partial" and caption.final_at is None:
            caption.final_at = event["at"]


def _taken_back(before: list[str], after: list[str]) -> int:
    kept = 0
    while kept < min(len(before), len(after)) and before[kept] == after[kept]:
        kept += 1
    return len(before) - kept


def _errors(references: Sequence[Reference], finals: Sequence[_Caption]) -> int:
    said: dict[int, list[str]] = defaultdict(list)
    heard: dict[int, list[str]] = defaultdict(list)
    for reference in sorted(references, key=lambda each: each.start):
        said[reference.channel] += split_words(reference.text)
    for final in sorted(finals, key=lambda each: each.start):
        heard[final.channel] += split_words(final.text)
    return sum(word_distance(said[each], heard[each]) for each in said.keys() | heard.keys())


def _belonging(reference: Reference, finals: Sequence[_Caption]) -> list[_Caption]:
    return [
        final
        for final in finals
        if final.channel == reference.channel
        and min(final.end, reference.end) - max(final.start, reference.start) > TOUCHING_S
    ]


def _turns(references: Sequence[Reference]) -> list[Reference]:
    turns: list[Reference] = []
    for each in sorted(references, key=lambda item: (item.channel, item.start)):
        last = turns[-1] if turns else None
        if last and last.channel == each.channel and each.start - last.end < TURN_PAUSE_S:
            text = f"{last.text} {each.text}"
            turns[-1] = Reference(each.channel, last.start, max(last.end, each.end), text)
        else:
            turns.append(each)
    return turns


def _latencies(
    references: Sequence[Reference], finals: Sequence[_Caption]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    first_text, final = [], []
    for turn in _turns(references):
        mine = _belonging(turn, finals)
        ends = [each.final_at for each in mine if each.final_at is not None]
        if ends:
            final.append(max(ends) - turn.end)
        words = set(split_words(turn.text))
        seen = [
            at for each in mine for at, shown in each.shown if at >= turn.start and words & shown
        ]
        if seen:
            first_text.append(min(seen) - turn.start)
    return tuple(first_text), tuple(final)
