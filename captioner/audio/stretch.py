"""A few milliseconds of sound made a little longer or shorter, unheard."""

from functools import cache

import numpy as np
import numpy.typing as npt

from captioner.audio.frame import Samples

REACH = 16
"""Samples on each side that a new sample is made of."""

_SHAPE = 8.0
"""Of the Kaiser window: what folds back lies 80 dB below."""


def stretch(run: Samples, length: int) -> Samples:
    """The sound between the first and the last REACH samples of `run`, as `length` samples.

    Those at the ends are its neighbours. The first sample stays as it is and the one that would
    come next is the neighbour's first, so that what is stretched joins what is not. Band-limited
    interpolation with a windowed sinc of 32 samples, flat to 7 kHz.
    """
    inner = len(run) - 2 * REACH
    places, weights = _plan(inner, length)
    stretched: Samples = np.einsum("ij,ij->i", run[places], weights)
    return stretched


@cache
def _plan(inner: int, length: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Of which samples each new one is made, and with what weights. Few lengths ever occur."""
    at = np.arange(length) * (inner / length)
    whole = np.floor(at).astype(np.int64)
    taps = np.arange(1 - REACH, REACH + 1)
    distance = (at - whole)[:, None] - taps[None, :]
    window = np.i0(_SHAPE * np.sqrt(np.clip(1 - (distance / REACH) ** 2, 0, None)))
    weights = np.sinc(distance) * window
    weights /= weights.sum(axis=1, keepdims=True)
    return whole[:, None] + taps[None, :] + REACH, weights.astype(np.float32)
