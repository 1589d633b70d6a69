"""What it costs to encode and decode several stretches in one call, tried on the engine itself."""

import time
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Protocol

import numpy as np

from captioner import resources
from captioner.asr.engine import Encoded, GenerateOptions
from captioner.asr.grouping import (
    BatchFigures,
    Batching,
    choose_batching,
    choose_trial_rows,
    row_cost_s,
)
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.audio.sources.recording import RecordedMeeting
from captioner.domain import Hypothesis

ROUNDS = 3
"""Alone and together in turns, so that what else the machine does meets both."""

MOST_ROUNDS = 8
"""Of a trial before a meeting, as far as its budget goes: what it finds is kept."""

BUDGET_S = 2.0
"""What a trial before the first meeting may take; a start is something that people wait for."""

TRIAL_ROWS = 4
TRIAL_WINDOW_S = 10.0
"""That of most finals; what pays there pays in the shorter windows of partials too."""

FEWEST_ROUNDS = 2
"""One would be chance."""

PROBE_WINDOW_S = 2.0
"""Short: the first call tells whether these weights are too slow to try anything at all."""

TEXT_S = 0.1
"""Texts of a trial are kept short by it: weights that do not stop by themselves would use it up."""

STRETCH_S = 4.0


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


class Trial:
    """The same `together` stretches again and again, in calls of different sizes.

    `stretches` is speech, at least one; the language is English, which all weights know.
    """

    def __init__(
        self,
        engine: BatchEngine,
        stretches: Sequence[Samples],
        window_s: float,
        together: int,
        clock: Callable[[], float],
        longest_s: float | None = None,
    ) -> None:
        """`longest_s` bounds the texts; None: by the sound."""
        room = round(window_s * SAMPLE_RATE)
        self._sounds = [stretches[number % len(stretches)][:room] for number in range(together)]
        sound_s = max(len(sound) for sound in self._sounds) / SAMPLE_RATE
        self._options = GenerateOptions(longest_s=longest_s or sound_s)
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

    def _encode(self, part: Sequence[Samples]) -> list[Encoded]:
        if len(part) == 1:
            return [self._engine.encode(part[0], self._window_s)]
        return self._engine.encode_together(part, self._window_s)


def fastest(rounds: Sequence[BatchFigures]) -> BatchFigures:
    """Each half at its best: whatever else the machine does only adds."""
    return BatchFigures(
        rounds[0].window_s,
        rounds[0].rows,
        min(each.encode_ms for each in rounds),
        min(each.generate_ms for each in rounds),
    )


def measure_batching(
    engine: BatchEngine,
    stretches: Sequence[Samples],
    budget_s: float = BUDGET_S,
    clock: Callable[[], float] = time.perf_counter,
) -> Batching | None:
    """What is cheaper with this engine; None: too slow to find out in `budget_s`.

    A call cannot be broken off: the budget is kept by what the calls before have cost, so that it
    is overdrawn by one short call at most. Raises whatever the engine does.
    """
    began_s = clock()
    probe = Trial(engine, stretches, PROBE_WINDOW_S, 1, clock, TEXT_S)
    first = probe.run(1)  # warms up
    if clock() - began_s > budget_s / 3:
        return None
    rows = choose_trial_rows(
        row_cost_s(fastest([first, probe.run(1)]), TRIAL_WINDOW_S),
        (budget_s - (clock() - began_s)) / FEWEST_ROUNDS,
        TRIAL_ROWS,
    )
    if not rows:
        return None
    trial = Trial(engine, stretches, TRIAL_WINDOW_S, rows, clock, TEXT_S)
    rounds: list[tuple[BatchFigures, BatchFigures]] = []
    round_s = 0.0
    while len(rounds) < MOST_ROUNDS and clock() - began_s + round_s <= budget_s:
        round_began_s = clock()
        rounds.append((trial.run(1), trial.run(rows)))
        round_s = clock() - round_began_s
    if not rounds:
        return None
    alone, together = zip(*rounds, strict=True)
    return choose_batching(fastest(alone), fastest(together))


def bundled_speech() -> list[Samples]:
    """The first seconds of the bundled meeting, one stretch a channel. Raises CaptionerError."""
    recording = RecordedMeeting.open(resources.demo_meeting_folder())
    steps = islice(recording.steps(), round(STRETCH_S * SAMPLE_RATE / FRAME_SAMPLES))
    by_channel = zip(*(step.values() for step in steps), strict=True)
    return [np.concatenate(frames) for frames in by_channel]
