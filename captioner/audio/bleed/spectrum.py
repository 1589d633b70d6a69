"""One microphone's sound in bands, and how loud each band is while nobody speaks."""

from collections import deque

import numpy as np
import numpy.typing as npt

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples

Numbers = npt.NDArray[np.float64]

BANDS = 16
"""Bands of equal width in mel: coarse enough to be steady in 64 ms, fine enough to tell two voices
that overlap from one."""

LOWEST_HZ = 150.0
HIGHEST_HZ = 7000.0
"""Hum and rumble lie below; above, cheap microphones differ."""

WINDOW_SAMPLES = 2 * FRAME_SAMPLES
"""What one spectrum looks at: the newest frame and the one before."""

HELD_SAMPLES = 8 * FRAME_SAMPLES
"""How much sound is held for whoever compares microphones."""

LEAST_POWER = 1e-7
"""Of one frequency bin: the rounding noise of 16-bit sound. Nothing is quieter, so that digital
silence has a level too."""

FLOOR_PARTS = 12
FLOOR_PART_FRAMES = 16
"""The floor is the least smoothed power of the last 12 × 0.5 s: longer than anybody speaks without
a pause between two words."""

FLOOR_SMOOTHING = 0.7
FLOOR_BIAS = 2.2
"""The least of many estimates lies below their mean: minimum statistics (Martin 2001), with the
factor measured on noise (3.4 dB for this smoothing and length)."""

_HANN = np.hanning(WINDOW_SAMPLES).astype(np.float32)


def band_edges() -> npt.NDArray[np.intp]:
    """First FFT bin of each band, and the bin behind the last: shape (BANDS + 1,)."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (LOWEST_HZ, HIGHEST_HZ))
    hz = 700 * (10 ** (np.linspace(low, high, BANDS + 1) / 2595) - 1)
    return np.round(hz / SAMPLE_RATE * WINDOW_SAMPLES).astype(np.intp)


_EDGES = band_edges()
_WIDTHS = np.diff(_EDGES).astype(np.float64)


def band_powers(window: Samples) -> Numbers:
    """Power in each band, shape (BANDS,), of WINDOW_SAMPLES of sound."""
    power = np.abs(np.fft.rfft(window * _HANN)) ** 2
    summed: Numbers = np.add.reduceat(power[: _EDGES[-1]], _EDGES[:-1], dtype=np.float64)
    return summed + LEAST_POWER * _WIDTHS


def only_sound(samples: Samples) -> Samples:
    """The samples, -1 to 1; those that are no numbers as silence.

    What is infinite once would stay in a floor or a covariance for ever.
    """
    found: Samples = np.clip(np.nan_to_num(samples, posinf=1.0, neginf=-1.0), -1.0, 1.0)
    return found


class Spectrum:
    """Follows one microphone, frame by frame."""

    def __init__(self) -> None:
        self.sound: Samples = np.zeros(HELD_SAMPLES, np.float32)
        """The newest HELD_SAMPLES."""
        self.powers: Numbers = LEAST_POWER * _WIDTHS
        """Shape (BANDS,)."""
        self._smooth: Numbers | None = None
        self._least = np.full(BANDS, np.inf)
        self._parts: deque[Numbers] = deque(maxlen=FLOOR_PARTS)
        self._frames = 0

    @property
    def floor(self) -> Numbers:
        """Power of each band while nobody speaks, shape (BANDS,)."""
        least = self._least
        for part in self._parts:
            least = np.minimum(least, part)
        return np.where(np.isfinite(least), least, self.powers) * FLOOR_BIAS

    def accept(self, samples: Samples, delay: int = 0) -> None:
        """Take the next FRAME_SAMPLES; samples that are no numbers count as silence.

        `delay`: samples by which the powers look back, for a channel that others are behind.
        """
        self.sound = np.concatenate((self.sound[FRAME_SAMPLES:], only_sound(samples)))
        end = HELD_SAMPLES - min(delay, HELD_SAMPLES - WINDOW_SAMPLES)
        self.powers = band_powers(self.sound[end - WINDOW_SAMPLES : end])
        self._frames += 1
        if self._frames == 1:
            return  # half of the window is still empty: a floor up to 10 dB too low, for 6 s
        if self._smooth is None:
            self._smooth = self.powers
        self._smooth = FLOOR_SMOOTHING * self._smooth + (1 - FLOOR_SMOOTHING) * self.powers
        self._least = np.minimum(self._least, self._smooth)
        if self._frames % FLOOR_PART_FRAMES == 0:
            self._parts.append(self._least)
            self._least = np.full(BANDS, np.inf)
