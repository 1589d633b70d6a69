"""How loud a channel is, and whether sound arrives at all: silence is not a stall."""

import math
from dataclasses import dataclass

import numpy as np

from captioner.audio.frame import Samples, seconds_to_samples

FLOOR_DB = -100.0
"""What digital silence reads; nothing is quieter."""

WINDOW_S = 0.2
"""How far back a level looks: long enough to read, short enough to follow a word."""

FIRST_BLOCK_GRACE_S = 5.0
"""How long a freshly opened source may take: an idle PulseAudio source needs up to 2 s."""

_CLIPPED = 0.999
_CLIPPED_SAMPLES = 5
"""Full scale is touched by one sample of loud speech, and by many of clipped speech."""


@dataclass(frozen=True, slots=True)
class Level:
    """Loudness in dB below full scale, -100 to 0."""

    rms_db: float
    """Root mean square: what a meter shows. A full-scale sine reads -3."""
    peak_db: float
    """The largest sample."""
    is_clipping: bool
    """Whether the loudest parts are cut off: the microphone's gain is too high."""


SILENCE = Level(FLOOR_DB, FLOOR_DB, is_clipping=False)
"""The level before any sound."""


def to_db(amplitude: float) -> float:
    """An amplitude, 0 to 1, in dBFS, -100 to 0."""
    if amplitude <= 0.0:
        return FLOOR_DB
    return min(0.0, max(FLOOR_DB, 20.0 * math.log10(amplitude)))


def level_of(samples: Samples) -> Level:
    """The level of exactly these samples."""
    if not len(samples):
        return SILENCE
    rms = math.sqrt(float(np.mean(np.square(samples, dtype=np.float64))))
    magnitudes = np.abs(samples)
    clipped = int(np.count_nonzero(magnitudes >= _CLIPPED))
    return Level(to_db(rms), to_db(float(magnitudes.max())), clipped >= _CLIPPED_SAMPLES)


class LevelMeter:
    """The level of one channel over its last 200 ms of sound, however it was cut into blocks."""

    def __init__(self, window_s: float = WINDOW_S) -> None:
        self._window = seconds_to_samples(window_s)
        self._recent: Samples = np.zeros(0, np.float32)

    def accept(self, samples: Samples) -> Level:
        """Take the next samples at 16 kHz; return the level with them."""
        self._recent = np.concatenate((self._recent, samples))[-self._window :]
        return self.level

    @property
    def level(self) -> Level:
        """The level as of the last sample; -100 dB before the first."""
        return level_of(self._recent)


class StallWatch:
    """Tells that a source has stopped sending blocks, from the times it is given.

    Before the first block the patience is longer: a source may start slowly. Times are seconds of
    any steady clock.
    """

    def __init__(self, stall_s: float, first_block_grace_s: float = FIRST_BLOCK_GRACE_S) -> None:
        self._stall_s = stall_s
        self._grace_s = max(stall_s, first_block_grace_s)
        self._deadline_s = math.inf

    def note_opened(self, now_s: float) -> None:
        """The source was opened just now."""
        self._deadline_s = now_s + self._grace_s

    def note_block(self, now_s: float) -> None:
        """A block came just now, of sound or of silence."""
        self._deadline_s = now_s + self._stall_s

    def is_stalled(self, now_s: float) -> bool:
        """Whether the next block is overdue; never before the source was opened."""
        return now_s > self._deadline_s

    def remaining_s(self, now_s: float) -> float:
        """Seconds until a stall, at least 0; infinite before the source was opened."""
        return max(0.0, self._deadline_s - now_s)
