import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.asr.glossary import (
    LONGEST_TERM,
    MOST_TERMS,
    Correction,
    Glossary,
    Term,
    choose_hotwords,
    estimate_tokens,
    parse_glossary,
)
from captioner.errors import MeetingError

NAMES = Glossary(
    parse_glossary(
        "Kowalski, Overdijk, Papadopoulos; Takahashi\n"
        "Siobhan: Shivon, she von\n"
        "Anna, Chen, Bram, Omar, Taylor, Martin, TenneT, IT, kubernetes, kafka, Winterhal\n"
        "Jan de Vries"
    ),
    known=["Sean", "Karen"],
)


def test_terms_stand_on_lines_or_between_commas_and_semicolons() -> None:
    assert [
        term.written for term in parse_glossary("Anna, Bram;Chen\n\n  Jan  de Vries \r\n,;")
    ] == [*("Anna", "Bram", "Chen", "Jan de Vries")]
    assert parse_glossary(" \n") == ()


def test_a_term_may_list_how_it_is_heard() -> None:
    assert parse_glossary("Siobhan: Shivon, she von; Chen:\nBram") == (
        Term("Siobhan", ("Shivon", "she von")),
        Term("Chen"),
        Term("Bram"),
    )
    assert parse_glossary("...: x\n: y") == ()


def test_a_term_that_comes_twice_counts_once() -> None:
    assert parse_glossary("Anna: Ana, anna\nANNA") == (Term("Anna", ("Ana", "anna")),)


def test_a_glossary_has_its_limits_and_says_them() -> None:
    full = [f"Term{number}" for number in range(MOST_TERMS)]
    assert len(parse_glossary(",".join(full))) == MOST_TERMS
    with pytest.raises(MeetingError, match="at most 200 terms: leave 1 out"):
        parse_glossary("\n".join([*full, "Anna"]))
    assert parse_glossary("x" * LONGEST_TERM)
    for long in ("x" * (LONGEST_TERM + 1), "Anna: " + "x" * (LONGEST_TERM + 1)):
        with pytest.raises(MeetingError, match="at most 60 characters") as refused:
            parse_glossary(long)
        assert refused.value.code == "bad_meeting"


RIGHTED = (
    ("I saw Kovalsky and a dog.", "I saw Kowalski and a dog."),
    ("Kovalsky's idea, and Kovalsky’s plan.", "Kowalski's idea, and Kowalski’s plan."),
    ("Overdyke will come.", "Overdijk will come."),
    ("Ask Over Dike, please!", "Ask Overdijk, please!"),
    ("It was a Overdyke", "It was a Overdijk"),  # the word before it is no part of it
    ("Tell Papadopolis a story", "Tell Papadopoulos a story"),
    ("Dear Takahachi", "Dear Takahashi"),
    ("Hello Shivon", "Hello Siobhan"),
    ("so she von came", "so Siobhan came"),
    ("Coopernetties is up, coopernetties too", "Kubernetes is up, kubernetes too"),
    ("we met Jan de Fries", "we met Jan de Vries"),
    ("we met Yan the Vries", "we met Yan the Vries"),  # the is a word
    ("they call tennet today", "they call TenneT today"),
    ("hello Brem and Shen", "hello Bram and Chen"),
)


@pytest.mark.parametrize(("heard", "shown"), RIGHTED)
def test_a_name_that_was_nearly_heard_is_put_right(heard: str, shown: str) -> None:
    assert NAMES.correct(heard, "en").text == shown


LEFT = (
    "Anna and a friend, in an area.",
    "Then Chen and then the chain. Then more.",
    "Bram came from there. From here.",
    "Omar or more of them. Or more?",
    "The tailor said so. Tailor the text.",
    "There is a chin, a Chin and a Shin.",
    "We met Hannah, Ana and Martina.",  # other people
    "it is what it is",
    "The fries are cold; the freeze is over.",
    "in the Winter Hall",  # two words of every day
    "we use cavka",  # too short to be sure
    "then kovalsky said",
    "ask over dijk",  # in small letters it is no name
    "over. Dike",  # two sentences
    "Over, Dike",
    "Karen and Sean and Kowalski and SIOBHAN",
    "kowalski",
    "Okay, overdone, overdue, overdose.",
    "",
    "123 4.5 – …",
)


@pytest.mark.parametrize("text", LEFT)
def test_what_is_right_or_may_be_an_ordinary_word_is_left_alone(text: str) -> None:
    corrected = NAMES.correct(text, "en")
    assert corrected.text == text
    assert corrected.corrections == ()


def test_corrections_are_told() -> None:
    corrected = NAMES.correct("So Kovalsky met Over Dike.", "en")
    assert corrected.corrections == (
        Correction("Kovalsky", "Kowalski"),
        Correction("Over Dike", "Overdijk"),
    )


def test_a_word_that_is_as_near_to_two_terms_is_left_alone() -> None:
    glossary = Glossary(parse_glossary("Marten, Martan"))
    assert glossary.correct("hello Martin", "en").text == "hello Martin"


def test_a_spelling_that_is_an_ordinary_word_is_not_listened_for() -> None:
    """A host who lists it would have every `then` become a name."""
    glossary = Glossary(parse_glossary("Chen: then, that chain"))
    assert glossary.correct("Then and then that chain", "en").text == "Then and then Chen"


def test_names_that_are_known_otherwise_are_no_misheard_terms() -> None:
    glossary = Glossary(parse_glossary("Karin, Overdijk"), known=["Karen", "Over Dike"])
    for text in ("hello Karen", "ask Over Dike"):
        assert glossary.correct(text, "en").text == text
    assert glossary.correct("hello Karyn", "en").text == "hello Karin"


def test_ordinary_words_are_those_of_the_language() -> None:
    glossary = Glossary(parse_glossary("Backer"))
    assert glossary.correct("ga naar Bakker", "nl").text == "ga naar Bakker"
    assert glossary.correct("go to Bakker", "en").text == "go to Backer"


def test_dutch_spellings_of_one_sound_are_one() -> None:
    glossary = Glossary(parse_glossary("Van Dijck, Reijnders, Kuijpers"))
    for heard, shown in (
        ("vraag het Reinders", "vraag het Reijnders"),
        ("vraag het Van Dyck", "vraag het Van Dijck"),
    ):
        assert glossary.correct(heard, "nl").text == shown


def test_without_terms_nothing_is_touched() -> None:
    assert Glossary().correct("Kovalsky", "en").text == "Kovalsky"


@given(st.text(alphabet="KkovalskyOverdijk Annachen.,'’-\n3ĳİ", max_size=60))
def test_what_is_put_right_stays_right(text: str) -> None:
    """A partial is corrected again and again: a shown name must not change at the final."""
    once = NAMES.correct(text, "en")
    assert NAMES.correct(once.text, "en").text == once.text
    assert (once.text == text) == (not once.corrections)


def test_hotwords_are_as_many_terms_as_fit_from_the_first_on() -> None:
    terms = parse_glossary("Siobhan, Kowalski, Overdijk, Ng")
    assert choose_hotwords(terms, 100, len) == "Siobhan, Kowalski, Overdijk, Ng"
    assert choose_hotwords(terms, 17, len) == "Siobhan, Kowalski"
    assert choose_hotwords(terms, 6, len) == ""
    assert choose_hotwords((), 6, len) == ""


def test_tokens_are_not_underestimated() -> None:
    assert estimate_tokens("") == 0
    assert estimate_tokens("Siobhan, Kowalski") == 7
