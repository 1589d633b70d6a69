"""How each voice arrives at all microphones, and the filters that let one through and stop others.

Minimum variance distortionless response (MVDR, Capon 1969) in the form of Souden, Benesty and
Affes (2010): it needs no more than the covariance of the microphones while somebody speaks, one
matrix for each frequency. Those are learnt while a speaker is alone, and, where one of several who
speak fills a band, from that band.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from captioner.audio.bleed.profiles import MEMORY_FRAMES
from captioner.audio.bleed.spectrum import LEAST_POWER

Spectra = npt.NDArray[np.complex64]
"""One frame of all microphones, shape (n, bins)."""

Weights = npt.NDArray[np.complex64]
"""What each microphone counts for in each bin, shape (bins, n)."""

NOISE_MEMORY_FRAMES = 200

YOUNG_FRAMES = 3.0
"""That a voice is in its own microphone alone counts for so many frames."""

KNOWN_FRAMES = 5.0
"""Before that, nobody is filtered out."""

LOADING = 0.1
"""Share of each microphone's power that is taken for noise of its own (diagonal loading): what is
learnt in seconds is not exact. 0.03 to 0.3 gave 83 to 73 words wrong in six meetings."""

SETTLED_FRAMES = 60.0
SHOWN_COUNTS = 30.0
"""What stands out of the stretch itself counts as much as so many frames of the speaker alone."""

MIXED_COUNTS = 0.5
"""Of a band that a speaker fills while others speak too, against one in which they are alone."""

FILLED = 0.8
"""Share of the power of a band from which a speaker fills it."""


Covariance = npt.NDArray[np.complex64]
"""Of all microphones in each bin, shape (bins, n, n)."""


class SpatialProfiles:
    """Covariances of n microphones in step to the sample, for each of their speakers.

    Memory and time grow with n³ and n²: 4 MB for eight.
    """

    def __init__(self, size: int, bins: int) -> None:
        self.size = size
        self._covariances = np.zeros((size, bins, size, size), np.complex64)
        self._frames = np.zeros(size)
        """Learnt of each speaker."""
        self._noise = np.zeros((bins, size, size), np.complex64)
        self._noise += (LEAST_POWER * np.eye(size)).astype(np.complex64)
        self._noise_frames = 0

    def learn_noise(self, spectra: Spectra) -> None:
        """Take a frame in which nobody speaks."""
        self._noise_frames += 1
        weight = max(1 / self._noise_frames, 1 / NOISE_MEMORY_FRAMES)
        self._noise += np.float32(weight) * (covariance_of(spectra) - self._noise)

    def learn(self, speaker: int, spectra: Spectra) -> None:
        """Take a frame in which this speaker alone speaks."""
        self._frames[speaker] += 1
        weight = np.float32(max(1 / self._frames[speaker], 1 / MEMORY_FRAMES))
        kept = self._covariances[speaker]
        kept += weight * (covariance_of(spectra) - kept)

    def learn_mixed(self, speaker: int, spectra: Spectra, shares: npt.NDArray[np.float64]) -> None:
        """Take a frame in which others speak too; `shares`, shape (bins,): of the power of the own
        microphone, what is the speaker's."""
        if not self._frames[speaker]:
            return
        filled = MIXED_COUNTS * np.maximum(shares - FILLED, 0.0) / (1 - FILLED)
        weights = filled * max(1 / (self._frames[speaker] + 1), 1 / MEMORY_FRAMES)
        kept = self._covariances[speaker]
        kept += weights[:, None, None].astype(np.float32) * (covariance_of(spectra) - kept)

    def forget(self, speaker: int) -> None:
        """What was learnt of a speaker was somebody else's."""
        self._frames[speaker] = 0

    def known(self, speakers: Iterable[int]) -> list[int]:
        """Those of whom enough is learnt to be filtered out."""
        return [each for each in speakers if self._frames[each] >= KNOWN_FRAMES]

    def is_young(self, speaker: int) -> bool:
        """Whether a filter needs to be shown the stretch that it is for."""
        return bool(self._frames[speaker] < SETTLED_FRAMES)

    def filter(
        self, speaker: int, others: Iterable[int], stretch: Covariance | None = None
    ) -> Weights:
        """Weights whose sum over the microphones is the speaker's voice as their own microphone
        hears it, with as little as possible of the others and of noise; others must be known.

        `stretch`: the mean covariance of what is to be filtered, for a speaker who is young.
        """
        unwanted = self._noise + self._covariances[list(others)].sum(0)
        powers = np.einsum("knn->kn", unwanted).real
        everyone = np.arange(self.size)
        unwanted[:, everyone, everyone] += LOADING * powers + 1e-12
        wanted = self._wanted(speaker)
        if stretch is not None:
            frames = self._frames[speaker]
            wanted = (frames * wanted + SHOWN_COUNTS * _standing_out(stretch, unwanted)) / (
                frames + SHOWN_COUNTS
            )
        ratios = np.linalg.solve(unwanted, wanted)
        sum_ = np.maximum(np.einsum("knn->k", ratios).real, 1e-9)
        return np.asarray(ratios[:, :, speaker] / sum_[:, None], np.complex64)

    def _wanted(self, speaker: int) -> npt.NDArray[np.complex64]:
        learnt, frames = self._covariances[speaker], self._frames[speaker]
        power = learnt[:, speaker, speaker].real if frames else np.ones(len(learnt), np.float32)
        wanted = frames * learnt
        wanted[:, speaker, speaker] += YOUNG_FRAMES * (power + 1e-9)
        return np.asarray(wanted / (frames + YOUNG_FRAMES), np.complex64)


def covariance_of(spectra: Spectra) -> Covariance:
    """Products of all pairs, shape (bins, n, n)."""
    columns = spectra.T
    return columns[:, :, None] * columns[:, None, :].conj()


def _standing_out(heard: Covariance, unwanted: Covariance) -> Covariance:
    """What is in `heard` beyond `unwanted`, as one voice: covariance whitening (Markovich, Gannot
    and Cohen 2009), the largest generalised eigenvector."""
    lower = np.linalg.cholesky(unwanted)
    half = np.linalg.solve(lower, heard)
    whitened = np.linalg.solve(lower, half.conj().transpose(0, 2, 1))
    values, vectors = np.linalg.eigh(whitened)
    arrival = np.einsum("knm,km->kn", lower, vectors[:, :, -1])
    power = np.maximum(values[:, -1] - 1.0, 0.0)
    found = power[:, None, None] * arrival[:, :, None] * arrival[:, None, :].conj()
    return np.asarray(found, np.complex64)
