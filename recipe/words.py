"""When each word of a text is said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class WordTime:
    """A word with its sentence marks, and when it is said."""

    text: str
    start_s: float
    end_s: float


def times_of_words(
    text: str,
    starts: Sequence[tuple[int, float]],
    ends: Sequence[float],
    length_s: float,
) -> tuple[WordTime, ...]:
    """Times of what stands between spaces.

    `starts` are the synthesiser's word events (character at which the word begins, second); words
    it speaks as one ("of the") give one event, and share its time by their letters. `ends` are the
    seconds at which its clauses end. A word ends where the next begins, or with its clause.
    """
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    first: dict[int, float] = {}
    for position, at_s in starts:
        for index, (begin, end) in enumerate(spans):
            if begin <= position < end:
                first.setdefault(index, max(0.0, at_s))
    first.setdefault(0, 0.0)
    first[len(spans)] = length_s
    times: list[WordTime] = []
    for here, there in pairwise(sorted(first)):
        begin_s, limit_s = first[here], first[there]
        within = [at_s for at_s in ends if begin_s + 0.02 < at_s <= limit_s + 0.001]
        until_s = min([limit_s, length_s, *within])
        letters = [spans[index][1] - spans[index][0] for index in range(here, there)]
        at_s = begin_s
        for index, count in zip(range(here, there), letters, strict=True):
            end_s = at_s + (until_s - begin_s) * count / sum(letters)
            times.append(WordTime(text[slice(*spans[index])], at_s, end_s))
            at_s = end_s
    return tuple(times)
