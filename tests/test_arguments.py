import argparse

import pytest

from captioner.arguments import parse_counts, parse_days, parse_languages, parse_length, parse_speed


def test_speed_is_a_number_or_max() -> None:
    assert (parse_speed("4"), parse_speed("max")) == (4.0, None)
    for wrong in ("fast", "0", "101"):
        with pytest.raises(argparse.ArgumentTypeError):
            parse_speed(wrong)


def test_a_measurement_has_bounds() -> None:
    assert parse_length("60") == 60.0
    assert parse_counts("1,2,8") == (1, 2, 8)
    with pytest.raises(argparse.ArgumentTypeError):
        parse_length("4")
    with pytest.raises(argparse.ArgumentTypeError):
        parse_counts("0")


def test_days_may_be_parts_of_one_and_not_less_than_none() -> None:
    assert (parse_days("0.5"), parse_days("0")) == (0.5, 0.0)
    with pytest.raises(argparse.ArgumentTypeError):
        parse_days("-1")


def test_languages_are_codes_each_once() -> None:
    assert parse_languages("nl, DE,nl") == ("nl", "de")
    for wrong in ("", "nl,", "<b>"):
        with pytest.raises(argparse.ArgumentTypeError, match="nl,de"):
            parse_languages(wrong)
