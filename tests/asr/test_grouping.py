import pytest

from captioner.asr.batching import LARGEST_BATCH
from captioner.asr.grouping import (
    USUAL_BATCHING,
    BatchFigures,
    Batching,
    choose_batching,
    choose_trial_rows,
)


@pytest.mark.parametrize(
    ("encode_ms", "generate_ms", "chosen"),
    [
        (100, 30, Batching(False, LARGEST_BATCH)),
        (20, 30, Batching(True, LARGEST_BATCH)),
        (20, 100, Batching(True, 1)),
        (130, 130, Batching(False, 1)),
    ],
)
def test_what_is_cheaper_is_chosen(encode_ms: float, generate_ms: float, chosen: Batching) -> None:
    one = BatchFigures(5, 1, 100, 100)
    assert choose_batching(one, BatchFigures(5, 4, encode_ms, generate_ms)) == chosen


def test_a_gain_that_is_hardly_one_is_not_worth_waiting_for() -> None:
    one, many = BatchFigures(10, 1, 100, 100), BatchFigures(10, 4, 95, 89)
    assert choose_batching(one, many) == Batching(False, LARGEST_BATCH)


@pytest.mark.parametrize(("row_s", "rows"), [(0.01, 4), (0.25, 4), (0.3, 2), (0.5, 2), (0.51, 0)])
def test_slow_weights_are_tried_with_fewer_rows_or_not_at_all(row_s: float, rows: int) -> None:
    assert choose_trial_rows(row_s, 2.0, most=4) == rows


def test_it_can_be_said_in_words() -> None:
    assert USUAL_BATCHING.in_words == "encodes one by one, decodes up to 8 together"
    assert Batching(True, 1).in_words == "encodes together, decodes one by one"
