from collections.abc import Sequence

import numpy as np
import pytest

from captioner.asr.engine import Encoded, GenerateOptions
from captioner.audio.frame import Samples
from captioner.bench.batches import (
    BatchFigures,
    BatchingChoice,
    choose,
    measure_batches,
    measure_batching,
)
from captioner.domain import Hypothesis
from tests.fakes.fake_clock import FakeClock
from tests.fakes.held_engine import HeldFake


class TimedEngine(HeldFake):
    """A call of the encoder costs so much a row, one of the decoder so much a call."""

    def __init__(self, encode_s: float, extra_row_s: float, call_s: float) -> None:
        super().__init__()
        self.clock = FakeClock(0.0)
        self._encode_s, self._extra_row_s, self._call_s = encode_s, extra_row_s, call_s

    def encode(self, samples: Samples, window_s: float) -> Encoded:
        self.clock.advance(self._encode_s)
        return super().encode(samples, window_s)

    def encode_together(self, stretches: Sequence[Samples], window_s: float) -> list[Encoded]:
        self.clock.advance(self._encode_s + self._extra_row_s * (len(stretches) - 1))
        return super().encode_together(stretches, window_s)

    def generate(
        self, rows: Sequence[Encoded], languages: Sequence[str], options: GenerateOptions
    ) -> list[Hypothesis]:
        self.clock.advance(self._call_s)
        return super().generate(rows, languages, options)


SPEECH = [np.zeros(32_000, np.float32)] * 3


def test_the_cost_of_a_row_is_that_of_its_call_shared() -> None:
    engine = TimedEngine(encode_s=0.1, extra_row_s=0.02, call_s=0.4)
    rows = measure_batches(engine, SPEECH, (5.0,), (1, 2, 4), engine.clock.monotonic_s)
    assert [row.rows for row in rows] == [1, 2, 4]
    assert [row.encode_ms for row in rows] == pytest.approx([100, 60, 40])
    assert [row.generate_ms for row in rows] == pytest.approx([400, 200, 100])


@pytest.mark.parametrize(
    ("extra_row_s", "call_s", "choice"),
    [
        (0.1, 0.4, BatchingChoice(encode_together=False, decode_together=True)),
        (0.02, 0.4, BatchingChoice(encode_together=True, decode_together=True)),
    ],
)
def test_what_is_cheaper_is_chosen(
    extra_row_s: float, call_s: float, choice: BatchingChoice
) -> None:
    engine = TimedEngine(0.1, extra_row_s, call_s)
    assert measure_batching(engine, SPEECH, clock=engine.clock.monotonic_s) == choice


def test_a_gain_that_is_hardly_one_is_not_worth_waiting_for() -> None:
    one, many = BatchFigures(10, 1, 100, 100), BatchFigures(10, 4, 95, 89)
    assert choose(one, many) == BatchingChoice(encode_together=False, decode_together=True)


def test_stretches_are_cut_to_the_window() -> None:
    engine = TimedEngine(0.1, 0.1, 0.1)
    measure_batches(engine, [np.zeros(160_000, np.float32)], (5.0,), (1,), lambda: 0.0)
    assert {samples for samples, _ in engine._ear.encoded} == {80_000}
