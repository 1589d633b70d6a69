import pytest

from captioner.translate.engine import Pair
from captioner.translate.routes import choose_route, describe_pairs, sources_of

PAIRS = {("en", "nl"), ("nl", "en"), ("en", "de"), ("fr", "de")}


@pytest.mark.parametrize(
    ("source", "target", "route"),
    [
        ("en", "nl", [("en", "nl")]),
        ("nl", "de", [("nl", "en"), ("en", "de")]),
        ("fr", "de", [("fr", "de")]),
        ("fr", "nl", []),  # nothing leads out of French into English
        ("de", "nl", []),
        ("nl", "nl", []),
        ("en", "xx", []),
    ],
)
def test_a_route_is_direct_or_through_english(source: str, target: str, route: list[Pair]) -> None:
    assert list(choose_route(PAIRS, source, target)) == route


def test_the_sources_of_a_language_are_all_from_which_a_route_leads_there() -> None:
    assert sources_of(PAIRS, "de") == ("en", "fr", "nl")
    assert sources_of(PAIRS, "nl") == ("en",)
    assert sources_of(set(), "nl") == ()


def test_pairs_are_told_to_people() -> None:
    assert describe_pairs({("nl", "en"), ("en", "nl")}) == "en → nl, nl → en"
    assert describe_pairs([]) == "none"
