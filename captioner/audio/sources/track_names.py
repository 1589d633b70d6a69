"""Who speaks in a recorded track, by the name of its file."""

import re
from collections.abc import Sequence

ZOOM = re.compile(r"audio(\D+?)\d{6,}")
"""Zoom's own tracks: audioAnnaSmith11234567890."""

SEPARATORS = re.compile(r"[\s_.+-]+")
NO_NAME = re.compile(r"\d+|audio|track|raw|riverside|recording|channel|mic", re.IGNORECASE)

LONGEST = 40


def speaker_names(stems: Sequence[str]) -> list[str]:
    """A name for each file, without what all the names share, numbers and words of programs.

    What has nothing else in it is `Speaker 1`, `Speaker 2` by its place.
    """
    words = [_words(stem) for stem in stems]
    if len(words) > 1:
        shared = set.intersection(*(set(each) for each in words))
        words = [[word for word in each if word not in shared] for each in words]
    names = [" ".join(word for word in each if not NO_NAME.fullmatch(word)) for each in words]
    names = [name.title() if name.islower() else name for name in names]
    return [name[:LONGEST].strip() or f"Speaker {place}" for place, name in enumerate(names, 1)]


def _words(stem: str) -> list[str]:
    if found := ZOOM.fullmatch(stem):
        stem = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", found[1])
    return [word for word in SEPARATORS.split(stem) if word]
