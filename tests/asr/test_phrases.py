import pytest

from captioner.asr.filters import plain_words
from captioner.asr.phrases import CREDITS, SAYABLE, phrases_of

TABLES = {"sayable": SAYABLE, "credits": CREDITS}


@pytest.mark.parametrize("language", ["en", "nl", "de", "fr", "es"])
@pytest.mark.parametrize("table", TABLES)
def test_the_languages_of_our_meetings_have_phrases_of_their_own(table: str, language: str) -> None:
    assert len(TABLES[table][language]) >= 5


@pytest.mark.parametrize("table", TABLES)
def test_every_language_has_the_english_ones_too(table: str) -> None:
    """Whisper ends Dutch silence with "Thank you." as well."""
    english = set(phrases_of(TABLES[table], "en"))
    for language in ("nl", "de", "xx"):
        assert english <= set(phrases_of(TABLES[table], language))
    assert len(phrases_of(TABLES[table], "en")) == len(english), "each once"


@pytest.mark.parametrize("table", TABLES)
def test_a_phrase_is_words_and_stands_there_once(table: str) -> None:
    for language, phrases in TABLES[table].items():
        plain = [tuple(plain_words(phrase)) for phrase in phrases]
        assert all(plain), language
        assert len(set(plain)) == len(plain), language


def test_no_credit_is_something_people_say() -> None:
    """The bar for credits is lower."""
    said = {tuple(plain_words(phrase)) for phrases in SAYABLE.values() for phrase in phrases}
    films = {tuple(plain_words(phrase)) for phrases in CREDITS.values() for phrase in phrases}
    assert not said & films
