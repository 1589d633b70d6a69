import numpy as np
import pytest

from captioner.audio.bleed.lags import MOST_OF_A_PAIR, Nearness, compare_lags
from captioner.audio.bleed.spectrum import HELD_SAMPLES
from captioner.audio.frame import Samples
from tests.fakes.room_sound import RoomSound, room


def listen(made: RoomSound, who: int, seed: int = 1) -> Nearness:
    """What the lags say of somebody who speaks alone."""
    sounds = made.hear([(who, 0.0, 0.5)], 0.5, seed)
    return compare_lags([sound[1000 : 1000 + HELD_SAMPLES] for sound in sounds])


@pytest.mark.parametrize("who", [0, 1, 2, 3])
@pytest.mark.parametrize("gains_db", [(0, 0, 0, 0), (-12, 12, 0, 6), (12, -12, -12, 12)])
def test_the_speakers_own_microphone_is_nearest_whatever_the_gains(
    who: int, gains_db: tuple[float, ...]
) -> None:
    told = listen(room(4, gains_db), who)
    assert told.nearest == who
    assert told.scores[who] == 0
    assert np.all(np.delete(told.scores, who) < 0)


def test_a_gain_changes_nothing() -> None:
    sounds = room(3).hear([(1, 0.0, 0.5)], 0.5)
    held = [sound[1000 : 1000 + HELD_SAMPLES] for sound in sounds]
    louder = [held[0] * np.float32(8), held[1] / np.float32(8), held[2]]
    assert compare_lags(louder).scores == pytest.approx(compare_lags(held).scores, abs=0.05)


def test_silence_says_nothing() -> None:
    told = compare_lags([np.zeros(HELD_SAMPLES, np.float32)] * 3)
    assert told.nearest is None
    assert told.scores.tolist() == [0, 0, 0]


def test_the_same_sound_twice_has_no_first() -> None:
    """The same microphone chosen for two channels."""
    sound: Samples = np.random.default_rng(1).normal(0, 0.1, HELD_SAMPLES).astype(np.float32)
    told = compare_lags([sound, sound])
    assert told.nearest is None
    assert told.scores == pytest.approx([0, 0], abs=1e-6)


def test_a_microphone_alone_is_before_nobody() -> None:
    sound: Samples = np.random.default_rng(1).normal(0, 0.1, HELD_SAMPLES).astype(np.float32)
    told = compare_lags([sound])
    assert told.nearest is None
    assert told.scores.tolist() == [0]


def test_no_pair_of_microphones_decides_alone() -> None:
    told = listen(room(2), 0)
    assert told.scores[1] >= -2 * MOST_OF_A_PAIR
