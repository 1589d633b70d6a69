"""How loud, and whether anything comes at all."""

import math

import numpy as np
import pytest

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.audio.level import SILENCE, LevelMeter, StallWatch, level_of, to_db


def tone(amplitude: float, seconds: float = 1.0) -> Samples:
    t = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (amplitude * np.sin(2 * np.pi * 500 * t)).astype(np.float32)


@pytest.mark.parametrize(
    ("amplitude", "rms_db", "peak_db"),
    [(1.0, -3.01, 0.0), (0.1, -23.01, -20.0), (0.001, -63.01, -60.0), (1e-7, -100.0, -100.0)],
)
def test_a_tone_reads_what_it_is(amplitude: float, rms_db: float, peak_db: float) -> None:
    level = LevelMeter().accept(tone(amplitude))
    assert level.rms_db == pytest.approx(rms_db, abs=0.1)
    assert level.peak_db == pytest.approx(peak_db, abs=0.1)


def test_digital_silence_reads_the_floor_and_not_minus_infinity() -> None:
    assert LevelMeter().level == SILENCE
    assert LevelMeter().accept(np.zeros(512, np.float32)) == SILENCE
    assert level_of(np.zeros(0, np.float32)) == SILENCE


def test_the_level_does_not_depend_on_how_the_sound_was_cut() -> None:
    sound = tone(0.3)
    whole, pieces = LevelMeter(), LevelMeter()
    whole.accept(sound)
    for offset in range(0, len(sound), 37):
        pieces.accept(sound[offset : offset + 37])
    assert pieces.level == whole.level


def test_a_word_is_gone_from_the_level_after_200_ms() -> None:
    meter = LevelMeter()
    meter.accept(tone(0.5))
    silence = np.zeros(FRAME_SAMPLES, np.float32)
    for _ in range(6):
        assert meter.accept(silence).rms_db > -30
    assert meter.accept(silence) == SILENCE


def test_above_full_scale_still_reads_zero() -> None:
    assert to_db(7.5) == 0.0
    assert LevelMeter().accept(tone(4.0)).peak_db == 0.0


def test_a_loud_voice_is_not_called_clipping_and_a_cut_off_one_is() -> None:
    assert not LevelMeter().accept(tone(0.99)).is_clipping
    assert LevelMeter().accept(np.clip(tone(1.5), -1, 1)).is_clipping
    one_click = np.zeros(FRAME_SAMPLES, np.float32)
    one_click[7] = 1.0
    assert not LevelMeter().accept(one_click).is_clipping


def test_a_source_that_stops_sending_is_stalled() -> None:
    watch = StallWatch(2.0)
    watch.note_opened(100.0)
    watch.note_block(100.1)
    assert not watch.is_stalled(102.0)
    assert watch.is_stalled(102.2)
    assert watch.remaining_s(101.1) == pytest.approx(1.0)
    assert watch.remaining_s(110.0) == 0.0


def test_the_first_block_may_take_longer() -> None:
    watch = StallWatch(2.0)
    watch.note_opened(100.0)
    assert not watch.is_stalled(104.9)
    assert watch.is_stalled(105.1)


def test_patience_for_the_first_block_is_never_shorter_than_for_the_others() -> None:
    watch = StallWatch(30.0)
    watch.note_opened(0.0)
    assert not watch.is_stalled(29.0)


def test_a_source_that_was_not_opened_is_not_stalled() -> None:
    assert not StallWatch(2.0).is_stalled(1e9)
    assert StallWatch(2.0).remaining_s(5.0) == math.inf


def test_a_block_ends_a_stall() -> None:
    watch = StallWatch(2.0)
    watch.note_opened(0.0)
    watch.note_block(1.0)
    assert watch.is_stalled(4.0)
    watch.note_block(4.5)
    assert not watch.is_stalled(6.0)
