import pytest

from captioner.asr.patience import MOST_HANGS, REMEMBERED, Patience
from captioner.asr.transcriber import MOST_ATTEMPTS


def test_weights_that_nobody_knows_get_time_for_every_second_of_sound() -> None:
    assert Patience(20.0).bound_s([10.0, 10.0]) == 100.0


def test_quick_weights_are_given_the_least_time() -> None:
    patience = Patience(20.0)
    patience.accept([10.0], 0.1)
    assert patience.bound_s([10.0]) == 20.0
    assert patience.bound_s([10.0] * 8) == 20.0


def test_slow_weights_are_given_many_times_what_they_took() -> None:
    patience = Patience(20.0)
    patience.accept([10.0], 4.0)
    patience.accept([10.0], 1.0)
    assert patience.bound_s([10.0]) == pytest.approx(80.0)
    assert patience.bound_s([10.0, 10.0]) == pytest.approx(160.0)


def test_a_short_row_counts_as_the_window_it_is_encoded_in() -> None:
    patience = Patience(20.0)
    patience.accept([0.6], 2.0)
    assert patience.bound_s([0.6]) == patience.bound_s([5.0]) == pytest.approx(40.0)


def test_a_slow_moment_is_forgotten_after_a_while_and_with_the_engine() -> None:
    patience = Patience(20.0)
    patience.accept([5.0], 50.0)
    for _ in range(REMEMBERED):
        patience.accept([5.0], 0.1)
    assert patience.bound_s([5.0]) == 20.0
    patience.forget()
    assert patience.bound_s([5.0]) == 40.0


def test_one_sound_that_hangs_every_time_does_not_use_up_all_engines() -> None:
    assert MOST_HANGS >= MOST_ATTEMPTS
