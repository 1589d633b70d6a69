"""What is wrong with the sound of a microphone, and what a host can do about it.

Judged over seconds of voice, with one limit to begin and another to end, so that it stays while it
is true and does not flicker.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples

_FRAME_S = FRAME_SAMPLES / SAMPLE_RATE
_MEMORY_S = 3.0
"""Seconds of voice that count: a sentence. Also how many there must be before anything is said."""

_FULL_SCALE = 0.999
_CLIPPED_FROM, _CLIPPED_UNTIL = 0.002, 0.0005
"""Share of voiced samples at full scale. Speech has peaks 12 to 18 dB above its mean: what is not
cut off touches full scale once in a while, what is stands there in every loud vowel. 0.002 is one
sample in each frame of 32 ms."""
_MOST_CLIPPED = 0.01
"""A frame counts as no worse than this: else the mended sound of ten seconds would not tell."""

_QUIET_BELOW_DB, _QUIET_UNTIL_DB = -50.0, -46.0
"""Mean level of voiced frames. Measured with speech over noise of -75 dB: from -60 dB down the
voice detector misses a tenth of it and more; a low voice is some 10 dB under an ordinary one."""

_DEAD_DB = -90.0
"""Below this there is not even the noise of a microphone: its own switch is off. Sound that does
not arrive at all is another matter: then there are no frames."""
_DEAD_AFTER_S = 5.0


class Advice(StrEnum):
    """One thing to do about a microphone."""

    CLIPPED = "clipped"
    QUIET = "quiet"
    SILENT = "silent"
    SYSTEM_MUTED = "system_muted"
    """Not heard but known: the sound server says so."""


WHAT_TO_DO = {
    Advice.CLIPPED: "The loudest parts are cut off: turn this microphone down, or move it away"
    " from the mouth a little.",
    Advice.QUIET: "This voice is far too quiet: move the microphone nearer to the mouth, or turn"
    " it up.",
    Advice.SILENT: "This microphone sends complete silence: is it switched on?",
    Advice.SYSTEM_MUTED: "This microphone is muted in the sound settings of this computer: switch"
    " it on there.",
}
"""One sentence each, for people."""


@dataclass(frozen=True, slots=True)
class _Frame:
    power: float
    clipped: float
    """Share of its samples at full scale, at most _MOST_CLIPPED."""
    peak: float


class Adviser:
    """Follows one microphone frame by frame. The worst is told first."""

    def __init__(self) -> None:
        self._voiced_s = 0.0
        self._power = 0.0
        self._clipped_share = 0.0
        self._dead_s = 0.0
        self._is_clipped = False
        self._is_quiet = False

    @property
    def advice(self) -> Advice | None:
        """What should be done as of now; None: nothing."""
        if self._dead_s >= _DEAD_AFTER_S:
            return Advice.SILENT
        if self._is_clipped:
            return Advice.CLIPPED
        return Advice.QUIET if self._is_quiet else None

    def accept(self, samples: Samples, has_voice: bool) -> None:
        """Take the next frame."""
        frame = _measure(samples)
        is_dead = frame.peak <= 10 ** (_DEAD_DB / 20)
        self._dead_s = self._dead_s + _FRAME_S if is_dead else 0.0
        if not has_voice:
            return
        self._voiced_s += _FRAME_S
        weight = max(_FRAME_S / self._voiced_s, 1 - math.exp(-_FRAME_S / _MEMORY_S))
        self._power += weight * (frame.power - self._power)
        self._clipped_share += weight * (frame.clipped - self._clipped_share)
        if self._voiced_s >= _MEMORY_S:
            self._judge()

    def _judge(self) -> None:
        clipped_limit = _CLIPPED_UNTIL if self._is_clipped else _CLIPPED_FROM
        self._is_clipped = self._clipped_share >= clipped_limit
        quiet_limit_db = _QUIET_UNTIL_DB if self._is_quiet else _QUIET_BELOW_DB
        self._is_quiet = self._power < 10 ** (quiet_limit_db / 10)


def _measure(samples: Samples) -> _Frame:
    magnitudes = np.abs(samples)
    return _Frame(
        power=float(np.mean(np.square(samples, dtype=np.float64))),
        clipped=min(_MOST_CLIPPED, float(np.mean(magnitudes >= _FULL_SCALE))),
        peak=float(magnitudes.max(initial=0.0)),
    )
