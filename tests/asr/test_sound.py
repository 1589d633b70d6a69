import math

import numpy as np
import pytest

from captioner.asr.sound import measure_sound
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from tests.fakes.tone_source import silence, spoken


def hiss(seconds: float, level_db: float) -> Samples:
    made = np.random.default_rng(1).normal(size=round(seconds * SAMPLE_RATE))
    return (made * 10 ** (level_db / 20)).astype(np.float32)


def syllables(seconds: float, level_db: float) -> Samples:
    """Four a second, silent in between."""
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    tone = np.sin(2 * np.pi * 300 * times) * (np.sin(2 * np.pi * 4 * times) > 0)
    return (tone * 10 ** (level_db / 20)).astype(np.float32)


def test_the_level_is_that_of_the_loud_frames() -> None:
    assert measure_sound(hiss(2.0, -40.0), 2.0).level_db == pytest.approx(-40.0, abs=1.0)
    mostly_silent = np.concatenate([silence(40), hiss(0.3, -40.0)])
    assert measure_sound(mostly_silent, 0.3).level_db == pytest.approx(-40.0, abs=1.0)


def test_a_voice_stands_far_above_its_pauses_and_steady_noise_does_not() -> None:
    assert measure_sound(syllables(2.0, -40.0) + hiss(2.0, -60.0), 2.0).contrast_db > 10.0
    assert measure_sound(hiss(2.0, -40.0), 2.0).contrast_db < 1.5


def test_an_offset_and_the_mains_hum_hide_no_voice() -> None:
    """Cheap sound cards have both, louder than a quiet speaker; the hum would fill the pauses."""
    times = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    hum = (0.02 * np.sin(2 * np.pi * 50 * times) + 0.02).astype(np.float32)
    assert measure_sound(syllables(2.0, -40.0) + hum, 2.0).contrast_db > 6.0


@pytest.mark.parametrize("samples", [0, 1, FRAME_SAMPLES - 1])
def test_less_than_a_frame_is_silent(samples: int) -> None:
    sound = measure_sound(hiss(1.0, -10.0)[:samples], 0.0)
    assert (sound.level_db, sound.contrast_db) == (-100.0, math.inf)


def test_a_contrast_that_cannot_be_measured_is_infinite() -> None:
    assert measure_sound(hiss(1.0, -10.0)[: 7 * FRAME_SAMPLES], 0.2).contrast_db == math.inf
    assert measure_sound(spoken(100, 40), 1.0).contrast_db == math.inf, "an offset alone"
    assert measure_sound(hiss(1.0, -10.0)[: 8 * FRAME_SAMPLES], 0.2).contrast_db < 3.0


def test_digital_silence_has_the_lowest_level() -> None:
    assert measure_sound(silence(30), 1.0).level_db == -100.0
