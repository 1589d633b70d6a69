"""A sample more or less is not heard."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from captioner.audio.frame import SAMPLE_RATE, Samples
from captioner.audio.stretch import REACH, stretch


def tone(frequency: float, at: npt.NDArray[Any]) -> Samples:
    return np.sin(2 * np.pi * frequency * at / SAMPLE_RATE).astype(np.float32)


@pytest.mark.parametrize("length", [508, 511, 513, 516])
@pytest.mark.parametrize("frequency", [50, 440, 3_000, 6_500])
def test_what_is_stretched_is_the_same_sound_a_little_slower(length: int, frequency: float) -> None:
    """The error lies 60 dB below the tone."""
    run = tone(frequency, np.arange(-REACH, 512 + REACH))
    wanted = tone(frequency, np.arange(length) * 512 / length)
    assert np.max(np.abs(stretch(run, length) - wanted)) < 0.001


def test_it_joins_what_came_before_and_what_follows() -> None:
    run = tone(300, np.arange(-REACH, 512 + REACH))
    stretched = stretch(run, 515)
    assert stretched[0] == pytest.approx(run[REACH], abs=1e-6)
    steps = np.abs(np.diff(np.concatenate((run[:REACH], stretched, run[-REACH:]))))
    assert np.max(steps) <= np.max(np.abs(np.diff(run))) + 1e-3, "no click"


def test_the_same_length_is_the_same_sound() -> None:
    run = tone(300, np.arange(-REACH, 512 + REACH))
    np.testing.assert_allclose(stretch(run, 512), run[REACH:-REACH], atol=1e-6)


def test_it_stays_float32() -> None:
    assert stretch(np.zeros(512 + 2 * REACH, np.float32), 511).dtype == np.float32
