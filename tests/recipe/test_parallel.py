"""Sentences for the translators."""

import random
import re
from itertools import islice

from recipe.grammar import Pair
from recipe.lexicon import NAMES
from recipe.parallel import strange_name, strange_pairs, training_pairs, with_digits
from recipe.sentences import held_out_sentences


def test_the_same_seed_gives_the_same_pairs() -> None:
    assert list(islice(training_pairs("one"), 50)) == list(islice(training_pairs("one"), 50))


def test_held_out_sentences_do_not_come_up_alone() -> None:
    held_out = {pair.english for pair in held_out_sentences()}
    assert not held_out & {pair.english for pair in islice(training_pairs("one"), 5000)}


def test_numbers_in_digits_are_the_same_on_both_sides() -> None:
    chance = random.Random(1)
    pair = Pair(
        "We have three open questions about the budget.",
        "We hebben drie open vragen over het budget.",
    )
    for _ in range(50):
        found = with_digits(pair, chance)
        digits = re.findall(r"\d+", found.english)
        assert len(digits) == 1
        assert digits == re.findall(r"\d+", found.dutch)


def test_a_number_that_is_a_part_of_another_stays() -> None:
    pair = Pair("It costs two hundred and six euros.", "Het kost tweehonderdzes euro.")
    assert with_digits(pair, random.Random(1)) == pair


def test_made_up_names_stand_in_both_languages() -> None:
    chance = random.Random(2)
    assert len({strange_name(chance) for _ in range(200)}) > 150
    for pair in strange_pairs(40):
        words = set(re.findall(r"\w+", pair.english)) & set(re.findall(r"\w+", pair.dutch))
        assert any(word[0].isupper() and word not in NAMES for word in words), pair
