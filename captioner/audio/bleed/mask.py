"""Other people's voices made quieter in one microphone, band by band."""

import numpy as np
import numpy.typing as npt

from captioner.audio.bleed.spectrum import (
    BANDS,
    WINDOW_SAMPLES,
    Numbers,
    band_edges,
)
from captioner.audio.frame import FRAME_SAMPLES, Samples
from captioner.domain import SamplePos

LEAST_GAIN = 0.2
"""14 dB: what is left of bleed keeps the sound whole; weights hear holes as consonants."""

_ROOT_HANN = np.sqrt(np.hanning(WINDOW_SAMPLES + 1)[:-1])


class BandGains:
    """Gains of the newest frames of one channel, as far back as its sound is held."""

    def __init__(self, capacity: int) -> None:
        """`capacity`: frames."""
        self._gains = np.ones((capacity, BANDS))
        self._frames = np.full(capacity, -1)

    def put(self, frame: int, shares: Numbers) -> None:
        """Of the power of a frame in each band, what is to stay; everything until it is told."""
        at = frame % len(self._frames)
        self._frames[at] = frame
        self._gains[at] = np.maximum(np.sqrt(shares), LEAST_GAIN)

    def of(self, frames: npt.NDArray[np.intp]) -> Numbers:
        """Shape (frames, BANDS); 1 where nothing was put."""
        at = frames % len(self._frames)
        return np.where((self._frames[at] == frames)[:, None], self._gains[at], 1.0)

    def apply(self, samples: Samples, start: SamplePos) -> Samples:
        """The samples that begin at `start`, with each frame's gains; a copy where any counts."""
        first = start // FRAME_SAMPLES
        count = (start + len(samples)) // FRAME_SAMPLES - first + 2
        gains = self.of(np.arange(first, first + count))
        if gains.min() > 0.99:
            return samples
        return _filtered(samples, start - first * FRAME_SAMPLES, gains)


def _filtered(samples: Samples, before: int, gains: Numbers) -> Samples:
    """Weighted overlap-add with a root Hann window; window k ends with frame k."""
    count = len(gains)
    padded = np.zeros((count + 1) * FRAME_SAMPLES)
    begin = FRAME_SAMPLES + before
    padded[begin : begin + len(samples)] = samples
    windows = np.stack(
        [padded[k * FRAME_SAMPLES : k * FRAME_SAMPLES + WINDOW_SAMPLES] for k in range(count)]
    )
    spectra = np.fft.rfft(windows * _ROOT_HANN) * gains_of_bins(gains, WINDOW_SAMPLES // 2 + 1)
    quiet = np.fft.irfft(spectra, WINDOW_SAMPLES) * _ROOT_HANN
    summed = np.zeros_like(padded)
    for k in range(count):
        summed[k * FRAME_SAMPLES : k * FRAME_SAMPLES + WINDOW_SAMPLES] += quiet[k]
    return summed[begin : begin + len(samples)].astype(np.float32)


def gains_of_bins(gains: Numbers, bins: int) -> Numbers:
    """From bands, (frames, BANDS), to FFT bins without steps between neighbours: (frames, bins)."""
    edges = band_edges()
    centres = (edges[:-1] + edges[1:]) / 2
    places = np.arange(bins) * (WINDOW_SAMPLES / 2) / (bins - 1)
    return np.stack([np.interp(places, centres, row) for row in gains])
