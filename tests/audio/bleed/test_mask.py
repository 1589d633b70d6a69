import numpy as np
import pytest

from captioner.audio.bleed.mask import LEAST_GAIN, BandGains
from captioner.audio.bleed.spectrum import BANDS, WINDOW_SAMPLES, band_edges
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.domain import SamplePos

FRAMES = 40
CAPACITY = 64
ALL, NONE = np.ones(BANDS), np.zeros(BANDS)


def noise(frames: int = FRAMES) -> Samples:
    chance = np.random.default_rng(5)
    made: Samples = chance.normal(0, 0.1, frames * FRAME_SAMPLES).astype(np.float32)
    return made


def tone(band: int) -> Samples:
    """In the middle of a band, as long as `noise`."""
    low, high = band_edges()[band : band + 2] * SAMPLE_RATE / WINDOW_SAMPLES
    times = np.arange(FRAMES * FRAME_SAMPLES) / SAMPLE_RATE
    made: Samples = (0.1 * np.sin(np.pi * (low + high) * times)).astype(np.float32)
    return made


def level(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))


def test_sound_that_is_all_the_speakers_own_comes_back_bit_for_bit() -> None:
    gains = BandGains(CAPACITY)
    for frame in range(FRAMES):
        gains.put(frame, ALL)
    sound = noise()
    assert gains.apply(sound, SamplePos(0)).tobytes() == sound.tobytes()


def test_sound_of_which_nothing_is_known_comes_back_bit_for_bit() -> None:
    sound = noise()
    assert BandGains(CAPACITY).apply(sound, SamplePos(0)).tobytes() == sound.tobytes()


def test_somebody_elses_band_is_made_quieter_and_the_own_is_kept() -> None:
    gains, shares = BandGains(CAPACITY), np.where(np.arange(BANDS) < BANDS // 2, 1.0, 0.0)
    for frame in range(FRAMES):
        gains.put(frame, shares)
    own, other = tone(2), tone(BANDS - 3)
    inner = slice(FRAME_SAMPLES, -FRAME_SAMPLES)
    assert np.abs(gains.apply(own, SamplePos(0)) - own)[inner].max() < 0.005
    quiet = level(gains.apply(other, SamplePos(0))[inner]) / level(other[inner])
    assert quiet == pytest.approx(LEAST_GAIN, rel=0.1)


def test_what_is_left_is_never_less_than_the_least_gain() -> None:
    gains = BandGains(CAPACITY)
    for frame in range(FRAMES):
        gains.put(frame, NONE)
    sound = noise()
    inner = slice(0, -FRAME_SAMPLES)  # the frame behind the last is not told of
    quiet = gains.apply(sound, SamplePos(0))[inner]
    assert level(quiet) == pytest.approx(LEAST_GAIN * level(sound[inner]), rel=0.05)


@pytest.mark.parametrize("start", [0, 1, 300, FRAME_SAMPLES, 7 * FRAME_SAMPLES + 511])
def test_a_frames_gains_fall_on_that_frame_wherever_a_stretch_begins(start: int) -> None:
    gains, quiet = BandGains(CAPACITY), range(20, 30)
    for frame in range(FRAMES):
        gains.put(frame, NONE if frame in quiet else ALL)
    sound = noise()
    made = gains.apply(sound[start:], SamplePos(start))
    assert len(made) == len(sound) - start
    whole = np.concatenate((sound[:start], made))
    changed = np.abs(whole - sound).reshape(FRAMES, FRAME_SAMPLES).max(1) > 1e-4
    # A window looks at the frame before its own too.
    assert np.flatnonzero(changed).tolist() == list(range(19, 30))
    inside = slice(21 * FRAME_SAMPLES, 28 * FRAME_SAMPLES)
    assert level(whole[inside]) == pytest.approx(LEAST_GAIN * level(sound[inside]), rel=0.1)


def test_a_stretch_is_the_same_whatever_is_read_around_it() -> None:
    gains = BandGains(CAPACITY)
    chance = np.random.default_rng(2)
    for frame in range(FRAMES):
        gains.put(frame, chance.uniform(0, 1, BANDS))
    sound = noise()
    whole = gains.apply(sound, SamplePos(0))
    part = gains.apply(sound[3000:9000], SamplePos(3000))
    inner = slice(WINDOW_SAMPLES, -WINDOW_SAMPLES)
    assert part[inner] == pytest.approx(whole[3000:9000][inner], abs=1e-6)


def test_gains_that_made_room_are_forgotten_not_mistaken() -> None:
    gains = BandGains(CAPACITY)
    for frame in range(10):
        gains.put(frame, NONE)
    for frame in range(10, 10 + CAPACITY):
        gains.put(frame, ALL)
    sound = noise(10)
    assert gains.apply(sound, SamplePos(0)).tobytes() == sound.tobytes()


def test_gains_of_long_ago_are_not_taken_for_those_of_now() -> None:
    gains = BandGains(CAPACITY)
    for frame in range(10):
        gains.put(frame, NONE)
    sound, start = noise(10), SamplePos(CAPACITY * FRAME_SAMPLES)
    assert gains.apply(sound, start).tobytes() == sound.tobytes()


def test_no_sound_is_no_trouble() -> None:
    gains = BandGains(CAPACITY)
    gains.put(0, NONE)
    assert len(gains.apply(np.zeros(0, np.float32), SamplePos(0))) == 0
