import numpy as np
import pytest

from captioner.bench.material import EDGE_S, Clip
from captioner.bench.windows import BUCKETS_S, RULES, Padding, WindowRule, measure_windows
from tests.fakes.fake_clock import FakeClock
from tests.fakes.held_engine import HeldFake


def clip(seconds: float) -> Clip:
    return Clip(np.zeros(round((seconds + 2 * EDGE_S) * 16_000), np.float32), "one two")


@pytest.mark.parametrize(
    ("rule", "length_s", "window_s"),
    [
        (WindowRule("", fixed_s=5.0), 3.0, 5.0),
        (WindowRule("", fixed_s=5.0), 5.01, None),  # it does not fit
        (WindowRule("", margin_s=1.0), 3.001, 4.02),  # whole positions of the encoder
        (WindowRule("", margin_s=2.0), 28.5, None),  # longer than Whisper hears
    ],
)
def test_the_window_of_a_rule(rule: WindowRule, length_s: float, window_s: float | None) -> None:
    assert rule.window_s(length_s) == window_s


def test_all_buckets_and_two_margins_are_tried() -> None:
    assert [rule.fixed_s for rule in RULES] == [*BUCKETS_S, 0.0, 0.0]
    assert BUCKETS_S == (5, 10, 15, 20, 25, 30)


def test_errors_and_cost_are_counted_over_the_clips_that_fit() -> None:
    clock, engine = FakeClock(0.0), HeldFake(lambda _: "one too many")
    engine.works = lambda window_s: clock.advance(window_s / 10)
    rules = [WindowRule("5 s", fixed_s=5.0), WindowRule("20 s", fixed_s=20.0)]
    found = measure_windows(engine, [clip(2.0), clip(8.0)], rules, clock.monotonic_s)
    assert [(each.window, each.padding) for each in found] == [
        *[("5 s", padding) for padding in Padding],
        *[("20 s", padding) for padding in Padding],
    ]
    short, long = found[0], found[2]
    assert (short.clips, short.words, short.errors) == (1, 2, 2)
    assert (long.clips, long.words, long.errors) == (2, 4, 4)
    assert [short.cpu_s, long.cpu_s] == pytest.approx([0.5, 4.0])
    assert long.word_error_rate == 1.0
