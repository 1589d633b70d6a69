import pytest

from captioner.asr.engine import DecodeKind, WindowFloors
from captioner.asr.window import BUCKETS_S, choose_window_s
from captioner.settings import AsrSettings, AudioSettings, setting_fields


@pytest.mark.parametrize(
    ("length_s", "partial_s", "final_s", "reason"),
    [
        (0.0, 5.0, 10.0, "the floors: shorter windows cost words"),
        (0.3, 5.0, 10.0, "a word"),
        (4.0, 5.0, 10.0, "just holds the margin"),
        (4.01, 7.0, 10.0, "the margin does not fit"),
        (9.0, 10.0, 10.0, "just holds the margin"),
        (9.01, 15.0, 15.0, "beyond the floors both kinds are alike"),
        (24.5, 30.0, 30.0, "the margin does not fit in 25 s"),
        (29.0, 30.0, 30.0, "the longest that keeps its margin"),
        (29.9, 30.0, 30.0, "the model takes no more than 30 s"),
        (45.0, 30.0, 30.0, "too long: what fits"),
    ],
)
def test_a_stretch_gets_the_shortest_window_that_holds_it_and_a_margin(
    length_s: float, partial_s: float, final_s: float, reason: str
) -> None:
    assert choose_window_s(length_s, DecodeKind.PARTIAL) == partial_s, reason
    assert choose_window_s(length_s) == final_s, reason


def test_windows_are_few_and_end_at_what_the_model_was_trained_on() -> None:
    assert list(BUCKETS_S) == sorted(BUCKETS_S)
    assert BUCKETS_S[-1] == 30.0


def test_the_longest_utterance_that_can_be_set_keeps_its_margin() -> None:
    _, item, _ = setting_fields()["longest_utterance_s"]
    assert item.metadata["high"] + WindowFloors().margin_s < BUCKETS_S[-1]
    assert AudioSettings().longest_utterance_s + WindowFloors().margin_s <= 25.0
    assert AsrSettings().beam_size == 1


def test_measured_weights_bring_their_own_floors() -> None:
    floors = WindowFloors(partial_s=7.0, final_s=5.0, margin_s=2.0)
    assert choose_window_s(2.0, DecodeKind.FINAL, floors) == 5.0
    assert choose_window_s(2.0, DecodeKind.PARTIAL, floors) == 7.0
    assert choose_window_s(3.5, DecodeKind.FINAL, floors) == 7.0, "the margin does not fit in 5 s"
