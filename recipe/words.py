"""When each word of a text is said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


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
    first: list[float | None] = [None] * len(spans)
    for position, at in starts:
        for index, (begin, end) in enumerate(spans):
            if begin <= position < end and first[index] is None:
                first[index] = at
    known = [index for index, at in enumerate(first) if at is not None]
    if not known or known[0] != 0:
        first[0] = 0.0
        known = [0, *known]
    closed = [*known, len(spans)]
    times: list[WordTime] = []
    for here, there in zip(closed, closed[1:], strict=False):
        begin = max(0.0, first[here] or 0.0)
        limit = first[there] if there < len(spans) else length_s
        assert limit is not None
        within = [at for at in ends if begin + 0.02 < at <= limit + 0.001]
        until = min([limit, length_s, *within])
        letters = [spans[index][1] - spans[index][0] for index in range(here, there)]
        at = begin
        for index, count in zip(range(here, there), letters, strict=True):
            end = at + (until - begin) * count / sum(letters)
            times.append(WordTime(text[slice(*spans[index])], at, end))
            at = end
    return tuple(times)
