import numpy as np
import pytest

from captioner.audio.advice import WHAT_TO_DO, Advice, Adviser
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples

SECOND = SAMPLE_RATE // FRAME_SAMPLES


def voice(level_db: float, seconds: float, *, crest_db: float = 15.0) -> list[Samples]:
    """Frames of noise with this mean level, cut off at full scale; peaks as speech has them."""
    chance = np.random.default_rng(7)
    frames = []
    for _ in range(round(seconds * SECOND)):
        sound = np.clip(chance.standard_normal(FRAME_SAMPLES), -(10 ** (crest_db / 20)), None)
        frames.append(np.clip(sound * 10 ** (level_db / 20), -1, 1).astype(np.float32))
    return frames


def told(adviser: Adviser, frames: list[Samples], *, has_voice: bool = True) -> list[Advice | None]:
    """What it says after each frame."""
    said = []
    for frame in frames:
        adviser.accept(frame, has_voice)
        said.append(adviser.advice)
    return said


def test_an_ordinary_voice_needs_no_advice() -> None:
    for level_db in (-20.0, -30.0, -40.0):
        assert set(told(Adviser(), voice(level_db, 20))) == {None}


def test_a_voice_that_is_cut_off_is_told_after_a_sentence_and_cleared_when_it_is_mended() -> None:
    adviser = Adviser()
    said = told(adviser, voice(-4, 5))
    assert said[SECOND] is None, "one word says little"
    assert said[-1] is Advice.CLIPPED
    assert "turn this microphone down" in WHAT_TO_DO[Advice.CLIPPED]
    assert told(adviser, voice(-25, 10))[-1] is None


def test_a_voice_that_is_far_too_quiet_is_told_and_cleared() -> None:
    adviser = Adviser()
    assert told(adviser, voice(-55, 5))[-1] is Advice.QUIET
    assert told(adviser, voice(-30, 2))[-1] is None


def test_loud_noise_without_a_voice_is_no_voice_that_clips() -> None:
    """Somebody knocks on the table, for minutes."""
    assert set(told(Adviser(), voice(-2, 60), has_voice=False)) == {None}


def test_quiet_noise_without_a_voice_is_no_quiet_voice() -> None:
    assert set(told(Adviser(), voice(-70, 60), has_voice=False)) == {None}


def test_a_pause_changes_nothing() -> None:
    adviser = Adviser()
    told(adviser, voice(-55, 5))
    assert set(told(adviser, voice(-75, 60), has_voice=False)) == {Advice.QUIET}


@pytest.mark.parametrize(("low_db", "high_db", "advice"), [(-51.0, -48.0, Advice.QUIET)])
def test_a_level_on_the_border_does_not_flicker(
    low_db: float, high_db: float, advice: Advice
) -> None:
    adviser = Adviser()
    told(adviser, voice(low_db, 5))
    said = [told(adviser, voice(level, 2))[-1] for level in (high_db, low_db) * 10]
    assert set(said) == {advice}


def test_digital_silence_is_told_and_over_with_the_first_sound() -> None:
    adviser = Adviser()
    silence = [np.zeros(FRAME_SAMPLES, np.float32)] * (6 * SECOND)
    said = told(adviser, silence, has_voice=False)
    assert said[4 * SECOND] is None
    assert said[-1] is Advice.SILENT
    assert told(adviser, voice(-75, 0.1), has_voice=False)[-1] is None


def test_the_noise_of_a_quiet_microphone_is_not_silence() -> None:
    assert set(told(Adviser(), voice(-85, 60), has_voice=False)) == {None}


def test_everything_that_can_be_wrong_has_a_sentence() -> None:
    assert set(WHAT_TO_DO) == set(Advice)
