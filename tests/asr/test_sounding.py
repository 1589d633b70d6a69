import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.asr.sounding import edit_distance, fold, key_of, likeness, sound_of

ALIKE = (
    ("Kowalski", "Kovalsky"),
    ("Overdijk", "overdyke"),
    ("Anna", "Hannah"),
    ("Takahashi", "Takahachi"),
    ("Taylor", "tailor"),
    ("Philips", "Filips"),
    ("Knight", "nite"),
    ("Łukasz", "Lukash"),
    ("Sofie", "Sophy"),
    ("Noor", "nor"),
    ("Zoë", "Soe"),
)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_spellings_of_one_sound_sound_the_same(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)
    assert key_of(sound_of(one)) == key_of(sound_of(other))


@pytest.mark.parametrize(
    ("one", "other"), [("Chen", "then"), ("Bram", "from"), ("Anna", "anda"), ("Omar", "ormore")]
)
def test_words_that_are_easily_mixed_up_sound_different(one: str, other: str) -> None:
    assert key_of(sound_of(one)) != key_of(sound_of(other))


def test_a_key_has_no_vowel_but_at_the_beginning() -> None:
    assert key_of(sound_of("Okonkwo"))[0] == key_of(sound_of("Anna"))[0] == "A"
    assert key_of(sound_of("Siobhan")) == "spn"
    assert key_of("") == ""


def test_folding_takes_away_what_is_no_letter() -> None:
    assert fold("O'Brien-Müller’s") == "obrienmullers"
    assert fold("ßø Łódź 3") == "ssolodz3"
    assert fold("–") == ""


def test_distance_counts_letters_that_differ() -> None:
    assert edit_distance("kitten", "sitting") == 3
    assert edit_distance("", "abc") == edit_distance("abc", "") == 3
    assert likeness("abcd", "abce") == 0.75
    assert likeness("", "") == 1.0


@given(st.text(max_size=12), st.text(max_size=12))
def test_distance_is_the_same_both_ways_and_0_only_for_the_same(one: str, other: str) -> None:
    distance = edit_distance(one, other)
    assert distance == edit_distance(other, one)
    assert (distance == 0) == (one == other)
    assert distance <= max(len(one), len(other))


@given(st.text(max_size=20))
def test_anything_has_a_sound(text: str) -> None:
    assert all(letter.isalnum() for letter in sound_of(text))
