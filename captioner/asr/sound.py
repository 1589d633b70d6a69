"""What the sound of a stretch says by itself: how loud, and how lively."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from captioner.audio.frame import FRAME_SAMPLES, Samples

FEWEST_FRAMES = 8
"""Frames (256 ms) that a contrast needs; a shorter stretch is judged by its level alone."""

_MEAN_SAMPLES = 81
"""5 ms: to take the mean over it away removes an offset and, by 20 dB, the mains' hum of 50 Hz; of
a deep voice, 100 Hz, a third is left, and all of what is higher."""

SILENT_DB = -95.0
"""Frames below this hold nothing: the noise of 16 bits itself is about -98 to -101."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What the sound of a stretch says by itself."""

    level_db: float
    """Of its loud frames (90th percentile), in dBFS, -100 to 0."""
    contrast_db: float
    """By how much its loud frames stand above its quiet ones (10th percentile), without hum.

    Infinite where that cannot be said: in too short a stretch, or of an offset alone.
    """
    voiced_s: float
    """Seconds from its first voiced sample to its last."""


def measure_sound(samples: Samples, voiced_s: float) -> Sound:
    """The figures of a stretch with what goes before and after the voice."""
    loud = _frame_levels(samples)
    if not len(loud):
        return Sound(-100.0, math.inf, voiced_s)
    level = float(np.percentile(loud, 90))
    if len(loud) < FEWEST_FRAMES:
        return Sound(level, math.inf, voiced_s)
    levels = _frame_levels(_without_hum(samples))
    quiet, high = np.percentile(levels, (10, 90))
    return Sound(level, float(high - quiet) if high > SILENT_DB else math.inf, voiced_s)


def _frame_levels(samples: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """RMS of each whole frame in dBFS, -100 at least."""
    whole = len(samples) // FRAME_SAMPLES
    frames = samples[: whole * FRAME_SAMPLES].reshape(whole, FRAME_SAMPLES)
    power = np.mean(np.square(frames, dtype=np.float64), axis=1)
    levels: npt.NDArray[np.float64] = 10.0 * np.log10(np.maximum(power, 1e-10))
    return levels


def _without_hum(samples: Samples) -> npt.NDArray[np.float64]:
    """Less the mean of the 5 ms around each sample; around, because a delay would leave the hum."""
    around = np.pad(samples.astype(np.float64), (_MEAN_SAMPLES // 2 + 1, _MEAN_SAMPLES // 2))
    total = np.cumsum(around)
    mean = (total[_MEAN_SAMPLES:] - total[:-_MEAN_SAMPLES]) / _MEAN_SAMPLES
    rest: npt.NDArray[np.float64] = samples - mean
    return rest
