"""Which sizes a machine can hold, against what was measured on the one of docs/benchmarks.md."""

import pytest

from captioner.asr.capacity import (
    SIZES,
    WORTH_TELLING,
    Fit,
    count_speakers,
    describe_fit,
    judge,
    recommend,
    stretch_cost_s,
)
from captioner.asr.weights import REPOSITORIES

BENCHED_S = 0.12
"""One stretch with the shape of tiny, on the two cores of docs/benchmarks.md."""


def speakers(name: str, tiny_s: float = BENCHED_S) -> int:
    cost_s = stretch_cost_s(name, tiny_s)
    assert cost_s is not None
    return count_speakers(cost_s)


def test_what_is_reckoned_is_what_the_bench_measured() -> None:
    """There tiny kept up with 8, base with 1 and not with 4, small not even with 1."""
    assert 7 <= speakers("tiny") <= 9
    assert 1 <= speakers("base") <= 3
    assert speakers("small") == 0


def test_a_faster_machine_holds_more() -> None:
    assert [speakers("small", tiny_s) for tiny_s in (0.12, 0.08, 0.04, 0.02)] == [0, 1, 3, 7]
    assert speakers("tiny", 0.0001) == WORTH_TELLING
    assert count_speakers(0) == WORTH_TELLING


def test_every_size_that_can_be_fetched_by_name_is_known() -> None:
    assert SIZES.keys() == REPOSITORIES.keys()
    assert stretch_cost_s("someone/whisper-nl", 0.1) is None


def test_larger_weights_cost_more_in_every_way() -> None:
    for small, large in [("tiny", "base"), ("base", "small"), ("small", "medium")]:
        one, other = SIZES[small], SIZES[large]
        assert one.cost < other.cost
        assert one.disk_mb < other.disk_mb
        assert one.memory_mb < other.memory_mb


@pytest.mark.parametrize(
    ("tiny_s", "english_only", "name"),
    [
        (1.0, False, "tiny"),  # not even that keeps up, but nothing is better
        (0.12, False, "base"),
        (0.12, True, "base.en"),
        (0.05, False, "small"),
        (0.02, False, "large-v3-turbo"),
        (0.03, True, "distil-medium.en"),
    ],
)
def test_the_best_that_keeps_up_while_two_talk_is_recommended(
    tiny_s: float, english_only: bool, name: str
) -> None:
    assert recommend(tiny_s, english_only) == name


def test_one_microphone_needs_less() -> None:
    assert judge(2) is Fit.WELL
    assert judge(1) is Fit.TIGHT
    assert judge(1, channels=1) is Fit.WELL
    assert judge(0, channels=1) is Fit.TOO_LARGE


def test_the_host_is_told_in_a_sentence_what_to_take() -> None:
    assert "too large for this computer" in describe_fit("small", 0, "base")
    assert describe_fit("small", 0, "base").endswith("Take base.")
    assert "one person at a time" in describe_fit("small", 1, "base")
    assert "while 3 people talk at once" in describe_fit("small", 3, "base")
