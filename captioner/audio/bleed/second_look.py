"""Judged frames, kept for a second look once somebody in them is better known."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from captioner.audio.bleed.mixing import Explained
from captioner.audio.bleed.spectrum import Numbers
from captioner.audio.bleed.weighing import HeardFrame

PAST_FRAMES = 94
"""3 s: about as much as somebody says who begins while another speaks, before being known."""

KNOWN_FRAMES = (8, 30, 90)
"""A speaker of whom so many frames are learnt is worth a look back: 0.3, 1 and 3 s alone."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A frame, and how well each set of speakers explains it."""

    heard: HeardFrame
    forward: Numbers
    """Log-probability of every set after this frame, shape (sets,)."""
    likelihoods: Numbers
    explained: Explained


class SecondLook:
    """The newest frames that were judged, and whether to judge them again."""

    def __init__(self) -> None:
        self._past: deque[Seen] = deque(maxlen=PAST_FRAMES)
        self._known = np.zeros(0, np.intp)

    @property
    def past(self) -> Sequence[Seen]:
        """Oldest first, at most PAST_FRAMES."""
        return self._past

    def keep(self, seen: Seen) -> None:
        """One more frame was judged."""
        self._past.append(seen)

    def restart(self, size: int) -> None:
        """Channels came: there are so many now, and earlier frames can't be compared."""
        self._past.clear()
        more = np.zeros(size - len(self._known), np.intp)
        self._known = np.concatenate((self._known, more))

    def is_due(self, learnt: Numbers) -> bool:
        """Whether somebody is better known than before; `learnt`: frames of each, shape (n,)."""
        known = np.searchsorted(KNOWN_FRAMES, learnt, side="right")
        before, self._known = self._known, known
        return bool((known > before).any()) and len(self._past) > 0
