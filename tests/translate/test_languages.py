import pytest

from captioner.translate.languages import LanguageCard, language_cards, name_of

PAIRS = frozenset({("en", "nl"), ("nl", "en"), ("en", "ar"), ("en", "zt"), ("en", "qqq")})


def cards() -> dict[str, LanguageCard]:
    return {card.code: card for card in language_cards(PAIRS, ["en", "fy"])}


def test_each_language_is_shown_in_its_own_name_and_direction() -> None:
    found = cards()
    assert (found["nl"].name, found["nl"].english) == ("Nederlands", "Dutch")
    assert (found["ar"].name, found["ar"].direction) == ("العربية", "rtl")
    assert found["nl"].direction == "ltr"
    assert "中文" in found["zt"].name


def test_what_is_spoken_is_there_also_where_nothing_leads_to_it() -> None:
    found = cards()
    assert (found["fy"].is_spoken, found["fy"].sources) == (True, ())
    assert (found["en"].is_spoken, found["en"].sources) == (True, ("nl",))
    assert (found["ar"].is_spoken, found["ar"].sources) == (False, ("en", "nl"))


def test_a_code_that_nobody_knows_is_its_own_name() -> None:
    assert (cards()["qqq"].name, name_of("qqq")) == ("qqq", "qqq")


@pytest.mark.parametrize(("code", "name"), [("de", "German"), ("pb", "Portuguese (Brazil)")])
def test_a_language_has_an_english_name(code: str, name: str) -> None:
    assert name_of(code) == name
