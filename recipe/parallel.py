"""Sentences with their translation, for the translators: the grammar's, with made-up names."""

import random
import re
from collections.abc import Callable, Iterator

from recipe.draw import Draw
from recipe.grammar import Pair
from recipe.lexicon import NAMES
from recipe.numbers import dutch_number, english_number, listed
from recipe.sentences import held_out_sentences, sentence

FIRST = (
    *listed("b br c ch d dr f fl g gr h j k kl l m n p pr q r s sch sj st t th tr v w x y z"),
    "",
)
VOWELS = listed("a e i o u aa ee ie oo ou ui y é ë ï ö ü á è")
LAST = (*listed("n r s l m t k d x nd rt ng ck ss th"), *[""] * 6)
COMMON_VOWELS = "aeiou"
OTHER_SIGNS = "0123456789:%&()/'\"!;+-–—…€£@#"
"""Signs that no sentence of the grammar has, but a caption may; each becomes a token of its own."""


def strange_name(chance: random.Random) -> str:
    """A name of one to four made-up syllables: "Trioko", "Schéla Vuin"."""
    syllables = [
        chance.choice(FIRST)
        + (chance.choice(COMMON_VOWELS) if chance.random() < 0.75 else chance.choice(VOWELS))
        + (chance.choice(LAST) if chance.random() < 0.4 else "")
        for _ in range(chance.randint(1, 4))
    ]
    name = "".join(syllables).capitalize()
    if len(name) < 2:
        name += "na"
    return f"{name} {strange_name(chance)}" if chance.random() < 0.06 else name


def namer(strange: float) -> Callable[[random.Random], str]:
    """Draws the grammar's names and, in a share of `strange`, made-up ones."""

    def name(chance: random.Random) -> str:
        return strange_name(chance) if chance.random() < strange else chance.choice(NAMES)

    return name


def with_digits(pair: Pair, chance: random.Random) -> Pair:
    """Its first spelt number in digits, the same in both; as it is where it has none."""
    words = re.findall(r"[\w-]+", pair.dutch)
    for number in sorted(range(2, 100), key=lambda _: chance.random()):
        if dutch_number(number) in words:
            english = re.sub(
                rf"(?<![\w-]){english_number(number)}(?![\w-])", "@@", pair.english, count=1
            )
            if "@@" not in english or "half past" in english or "quarter" in english:
                return pair
            if re.search(r"@@ (hundred|thousand)|hundred and @@", english):
                return pair
            digits = str(number if chance.random() < 0.5 else chance.randint(2, 99_999))
            dutch = re.sub(rf"(?<!\w){dutch_number(number)}(?!\w)", digits, pair.dutch, count=1)
            return Pair(english.replace("@@", digits), dutch)
    return pair


def varied(pair: Pair, chance: random.Random) -> Pair:
    """Sometimes without its last mark, as captions come."""
    if chance.random() < 0.08:
        return Pair(pair.english.rstrip(".?"), pair.dutch.rstrip(".?"))
    return pair


def training_pairs(seed: str, strange: float = 0.55) -> Iterator[Pair]:
    """Without end, `strange` names in so many; none of the held-out sentences."""
    d = Draw(seed, namer(strange))
    held_out = {pair.english for pair in held_out_sentences()}
    while True:
        pair = sentence(d)
        if pair.english in held_out:
            continue
        if d.random.random() < 0.25:
            pair = with_digits(pair, d.random)
        pair = varied(pair, d.random)
        if d.random.random() < 0.12:
            other = sentence(d)
            pair = Pair(f"{pair.english} {other.english}", f"{pair.dutch} {other.dutch}")
        yield pair


def strange_pairs(count: int, seed: str = "strange") -> list[Pair]:
    """For evaluation: every one with a made-up name, drawn by another seed than the training's."""
    named: list[str] = []

    def noted(chance: random.Random) -> str:
        named.append(strange_name(chance))
        return named[-1]

    d = Draw(seed, noted)
    pairs: dict[str, Pair] = {}
    while len(pairs) < count:
        named.clear()
        pair = sentence(d)
        if any(name in pair.english for name in named):
            pairs[pair.english] = pair
    return list(pairs.values())
