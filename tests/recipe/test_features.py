"""Features as faster-whisper makes them."""

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor

from recipe.features import log_mel, window_features

SOUND = (np.random.default_rng(1).standard_normal(16_000) * 0.1).astype(np.float32)


def test_they_are_those_of_faster_whisper() -> None:
    stock = FeatureExtractor()(SOUND, padding=0)
    assert log_mel(SOUND) == pytest.approx(stock[:, : len(SOUND) // 160], abs=1e-3)


def test_zeros_stand_behind_the_sound_as_in_stock_faster_whisper() -> None:
    made = window_features(SOUND, 3.0, zeros=True)
    assert made.shape == (80, 300)
    stock = FeatureExtractor()(SOUND)
    assert made[:, : stock.shape[1]] == pytest.approx(stock[:, : made.shape[1]], abs=1e-3)
    assert not made[:, 101:].any()


def test_silence_stands_behind_the_sound_as_in_the_live_path() -> None:
    made = window_features(SOUND, 3.0, zeros=False)
    filled = np.pad(SOUND, (0, 2 * 16_000))
    assert made == pytest.approx(FeatureExtractor()(filled, padding=0)[:, :300], abs=1e-3)
    assert made[:, 150:].max() < 0


def test_sound_longer_than_the_window_is_cut() -> None:
    assert window_features(SOUND, 0.5, zeros=True).shape == (80, 50)
    assert window_features(SOUND, 0.5, zeros=False).shape == (80, 50)
