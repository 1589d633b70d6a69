"""How many people may talk at once before captions fall behind, by size of weights.

One figure of this machine, the time that one stretch takes with weights of the shape of tiny, and
what the other sizes cost in proportion. docs/benchmarks.md has both ends: the proportions and the
number of stretches a second of speech were measured by `captioner bench --shape …` there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

STRETCH_S = 5.0
"""Sound of the stretch whose time is measured: the mean of partials and finals is a bit less."""

STRETCH_TOKENS = 16
"""Text of that stretch."""

ROWS_A_SECOND = 1.5
"""Stretches that are decoded for a second of speech: a partial a second, a final for each
utterance, a second try now and then."""

SHARE_OF_MANY = 0.7
"""Of that, for each of three and more: partials come every 1.5 s, and rows share a call."""

MOST_BUSY = 0.95
"""Of the time that the one decoding thread may be busy; beyond it captions fall behind."""

WORTH_TELLING = 16
"""More at once is no meeting."""

USUAL_TALKERS = 2
"""Who talk at once in a meeting: mostly one, two where they interrupt each other."""


class Fit(StrEnum):
    """Whether weights are for this machine."""

    WELL = "well"
    TIGHT = "tight"
    """One person at a time; where two talk at once captions come late."""
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Size:
    """One of faster-whisper's sizes."""

    cost: float
    """Time of a stretch, tiny = 1."""
    disk_mb: int
    """Rounded: what a pull fetches."""
    memory_mb: int
    """Of the process with these weights loaded, about, on a processor."""


SIZES: Mapping[str, Size] = {
    "large-v3-turbo": Size(13.5, 1620, 1250),
    "large-v3": Size(26, 3090, 2100),
    "large-v2": Size(26, 3090, 2100),
    "large-v1": Size(26, 3090, 2100),
    "distil-large-v3.5": Size(12.5, 1510, 1200),
    "distil-large-v3": Size(12.5, 1510, 1200),
    "distil-large-v2": Size(12.5, 1510, 1200),
    "medium": Size(14.6, 1530, 1150),
    "medium.en": Size(14.6, 1530, 1150),
    "distil-medium.en": Size(7, 790, 750),
    "small": Size(5.8, 484, 560),
    "small.en": Size(5.8, 484, 560),
    "distil-small.en": Size(3.6, 333, 480),
    "base": Size(2.4, 145, 330),
    "base.en": Size(2.4, 145, 330),
    "tiny": Size(1, 76, 290),
    "tiny.en": Size(1, 76, 290),
}
"""By the names of asr/weights.py. Cost and memory of tiny, base and small were measured, the others
follow from the measures of their layers; the sizes on the disk are those on the hub."""


def stretch_cost_s(name: str, tiny_s: float) -> float | None:
    """What one stretch takes here, if the size is known; `tiny_s` is what it takes with tiny."""
    size = SIZES.get(name)
    return size.cost * tiny_s if size is not None else None


def count_speakers(stretch_s: float) -> int:
    """How many may talk without pause at the same time, by what one stretch takes; 0: not one."""
    if stretch_s <= 0:
        return WORTH_TELLING
    fits = (each for each in range(WORTH_TELLING, 0, -1) if _busy(each, stretch_s) <= MOST_BUSY)
    return next(fits, 0)


def judge(speakers: int, channels: int = USUAL_TALKERS) -> Fit:
    """Whether so many at once are enough for a meeting of so many microphones."""
    if speakers >= min(channels, USUAL_TALKERS):
        return Fit.WELL
    return Fit.TIGHT if speakers else Fit.TOO_LARGE


def keeps_up(name: str, tiny_s: float) -> bool:
    """Whether these weights are enough for a meeting here; also where nobody knows their size."""
    cost_s = stretch_cost_s(name, tiny_s)
    return cost_s is None or judge(count_speakers(cost_s)) is Fit.WELL


def recommend(tiny_s: float, english_only: bool = False) -> str:
    """The size that hears best of those that keep up here; tiny where none does.

    Among sizes of one cost the order is that of the table: fewest words wrong first.
    """
    names = [name for name in SIZES if name.endswith(".en") == english_only]
    names = [name for name in names if not name.startswith("distil") or english_only]
    for name in names:
        if keeps_up(name, tiny_s):
            return name
    return "tiny.en" if english_only else "tiny"


def describe_fit(name: str, speakers: int, recommended: str) -> str:
    """One sentence on whether weights are for this machine; `recommended` by `recommend`."""
    fit = judge(speakers)
    if fit is Fit.TOO_LARGE:
        return (
            f"The weights {name} are too large for this computer: captions fall behind even while"
            f" only one person talks. Take {recommended}."
        )
    if fit is Fit.TIGHT:
        return (
            f"The weights {name} keep up with one person at a time on this computer; while two talk"
            f" at once captions come late. {recommended} would keep up."
        )
    return f"The weights {name} keep up while {speakers} people talk at once on this computer."


def _busy(speakers: int, stretch_s: float) -> float:
    share = SHARE_OF_MANY if speakers > 2 else 1.0
    return speakers * share * ROWS_A_SECOND * stretch_s
