"""The sentences of the recipe: the same in both languages, and the same again."""

import re

import pytest

from recipe import lexicon
from recipe.draw import Draw
from recipe.grammar import SENTENCES, Pair
from recipe.numbers import dutch_number, english_number
from recipe.sentences import draw_sentences, held_out_sentences

DRAWN = draw_sentences(4000, "a test")


def test_the_same_seed_draws_the_same_sentences() -> None:
    assert draw_sentences(300, "one") == draw_sentences(300, "one")
    assert draw_sentences(300, "one") != draw_sentences(300, "two")


def test_there_are_thousands_of_different_sentences() -> None:
    assert len({pair.english for pair in DRAWN}) > 2500
    assert len({pair.dutch for pair in DRAWN}) > 2500


def test_both_languages_name_the_same_people() -> None:
    for pair in DRAWN:
        english, dutch = (
            [word for word in re.findall(r"\w+", text) if word in lexicon.NAMES]
            for text in (pair.english, pair.dutch)
        )
        assert english == dutch, pair


def test_both_languages_tell_the_same_number() -> None:
    english = {english_number(n): n for n in range(2, 1000)}
    dutch = {dutch_number(n): n for n in range(2, 1000)}
    compared = 0
    for pair in DRAWN:
        found = re.search(r"We have (.+) open questions", pair.english) or re.search(
            r"costs (.+) euros", pair.english
        )
        told = re.search(r"We hebben (.+) open vragen", pair.dutch) or re.search(
            r"kost (.+) euro", pair.dutch
        )
        if found and told:
            compared += 1
            assert english[found[1]] == dutch[told[1]], pair
    assert compared > 50


def test_a_sentence_has_one_translation_each_way() -> None:
    there: dict[str, str] = {}
    back: dict[str, str] = {}
    for pair in DRAWN:
        assert there.setdefault(pair.english, pair.dutch) == pair.dutch
        assert back.setdefault(pair.dutch, pair.english) == pair.english


@pytest.mark.parametrize(
    ("english", "dutch"),
    [
        # the verb second: after a beginning of another kind the subject stands behind it
        (r"On \w+ \w+ will .+\.", r"Op \w+ gaat \w+ .+\."),
        # the verb last in a subordinate clause
        (r"\w+ said that the budget is finished\.", r"\w+ zei dat het budget af is\."),
        # "te" goes into a verb that comes apart
        (r"The action .+ to approve the .+\.", r"Het actiepunt .+ goed te keuren\."),
        (r"There are .+ people in .+\.", r"Er zijn .+ mensen in .+\."),
        # half counts towards the hour that comes
        (r"On .+ half past two\.", r"Op .+ half drie\."),
    ],
)
def test_dutch_puts_its_words_in_its_own_order(english: str, dutch: str) -> None:
    found = [
        pair for pair in draw_sentences(60_000, "order") if re.fullmatch(english, pair.english)
    ]
    assert found
    assert all(re.fullmatch(dutch, pair.dutch) for pair in found)


def test_every_thing_has_its_article() -> None:
    for thing in (*lexicon.THINGS, *lexicon.PLACES):
        assert thing.english.startswith("the ")
        assert thing.dutch.split()[0] in ("de", "het")


def test_held_out_sentences_are_never_trained_on() -> None:
    held_out = held_out_sentences(200)
    without = frozenset(pair.english for pair in held_out)
    assert len(without) == 200
    drawn = draw_sentences(3000, "training", without)
    assert not without & {pair.english for pair in drawn}


def test_every_form_comes_up() -> None:
    d = Draw("forms")
    assert all(isinstance(form(d), Pair) for form in SENTENCES)


@pytest.mark.parametrize(
    "text",
    [
        "Good morning everyone, thank you for coming.",
        "Last March we spent twelve thousand euros on the training.",
        "Could you speak a little slower, Chen?",
        "We need to check the invoice and then approve the budget.",
        "Fatima said that the hearing loop is almost ready.",
        "The next deadline is on Friday at twenty o'clock.",
        "Let us share that with human resources in January.",
    ],
)
def test_the_words_of_the_first_weights_are_all_there(text: str) -> None:
    """New weights replace the first ones only if they hear the same English as well."""
    known = {word for pair in DRAWN for word in re.findall(r"[\w']+", pair.english.lower())}
    assert set(re.findall(r"[\w']+", text.lower())) <= known
