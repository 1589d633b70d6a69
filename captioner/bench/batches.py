"""What it costs to encode and decode several stretches in one call, and which pays here.

It needs nothing but the engine and some speech, so it can be asked once per machine and weights
and the answer kept.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from captioner.asr.engine import Encoded, GenerateOptions
from captioner.audio.frame import SAMPLE_RATE, Samples
from captioner.domain import Hypothesis

SIZES = (1, 2, 4, 8)
WINDOWS_S = (5.0, 10.0, 15.0)
ROUNDS = 3
"""The sizes in turns, so that what else the machine does meets all of them."""

WORTH_IT = 0.9
"""Together must cost at most this share of one by one to be chosen: it also makes rows wait."""


class BatchEngine(Protocol):
    """What is asked of an engine here."""

    def encode(self, samples: Samples, window_s: float) -> Encoded:
        """Encode one stretch."""

    def encode_together(self, stretches: Sequence[Samples], window_s: float) -> list[Encoded]:
        """Encode several in one call."""

    def generate(
        self, rows: Sequence[Encoded], languages: Sequence[str], options: GenerateOptions
    ) -> list[Hypothesis]:
        """Decode rows together."""


@dataclass(frozen=True, slots=True)
class BatchFigures:
    """Milliseconds for one row when so many go through in one call."""

    window_s: float
    rows: int
    encode_ms: float
    generate_ms: float


@dataclass(frozen=True, slots=True)
class BatchingChoice:
    """What is cheaper on this machine with these weights."""

    encode_together: bool
    decode_together: bool


def measure_batching(
    engine: BatchEngine,
    stretches: Sequence[Samples],
    window_s: float = 10.0,
    rows: int = 4,
    clock: Callable[[], float] = time.perf_counter,
) -> BatchingChoice:
    """Whether to encode and to decode together, by measuring both in turns.

    `stretches` is speech, as many as `rows` or fewer. Two seconds with weights of the size of tiny.
    """
    trial = _Trial(engine, stretches, window_s, rows, clock)
    rounds = [(trial.run(1), trial.run(rows)) for _ in range(ROUNDS)]
    one = trial.fastest([alone for alone, _ in rounds])
    return choose(one, trial.fastest([together for _, together in rounds]))


def choose(one: BatchFigures, many: BatchFigures) -> BatchingChoice:
    """By the cost of a row alone and among others."""
    return BatchingChoice(
        encode_together=many.encode_ms <= WORTH_IT * one.encode_ms,
        decode_together=many.generate_ms <= WORTH_IT * one.generate_ms,
    )


def measure_batches(
    engine: BatchEngine,
    stretches: Sequence[Samples],
    windows_s: Sequence[float] = WINDOWS_S,
    sizes: Sequence[int] = SIZES,
    clock: Callable[[], float] = time.perf_counter,
) -> list[BatchFigures]:
    """Every size in every window."""
    figures = []
    for window_s in windows_s:
        trial = _Trial(engine, stretches, window_s, max(sizes), clock)
        rounds = [[trial.run(size) for size in sizes] for _ in range(ROUNDS)]
        figures += [trial.fastest(list(of_one_size)) for of_one_size in zip(*rounds, strict=True)]
    return figures


class _Trial:
    """The same `together` stretches again and again, in calls of different sizes."""

    def __init__(
        self,
        engine: BatchEngine,
        stretches: Sequence[Samples],
        window_s: float,
        together: int,
        clock: Callable[[], float],
    ) -> None:
        room = round(window_s * SAMPLE_RATE)
        self._sounds = [stretches[number % len(stretches)][:room] for number in range(together)]
        self._options = GenerateOptions(
            longest_s=max(len(sound) for sound in self._sounds) / SAMPLE_RATE
        )
        self._engine, self._window_s, self._clock = engine, window_s, clock

    def run(self, size: int) -> BatchFigures:
        """All stretches once."""
        starts = range(0, len(self._sounds), size)
        began_s = self._clock()
        rows: list[Encoded] = []
        for at in starts:
            rows += self._encode(self._sounds[at : at + size])
        encoded_s = self._clock()
        for at in starts:
            part = rows[at : at + size]
            self._engine.generate(part, ["en"] * len(part), self._options)
        a_row = 1000 / len(self._sounds)
        return BatchFigures(
            self._window_s,
            size,
            (encoded_s - began_s) * a_row,
            (self._clock() - encoded_s) * a_row,
        )

    def fastest(self, rounds: Sequence[BatchFigures]) -> BatchFigures:
        """Each half at its best: whatever else the machine does only adds."""
        return BatchFigures(
            self._window_s,
            rounds[0].rows,
            min(each.encode_ms for each in rounds),
            min(each.generate_ms for each in rounds),
        )

    def _encode(self, part: Sequence[Samples]) -> list[Encoded]:
        if len(part) == 1:
            return [self._engine.encode(part[0], self._window_s)]
        return self._engine.encode_together(part, self._window_s)
