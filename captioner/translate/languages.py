"""Languages as people know them: names and direction of writing, from Babel's tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from captioner.translate.engine import Pair
from captioner.translate.routes import choose_route, describe_pairs, sources_of

AS_LOCALE = {"zt": "zh_Hant", "zh": "zh_Hans", "pb": "pt_BR", "tl": "fil", "no": "nb"}
"""Codes of Argos packages that no table of languages knows, or knows as another."""


@dataclass(frozen=True, slots=True)
class LanguageCard:
    """A language that somebody may want to read."""

    code: str
    name: str
    """In the language itself."""
    english: str
    direction: str
    """ltr or rtl."""
    is_spoken: bool
    """Whether somebody in the meeting speaks it."""
    sources: tuple[str, ...]
    """The languages out of which it can be made here."""


def language_cards(pairs: frozenset[Pair], spoken: Iterable[str]) -> list[LanguageCard]:
    """What can be read in a meeting: what is spoken in it, and what can be made here; by name."""
    heard = set(spoken)
    codes = heard | {target for _, target in pairs}
    cards = [_card(code, code in heard, sources_of(pairs, code)) for code in codes]
    return sorted(cards, key=lambda card: (card.name.casefold(), card.code))


def name_of(code: str) -> str:
    """In English; the code where nobody knows it."""
    return _card(code, False, ()).english


def describe_lack(count: int, sources: Iterable[str], language: str, pairs: frozenset[Pair]) -> str:
    """Why so many captions, spoken in these languages, are not there in another: for people."""
    lost = [name_of(each) for each in sorted(sources) if not choose_route(pairs, each, language)]
    if lost:
        return (
            f"No package here translates {' or '.join(lost)} into {name_of(language)}, so that"
            f" {count} captions stand as they were spoken; there are: {describe_pairs(pairs)}."
        )
    return (
        f"{count} captions could not be translated into {name_of(language)} in time and stand as"
        " they were spoken: ask again in a minute."
    )


def _card(code: str, is_spoken: bool, sources: tuple[str, ...]) -> LanguageCard:
    locale = _locale(code)
    if locale is None:
        return LanguageCard(code, code, code, "ltr", is_spoken, sources)
    name = str(locale.get_display_name() or code)
    english = str(locale.get_display_name("en") or code)
    direction = str(locale.text_direction)
    return LanguageCard(code, name[:1].upper() + name[1:], english, direction, is_spoken, sources)


def _locale(code: str) -> Any:
    from babel import Locale, UnknownLocaleError

    known = AS_LOCALE.get(code, code.replace("-", "_"))
    try:
        return Locale.parse(known)
    except (UnknownLocaleError, ValueError, TypeError):
        return None
