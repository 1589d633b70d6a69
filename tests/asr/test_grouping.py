import pytest

from captioner.asr.batching import LARGEST_BATCH
from captioner.asr.grouping import (
    USUAL_BATCHING,
    BatchFigures,
    Batching,
    choose_batching,
    choose_trial_rows,
    row_cost_s,
)


@pytest.mark.parametrize(
    ("encode_ms", "generate_ms", "chosen"),
    [
        (100, 30, Batching(False, LARGEST_BATCH)),
        (20, 30, Batching(True, LARGEST_BATCH)),
        (20, 100, Batching(True, LARGEST_BATCH)),
        (20, 130, Batching(True, 1)),
    ],
)
def test_what_is_cheaper_is_chosen(encode_ms: float, generate_ms: float, chosen: Batching) -> None:
    one = BatchFigures(5, 1, 100, 100)
    assert choose_batching(one, BatchFigures(5, 4, encode_ms, generate_ms)) == chosen


def test_what_hardly_differs_is_done_in_the_usual_way() -> None:
    one, many = BatchFigures(10, 1, 100, 100), BatchFigures(10, 4, 95, 105)
    assert choose_batching(one, many) == USUAL_BATCHING


def test_the_cost_of_a_row_grows_with_the_window_of_the_encoder_alone() -> None:
    assert row_cost_s(BatchFigures(2, 1, 100, 300), 5.0) == pytest.approx(0.55)


@pytest.mark.parametrize(("row_s", "rows"), [(0.01, 4), (0.25, 4), (0.3, 2), (0.5, 2), (0.51, 0)])
def test_slow_weights_are_tried_with_fewer_rows_or_not_at_all(row_s: float, rows: int) -> None:
    assert choose_trial_rows(row_s, 2.0, most=4) == rows


def test_it_can_be_said_in_words() -> None:
    assert USUAL_BATCHING.in_words == "encodes one by one, decodes up to 8 together"
    assert Batching(True, 1).in_words == "encodes together, decodes one by one"
