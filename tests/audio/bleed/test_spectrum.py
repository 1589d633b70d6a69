import numpy as np
import pytest

from captioner.audio.bleed.spectrum import (
    BANDS,
    FLOOR_PART_FRAMES,
    HELD_SAMPLES,
    HIGHEST_HZ,
    LOWEST_HZ,
    WINDOW_SAMPLES,
    Numbers,
    Spectrum,
    band_edges,
    band_powers,
)
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from tests.fakes.room_sound import voice


def noise(seconds: float, level_db: float, seed: int = 1) -> Samples:
    chance = np.random.default_rng(seed)
    sound = chance.normal(0, 10 ** (level_db / 20), round(seconds * SAMPLE_RATE))
    return sound.astype(np.float32)


def listen(spectrum: Spectrum, sound: Samples) -> list[Numbers]:
    """The powers of every frame."""
    powers = []
    for at in range(0, len(sound) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        spectrum.accept(sound[at : at + FRAME_SAMPLES])
        powers.append(spectrum.powers)
    return powers


def decibels(power: Numbers) -> Numbers:
    return 10 * np.log10(power)


def test_the_bands_follow_on_one_another_from_the_lowest_to_the_highest() -> None:
    edges = band_edges()
    assert len(edges) == BANDS + 1
    assert np.all(np.diff(edges) > 0)
    hz = edges * SAMPLE_RATE / WINDOW_SAMPLES
    assert hz[0] == pytest.approx(LOWEST_HZ, abs=SAMPLE_RATE / WINDOW_SAMPLES)
    assert hz[-1] == pytest.approx(HIGHEST_HZ, abs=SAMPLE_RATE / WINDOW_SAMPLES)


@pytest.mark.parametrize("hz", [300, 1000, 3000, 6000])
def test_a_tone_is_in_its_own_band(hz: int) -> None:
    tone = np.sin(2 * np.pi * hz * np.arange(WINDOW_SAMPLES) / SAMPLE_RATE).astype(np.float32)
    band = int(band_powers(tone).argmax())
    low, high = band_edges()[band : band + 2] * SAMPLE_RATE / WINDOW_SAMPLES
    assert low <= hz <= high


def test_the_floor_is_the_mean_power_of_a_steady_noise() -> None:
    spectrum = Spectrum()
    powers = listen(spectrum, noise(8, -60))
    error_db = decibels(spectrum.floor) - decibels(np.mean(powers, axis=0))
    assert np.abs(error_db).max() < 3


def test_a_voice_does_not_raise_the_floor() -> None:
    spectrum = Spectrum()
    listen(spectrum, noise(3, -60))
    before_db = decibels(spectrum.floor)
    pause = noise(0.3, -60, 3)
    for number in range(3):  # sentences of a second with a breath after each
        listen(spectrum, np.concatenate((voice(1.0, 0, number) + noise(1.0, -60, 2), pause)))
    assert np.abs(decibels(spectrum.floor) - before_db).max() < 2


def test_the_floor_follows_a_fan_that_is_switched_on_and_off() -> None:
    spectrum = Spectrum()
    listen(spectrum, noise(2, -70))
    listen(spectrum, noise(8, -50))
    loud = decibels(spectrum.floor)
    listen(spectrum, noise(1, -70))
    assert np.all(loud - decibels(spectrum.floor) > 15)


def test_the_first_breath_does_not_pull_the_floor_down() -> None:
    """Half of the first window is empty: what was measured in it stayed the floor for 6 s."""
    spectrum = Spectrum()
    powers = listen(spectrum, noise(3, -60))
    assert np.all(decibels(spectrum.floor) - decibels(np.mean(powers, axis=0)) > -4)


def test_a_floor_is_there_from_the_first_frame() -> None:
    spectrum = Spectrum()
    assert np.all(spectrum.floor > 0)
    listen(spectrum, noise(0.04, -60))
    assert np.all(spectrum.floor > 0)


def test_digital_silence_has_a_level_of_its_own() -> None:
    spectrum = Spectrum()
    listen(spectrum, np.zeros(SAMPLE_RATE, np.float32))
    assert np.all(spectrum.powers > 0)
    assert np.all(np.isfinite(decibels(spectrum.floor)))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_samples_that_are_no_sound_leave_no_trace(bad: float) -> None:
    """A power that is infinite once stayed in the smoothed power, and so in the floor, for ever."""
    spectrum = Spectrum()
    sound = noise(1, -60)
    listen(spectrum, sound)
    broken = sound[:FRAME_SAMPLES].copy()
    broken[7] = bad
    spectrum.accept(broken)
    assert np.all(np.isfinite(spectrum.sound))
    listen(spectrum, sound)
    assert np.all(np.isfinite(spectrum.powers))
    listen(spectrum, np.tile(sound, FLOOR_PART_FRAMES // 2))
    clean = Spectrum()
    listen(clean, np.tile(sound, FLOOR_PART_FRAMES // 2))
    assert np.abs(decibels(spectrum.floor) - decibels(clean.floor)).max() < 1


def test_the_newest_sound_is_held_for_whoever_compares() -> None:
    spectrum = Spectrum()
    sound = noise(1, -40)[: FRAME_SAMPLES * 20]
    listen(spectrum, sound)
    assert spectrum.sound.tolist() == sound[-HELD_SAMPLES:].tolist()
