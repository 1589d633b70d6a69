"""Numbers in words."""

import pytest

from recipe.numbers import (
    dutch_number,
    dutch_ordinal,
    english_number,
    english_ordinal,
)


@pytest.mark.parametrize(
    ("number", "english", "dutch"),
    [
        (2, "two", "twee"),
        (14, "fourteen", "veertien"),
        (20, "twenty", "twintig"),
        (21, "twenty-one", "eenentwintig"),
        (22, "twenty-two", "tweeëntwintig"),  # two vowels that would run together
        (33, "thirty-three", "drieëndertig"),
        (80, "eighty", "tachtig"),
        (98, "ninety-eight", "achtennegentig"),
        (100, "one hundred", "honderd"),  # no "een" before it
        (305, "three hundred and five", "driehonderdvijf"),
        (1000, "one thousand", "duizend"),
        (12_000, "twelve thousand", "twaalfduizend"),
        (75_000, "seventy-five thousand", "vijfenzeventigduizend"),
    ],
)
def test_a_number_is_spelt_in_both_languages(number: int, english: str, dutch: str) -> None:
    assert (english_number(number), dutch_number(number)) == (english, dutch)


@pytest.mark.parametrize(
    ("number", "english", "dutch"),
    [
        (1, "first", "eerste"),
        (3, "third", "derde"),
        (8, "eighth", "achtste"),
        (12, "twelfth", "twaalfde"),
        (20, "twentieth", "twintigste"),
        (21, "twenty-first", "eenentwintigste"),
    ],
)
def test_an_ordinal_is_spelt_in_both_languages(number: int, english: str, dutch: str) -> None:
    assert (english_ordinal(number), dutch_ordinal(number)) == (english, dutch)


def test_no_two_numbers_are_spelt_alike() -> None:
    numbers = range(2000)
    assert len({english_number(n) for n in numbers}) == len(numbers)
    assert len({dutch_number(n) for n in numbers}) == len(numbers)
