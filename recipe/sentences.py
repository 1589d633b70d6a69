"""Sentences to train on, and others to judge by."""

from recipe.draw import Draw
from recipe.grammar import SENTENCES, Pair


def sentence(d: Draw) -> Pair:
    """One sentence."""
    return d.random.choice(SENTENCES)(d)


def draw_sentences(
    count: int, seed: int | str, without: frozenset[str] = frozenset()
) -> list[Pair]:
    """`count` sentences, repeats allowed, none whose English or Dutch is in `without`."""
    d = Draw(seed)
    drawn: list[Pair] = []
    while len(drawn) < count:
        pair = sentence(d)
        if pair.english not in without and pair.dutch not in without:
            drawn.append(pair)
    return drawn


def held_out_sentences(count: int = 600, seed: str = "held out") -> list[Pair]:
    """Different sentences for evaluation; training draws without them.

    Those of fewer than five words stay out of this list: there are too few of them to be new.
    """
    d = Draw(seed)
    found: dict[str, Pair] = {}
    while len(found) < count:
        pair = sentence(d)
        if len(pair.english.split()) >= 5 and len(pair.dutch.split()) >= 5:
            found[pair.english] = pair
    return list(found.values())
