import numpy as np
import pytest

from captioner.bench.batches import measure_batches
from tests.fakes.timed_engine import TimedEngine

SPEECH = [np.zeros(32_000, np.float32)] * 3


def test_the_cost_of_a_row_is_that_of_its_call_shared() -> None:
    engine = TimedEngine(encode_s=0.1, extra_row_s=0.02, call_s=0.4)
    rows = measure_batches(engine, SPEECH, (5.0,), (1, 2, 4), engine.clock.monotonic_s)
    assert [row.rows for row in rows] == [1, 2, 4]
    assert [row.encode_ms for row in rows] == pytest.approx([100, 60, 40])
    assert [row.generate_ms for row in rows] == pytest.approx([400, 200, 100])


def test_every_window_has_every_size() -> None:
    engine = TimedEngine(0.1, 0.1, 0.1)
    rows = measure_batches(engine, SPEECH, (5.0, 10.0), (1, 2), engine.clock.monotonic_s)
    assert [(row.window_s, row.rows) for row in rows] == [(5, 1), (5, 2), (10, 1), (10, 2)]
