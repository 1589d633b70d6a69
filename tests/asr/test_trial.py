import numpy as np
import pytest

from captioner.asr.grouping import Batching
from captioner.asr.trial import BUDGET_S, Trial, bundled_speech, measure_batching
from captioner.audio.frame import SAMPLE_RATE
from tests.fakes.timed_engine import TimedEngine

SPEECH = [np.zeros(4 * SAMPLE_RATE, np.float32)] * 3


@pytest.mark.parametrize(
    ("extra_row_s", "call_s", "chosen"),
    [
        (0.01, 0.04, Batching(False, 8)),
        (0.002, 0.04, Batching(True, 8)),
    ],
)
def test_what_is_cheaper_is_chosen(extra_row_s: float, call_s: float, chosen: Batching) -> None:
    engine = TimedEngine(0.01, extra_row_s, call_s)
    assert measure_batching(engine, SPEECH, clock=engine.clock.monotonic_s) == chosen
    assert engine.clock.monotonic_s() <= BUDGET_S


@pytest.mark.parametrize("cost_s", [0.001, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2])
def test_a_trial_keeps_within_its_budget(cost_s: float) -> None:
    engine = TimedEngine(cost_s, cost_s, cost_s)
    measure_batching(engine, SPEECH, clock=engine.clock.monotonic_s)
    assert engine.clock.monotonic_s() <= BUDGET_S


def test_weights_of_middling_speed_are_tried_with_two_rows() -> None:
    engine = TimedEngine(0.03, 0.03, 0.03)
    chosen = measure_batching(engine, SPEECH, clock=engine.clock.monotonic_s)
    assert chosen == Batching(False, 8)
    assert max(len(call.texts) for call in engine.generated) == 2


def test_weights_that_are_too_slow_cost_one_short_call() -> None:
    engine = TimedEngine(1.0, 1.0, 1.0)
    assert measure_batching(engine, SPEECH, clock=engine.clock.monotonic_s) is None
    assert engine.encoded == [(2 * SAMPLE_RATE, 2.0)]


def test_a_machine_that_stalls_in_the_middle_ends_the_trial() -> None:
    engine = TimedEngine(0.01, 0.01, 0.01)
    decode = engine.generate_fails

    def stall(texts):  # type: ignore[no-untyped-def]
        if len(engine.generated) == 6:
            engine.clock.advance(5.0)
        return decode(texts)

    engine.generate_fails = stall
    assert measure_batching(engine, SPEECH, clock=engine.clock.monotonic_s) is not None
    assert len(engine.generated) < 10, "no second round"


def test_texts_of_a_trial_are_bounded_for_weights_that_never_stop() -> None:
    engine = TimedEngine(0.01, 0.01, 0.01)
    measure_batching(engine, SPEECH, clock=engine.clock.monotonic_s)
    assert {call.options.longest_s for call in engine.generated} == {0.1}


def test_stretches_are_cut_to_the_window() -> None:
    engine = TimedEngine(0.1, 0.1, 0.1)
    Trial(engine, [np.zeros(160_000, np.float32)], 5.0, 1, lambda: 0.0).run(1)
    assert {samples for samples, _ in engine.encoded} == {80_000}


def test_the_bundled_speech_is_one_stretch_a_channel() -> None:
    stretches = bundled_speech()
    assert len(stretches) > 1
    assert {len(each) for each in stretches} == {4 * SAMPLE_RATE}
    assert np.abs(stretches[0]).max() > 0.05
