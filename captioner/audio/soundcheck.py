"""What the last seconds of a microphone say before anybody relies on it: loud enough, cut off, how
much noise; and whether two microphones are one, or hear one voice.

Everything is judged from sound that is at hand: nothing is kept, and nothing is done while nobody
looks.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
import numpy.typing as npt

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.audio.level import FLOOR_DB, level_of

RECENT_S = 4.0
"""Seconds that are looked at."""

_RECENT_SAMPLES = round(RECENT_S * SAMPLE_RATE)

_STEP_SAMPLES = FRAME_SAMPLES // 2
"""16 ms: fine enough that two voices do not look alike."""

_FLOOR_SHARE = 15
"""Percentile of the steps' levels that is taken for noise: people pause that often."""

_DEAD_DB = -90.0
"""Below this there is not even the noise of a microphone."""

_VOICE_ABOVE_FLOOR_DB = 12.0
_VOICE_AT_LEAST_DB = -55.0

_MOST_LAG_SAMPLES = SAMPLE_RATE // 8
"""Two paths of one microphone through a sound server lie so far apart at most."""

_SAME_S = 2.0
_SAME_FROM = 0.9
"""Correlation of the sound itself, from sample to sample, at the best lag: one microphone by two
names is 1. Two that hear one voice are far below, for each has a room and a noise of its own.
Differences of samples are compared, for a hum of the mains that is in both to count for nothing."""

_WORTH_A_CLOSER_LOOK = 0.3
_PARTS = 8
"""Of a sample, for the lag."""

_SHARED_FROM = 0.7
"""Correlation of the levels. Microphones that hear the same voice: above; people who talk over each
other into microphones of their own never above 0.54 (research on neighbours' projects)."""

_SHARED_WITHIN_DB = 12.0
"""A voice that is quieter than this in the other microphone is left to the bleed gate."""


@dataclass(frozen=True, slots=True)
class HeardSound:
    """What a microphone heard in its last seconds."""

    rms_db: float
    """Of its voice where there is one, else of all, dBFS."""
    peak_db: float
    floor_db: float
    """Its noise while nobody speaks."""
    is_clipping: bool
    has_voice: bool
    """Whether something is clearly louder than the noise."""
    is_dead: bool
    """Complete silence, or nothing at all."""


class Likeness(StrEnum):
    """How the sound of one microphone is related to that of another."""

    SAME = "same"
    """It is one microphone, by two names."""
    SHARED = "shared"
    """Both hear the same voice, one nearly as loudly as the other."""


@dataclass(frozen=True, slots=True)
class MicrophonePair:
    """Two microphones that have something to do with each other."""

    one: str
    """The louder of them, or the first."""
    other: str
    likeness: Likeness
    below_db: float
    """By how much the voice is quieter in the other."""


NOTHING: Samples = np.zeros(0, np.float32)


class Recent:
    """The last seconds of one microphone. Used from the event loop's thread."""

    def __init__(self) -> None:
        self.samples = NOTHING

    def accept(self, block: Samples) -> None:
        """Take the next samples at 16 kHz."""
        self.samples = np.concatenate((self.samples, block))[-_RECENT_SAMPLES:]


def judge_sound(recent: Samples) -> HeardSound:
    """What these seconds of one microphone say."""
    levels = _levels_db(recent)
    if not len(levels):
        return HeardSound(FLOOR_DB, FLOOR_DB, FLOOR_DB, False, False, True)
    level = level_of(recent)
    floor = float(np.percentile(levels, _FLOOR_SHARE))
    loud = levels[levels >= max(floor + _VOICE_ABOVE_FLOOR_DB, _VOICE_AT_LEAST_DB)]
    has_voice = len(loud) * _STEP_SAMPLES >= SAMPLE_RATE // 8
    power = 10 * np.log10(np.mean(10 ** (loud / 10))) if has_voice else level.rms_db
    return HeardSound(
        rms_db=float(power),
        peak_db=level.peak_db,
        floor_db=floor,
        is_clipping=level.is_clipping,
        has_voice=has_voice,
        is_dead=level.peak_db <= _DEAD_DB,
    )


def find_pairs(recent: Mapping[str, Samples]) -> list[MicrophonePair]:
    """The microphones, by name, that are one, or that hear one voice; the louder one first."""
    found = []
    for one, other in combinations(recent, 2):
        pair = _compare(one, recent[one], other, recent[other])
        if pair is not None:
            found.append(pair)
    return found


def _compare(one: str, first: Samples, other: str, second: Samples) -> MicrophonePair | None:
    length = min(len(first), len(second)) // FRAME_SAMPLES * FRAME_SAMPLES
    if length < SAMPLE_RATE:
        return None
    first, second = first[-length:], second[-length:]
    if min(level_of(first).peak_db, level_of(second).peak_db) <= _DEAD_DB:
        return None
    heard, overheard = judge_sound(first), judge_sound(second)
    below_db = heard.rms_db - overheard.rms_db
    newest = round(_SAME_S * SAMPLE_RATE)
    edges = np.diff(first[-newest:]), np.diff(second[-newest:])
    if _best_correlation(*edges, _MOST_LAG_SAMPLES) >= _SAME_FROM:
        return MicrophonePair(one, other, Likeness.SAME, abs(below_db))
    if not (heard.has_voice and overheard.has_voice) or abs(below_db) > _SHARED_WITHIN_DB:
        return None
    levels = _levels_db(first), _levels_db(second)
    if _best_correlation(*levels, _MOST_LAG_SAMPLES // _STEP_SAMPLES) < _SHARED_FROM:
        return None
    louder, fainter = (one, other) if below_db >= 0 else (other, one)
    return MicrophonePair(louder, fainter, Likeness.SHARED, abs(below_db))


def _levels_db(samples: Samples) -> npt.NDArray[np.float64]:
    """RMS of each whole step in dBFS, FLOOR_DB at least."""
    whole = len(samples) // _STEP_SAMPLES
    steps = samples[: whole * _STEP_SAMPLES].reshape(whole, _STEP_SAMPLES)
    power = np.mean(np.square(steps, dtype=np.float64), axis=1)
    levels: npt.NDArray[np.float64] = 10 * np.log10(np.maximum(power, 10 ** (FLOOR_DB / 10)))
    return levels


def _best_correlation(
    first: npt.NDArray[np.floating], second: npt.NDArray[np.floating], most_lag: int
) -> float:
    """Pearson's r at the lag, up to `most_lag` either way, at which the two are most alike."""
    a, b = first - np.mean(first), second - np.mean(second)
    scale = float(np.linalg.norm(a) * np.linalg.norm(b))
    if scale <= 0.0:
        return 0.0
    size = 1 << (2 * len(a) - 1).bit_length()
    spectrum = np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size))
    lags = np.arange(-most_lag, most_lag + 1)
    overlap = 1 - np.abs(lags) / len(a)  # of two stretches that lie apart, only this is in both
    found = np.fft.irfft(spectrum, size)[lags] / overlap
    best = int(np.argmax(found))
    if found[best] < _WORTH_A_CLOSER_LOOK * scale:
        return float(found[best]) / scale
    near = _between(spectrum, size, float(lags[best])) / float(overlap[best])
    return max(float(found[best]), near) / scale


def _between(spectrum: npt.NDArray[np.complexfloating], size: int, lag: float) -> float:
    """The largest value of a correlation around a lag: two paths of one microphone lie parts of a
    sample apart, and of broad noise half a sample takes away a third."""
    turns = np.exp(2j * np.pi * np.arange(len(spectrum)) * (lag - 0.5) / size)
    step = np.exp(2j * np.pi * np.arange(len(spectrum)) / _PARTS / size)
    largest = -math.inf
    for _ in range(_PARTS + 1):
        value = 2 * float(np.sum((spectrum * turns).real)) - float(spectrum[0].real)
        largest = max(largest, float(value / size))
        turns = turns * step
    return largest
