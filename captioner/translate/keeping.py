"""What must come through a translation unharmed: names, numbers, times, addresses.

Why they are checked and put right, and not hidden behind placeholders: docs/decisions/013.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

_URL = r"(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?)\]]"
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_NUMBER = r"\d+(?:[.,:/-]\d+)*%?"
_AROUND = " \t\n.,;:!?…-–()\"'“”‘’"
_DIGITS = re.compile(r"[\d%]")
_NUMBERS = re.compile(_NUMBER)


@dataclass(frozen=True, slots=True)
class Keeper:
    """A part of a text that must be in its translation."""

    text: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        """Whether it is made of digits and what stands between them."""
        return _NUMBERS.fullmatch(self.text) is not None


def names_to_keep(names: Iterable[str], ordinary: Collection[str]) -> tuple[str, ...]:
    """Those that cannot be meant as a word of the language: Will and Mark begin sentences too."""
    return tuple(name for name in names if name.casefold() not in ordinary)


def find_keepers(text: str, names: Sequence[str] = ()) -> list[Keeper]:
    """Addresses, times, numbers and these names, where they stand, from left to right."""
    wanted = [name for name in names if name and name in text]
    by_length = sorted(map(re.escape, wanted), key=len, reverse=True)
    parts = [_URL, _MAIL, *(rf"(?<!\w){name}(?!\w)" for name in by_length), _NUMBER]
    found = re.finditer("|".join(parts), text)
    return [Keeper(match[0], match.start(), match.end()) for match in found]


def is_kept(keepers: Sequence[Keeper], translated: str) -> bool:
    """Whether each of them is there, as often as it was said.

    Numbers may be written in the other language's way: 1,000.50 as 1.000,50, 10:30 as 10.30.
    """
    numbers = Counter(_key(each) for each in _NUMBERS.findall(translated))
    wanted = Counter(_key(each.text) for each in keepers if each.is_number)
    if wanted - numbers:
        return False
    texts = Counter(each.text for each in keepers if not each.is_number)
    return all(_count(text, translated) >= count for text, count in texts.items())


def put_right(keepers: Sequence[Keeper], translated: str) -> str:
    """The translation with one number that it got wrong as it was said; else as it is.

    Only where one is missing and one is there that nobody has said: then one stands for the other.
    """
    wanted = [each.text for each in keepers if each.is_number]
    found = [match for match in _NUMBERS.finditer(translated)]
    missing = _without(wanted, [match[0] for match in found])
    strange = Counter(_key(match[0]) for match in found) - Counter(map(_key, wanted))
    if len(missing) != 1 or strange.total() != 1:
        return translated
    (key,) = strange
    at = next(match for match in found if _key(match[0]) == key)
    return translated[: at.start()] + missing[0] + translated[at.end() :]


def invents_numbers(keepers: Sequence[Keeper], translated: str) -> bool:
    """Whether there is a number in it that nobody has said."""
    said = {_key(each) for keeper in keepers for each in _NUMBERS.findall(keeper.text)}
    return any(_key(each) not in said for each in _NUMBERS.findall(translated))


def cut(text: str, keepers: Sequence[Keeper]) -> list[str]:
    """The text in pieces: every second one is a keeper, the first and the last are none."""
    pieces, at = [], 0
    for keeper in keepers:
        pieces += [text[at : keeper.start], keeper.text]
        at = keeper.end
    return [*pieces, text[at:]]


def core_of(piece: str) -> str:
    """The words of a piece, without what stands around them; empty: there is no letter in it."""
    core = piece.strip(_AROUND)
    return core if any(letter.isalpha() for letter in core) else ""


def fit(piece: str, translated: str) -> str:
    """What became of the core of a piece, with what stood around it, and no sentence of its own."""
    core = core_of(piece)
    made = translated.strip(_AROUND)
    if core[:1].islower() and made[:1].isupper() and not made[1:2].isupper():
        made = made[:1].lower() + made[1:]
    before, _, after = piece.partition(core)
    return f"{before}{made}{after}"


def _key(number: str) -> str:
    """The digits alone, and whether it is a share."""
    return "".join(_DIGITS.findall(number))


def _count(text: str, within: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(text)}(?!\w)", within))


def _without(wanted: Sequence[str], found: Sequence[str]) -> list[str]:
    left = Counter(map(_key, found))
    missing = []
    for each in wanted:
        if left[_key(each)]:
            left[_key(each)] -= 1
        else:
            missing.append(each)
    return missing
