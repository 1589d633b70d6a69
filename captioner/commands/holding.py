"""What this machine can hold: measured once, shown as a table."""

from pathlib import Path
from typing import TextIO

from captioner.asr.capacity import (
    SIZES,
    STRETCH_S,
    WORTH_TELLING,
    Fit,
    count_speakers,
    judge,
    recommend,
)
from captioner.asr.speed import remember_speed, remembered_speed
from captioner.bench.speed import measure_speed

_SHOWN = ("large-v3", "large-v3-turbo", "medium", "small", "base", "tiny")


def print_capacity(folder: Path, out: TextIO, *, measures: bool) -> None:
    """Sizes against this machine, by what is remembered in the data folder `folder`.

    `measures`: measure it now, which takes a few seconds.
    """
    if measures:
        print("Measuring this computer: a few seconds.", file=out, flush=True)
        remember_speed(folder, measure_speed())
    tiny_s = remembered_speed(folder)
    if tiny_s is None:
        print(
            "Which sizes this computer can hold is not known yet: `captioner models list --measure`"
            " finds out in a few seconds.",
            file=out,
        )
        return
    print("\nSizes on this computer, and who can talk at once without pause:", file=out)
    best = recommend(tiny_s)
    for name in _SHOWN:
        size = SIZES[name]
        speakers = count_speakers(size.cost * tiny_s)
        mark = "  recommended" if name == best else ""
        print(
            f"  {name:<16} {_people(speakers):<28} {size.disk_mb:>5} MB to fetch,"
            f" {size.memory_mb:>5} MB of memory{mark}",
            file=out,
        )
    print(
        f"Reckoned from {tiny_s:.2f} s that one thread takes for {STRETCH_S:.0f} s of speech with"
        " weights of the size of tiny, and from what the others cost in proportion, without a GPU.",
        file=out,
    )


def _people(speakers: int) -> str:
    if judge(speakers) is Fit.TOO_LARGE:
        return "too large: falls behind"
    if speakers >= WORTH_TELLING:
        return f"{speakers} people and more"
    return "1 person at a time" if speakers == 1 else f"{speakers} people"
