"""By which steps one language becomes another: directly, or through English."""

from collections.abc import Collection, Iterable

from captioner.translate.engine import Pair

PIVOT = "en"
"""Packages exist from English into nearly every language and back, and hardly any others."""


def choose_route(pairs: Collection[Pair], source: str, target: str) -> tuple[Pair, ...]:
    """The steps from one language to another; none: there is no way, or none is needed."""
    if source == target:
        return ()
    if (source, target) in pairs:
        return ((source, target),)
    steps = ((source, PIVOT), (PIVOT, target))
    return steps if all(step in pairs for step in steps) else ()


def sources_of(pairs: Collection[Pair], target: str) -> tuple[str, ...]:
    """The languages out of which this one can be made."""
    known = sorted({source for source, _ in pairs})
    return tuple(source for source in known if choose_route(pairs, source, target))


def describe_pairs(pairs: Iterable[Pair]) -> str:
    """For people: en → nl, nl → en."""
    return ", ".join(f"{source} → {target}" for source, target in sorted(pairs)) or "none"
