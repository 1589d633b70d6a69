"""How well each set of speakers explains what all microphones hear in one frame."""

from dataclasses import dataclass

import numpy as np

from captioner.audio.bleed.spectrum import BANDS, Numbers

ITERATIONS = 6
"""Of the multiplicative update: the errors then change by less than their spread."""

ERROR_DB = 4.0
"""Standard deviation of a band in 64 ms about what its speaker's profile says: echo, the room."""

LARGEST_ERROR_DB = 15.0
"""No single band and microphone decides."""

BANDS_COUNT = 0.25
"""Neighbouring bands, and frames that overlap by half, are not independent evidence."""

A_SPEAKER_COSTS = 0.35
"""Log-likelihood for each band: one more speaker always explains a little more."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One frame, explained by every set of speakers."""

    likelihoods: Numbers
    """Logarithms, shape (sets,)."""
    levels_db: Numbers
    """Level of each speaker in the own microphone if the set is right, shape (sets, n)."""
    shares: Numbers
    """Of the power of each microphone, what is not another speaker's: (BANDS, sets, n), 0 to 1."""
    surplus_db: Numbers
    """How much more each microphone hears than the set explains, in the mean over the bands and
    beyond what a young profile may be wrong by: shape (sets, n)."""


def explain_frame(
    powers: Numbers, floors: Numbers, ratios: Numbers, spread_db: Numbers, members: Numbers
) -> Explained:
    """Fit every set to a frame: `powers` and `floors` (n, BANDS), `ratios` (BANDS, n, speakers).

    Each band of each microphone should hold its floor and the sum of the speakers of the set, each
    as loud as the profile says. Their own powers are fitted with the multiplicative update for the
    Kullback-Leibler divergence (Lee and Seung 2001), which keeps them positive; what remains is
    judged in decibels, so that loud microphones do not outvote quiet ones. `spread_db`, one per
    speaker, widens what is allowed where a profile is young.
    """
    heard, floor = powers.T[:, None, :], floors.T[:, None, :]  # band, 1, microphone
    above = np.maximum(powers - floors, 1e-3 * floors).T[:, None, :]
    own = above * members[None]  # band, set, speaker
    back, total = ratios.transpose(0, 2, 1), ratios.sum(1)[:, None, :]
    for _ in range(ITERATIONS):
        expected = own @ back + floor
        own = own * ((heard / expected) @ ratios) / total
    expected = own @ back + floor
    errors = 10 * np.log10(heard / expected)
    errors = np.clip(errors, -LARGEST_ERROR_DB, LARGEST_ERROR_DB)
    loudness = own.sum(0) + 1e-12  # set, speaker
    variance = _variance(loudness, spread_db, members)
    surplus_db = errors.mean(0) - np.sqrt(variance - ERROR_DB**2)
    fit = errors**2 / (2 * variance) + 0.5 * np.log(variance / ERROR_DB**2)
    likelihoods = -BANDS_COUNT * (fit.sum((0, 2)) + A_SPEAKER_COSTS * BANDS * members.sum(1))
    shares = (own + floor) / expected
    return Explained(likelihoods, 10 * np.log10(loudness), shares, surplus_db)


def _variance(loudness: Numbers, spread_db: Numbers, members: Numbers) -> Numbers:
    """Allowed variance in dB², shape (sets, microphones): wider where a young profile speaks."""
    shares = loudness * members
    shares = shares / np.maximum(shares.sum(1, keepdims=True), 1e-12)
    size = members.shape[1]
    variance = np.repeat((ERROR_DB**2 + shares @ spread_db**2)[:, None], size, axis=1)
    # A single speaker's own microphone is fitted without a profile.
    variance[np.arange(size) + 1, np.arange(size)] = ERROR_DB**2
    return variance
