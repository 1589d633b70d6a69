"""Whisper's features, as faster-whisper makes them, in single precision and faster."""

from functools import cache

import numpy as np
import numpy.typing as npt
import scipy.fft

Features = npt.NDArray[np.float32]
HOP = 160
LENGTH = 400
BINS = 80
FRAMES_A_SECOND = 100


@cache
def mel_filters() -> Features:
    """Shape (80, 201)."""
    from faster_whisper.feature_extractor import FeatureExtractor

    filters = FeatureExtractor.get_mel_filters(16_000, LENGTH, BINS)
    return np.asarray(filters, np.float32)


def log_mel(sound: npt.NDArray[np.float32]) -> Features:
    """Shape (80, samples / 160), about -1 to 1."""
    padded = np.pad(sound.astype(np.float32), LENGTH // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, LENGTH)[::HOP][:-1]
    window = np.hanning(LENGTH + 1)[:-1].astype(np.float32)
    power = np.abs(scipy.fft.rfft(frames * window, axis=1)) ** 2
    mel = np.log10(np.maximum(mel_filters() @ power.T, 1e-10))
    loudest = mel.max()
    return np.asarray((np.maximum(mel, loudest - 8.0) + 4.0) / 4.0, np.float32)


def window_features(sound: npt.NDArray[np.float32], window_s: float, zeros: bool) -> Features:
    """Of a window that `sound` begins and silence fills up, in one of the two ways in use.

    `zeros`: as stock faster-whisper, which makes the features of the sound and fills them up with
    zeros; else as the live path, which fills up the sound.
    """
    frames = round(window_s * FRAMES_A_SECOND)
    room = frames * HOP
    if not zeros:
        filled = np.zeros(room, np.float32)
        filled[: min(len(sound), room)] = sound[:room]
        return log_mel(filled)
    made = log_mel(np.pad(sound[:room], (0, HOP)))[:, :frames]
    features = np.zeros((BINS, frames), np.float32)
    features[:, : made.shape[1]] = made
    return features
