import numpy as np
import pytest

from captioner.audio.frame import SAMPLE_RATE, Samples
from captioner.audio.soundcheck import Likeness, find_pairs, judge_sound

SECONDS = 4


def noise(db: float, seed: int) -> Samples:
    values = np.random.default_rng(seed).standard_normal(SECONDS * SAMPLE_RATE)
    return (values * 10 ** (db / 20)).astype(np.float32)


def voice(db: float, seed: int) -> Samples:
    """Syllables: bursts of noise, as loud as chance has it, and pauses between them."""
    chance = np.random.default_rng(seed)
    loud = chance.random(SECONDS * 5) ** 2
    steps = np.repeat(np.where(loud > 0.1, loud, 0.0), SAMPLE_RATE // 5)
    return noise(db, seed + 100) * steps.astype(np.float32)


def echoed(sound: Samples, seed: int) -> Samples:
    """As another microphone of the room hears it: 150 ms of reverberation."""
    chance = np.random.default_rng(seed)
    tail = chance.standard_normal(2400) * np.exp(-np.arange(2400) / 500)
    heard = np.convolve(sound, tail / np.linalg.norm(tail))[: len(sound)]
    return heard.astype(np.float32)


def test_a_voice_stands_out_of_the_noise_of_its_microphone() -> None:
    heard = judge_sound(voice(-20, 1) + noise(-65, 2))
    assert heard.has_voice
    assert heard.floor_db == pytest.approx(-65, abs=4)
    assert heard.rms_db == pytest.approx(-25, abs=5)
    assert not heard.is_clipping
    assert not heard.is_dead


def test_noise_alone_is_no_voice_however_loud() -> None:
    heard = judge_sound(noise(-30, 1))
    assert not heard.has_voice
    assert heard.floor_db == pytest.approx(-30, abs=2)


def test_what_is_cut_off_is_told() -> None:
    assert judge_sound(np.clip(voice(6, 1), -1, 1)).is_clipping


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(SAMPLE_RATE), np.zeros(3)])
def test_complete_silence_and_nothing_at_all_are_dead(samples: Samples) -> None:
    assert judge_sound(samples.astype(np.float32)).is_dead


@pytest.mark.parametrize(("gain", "lag"), [(1.0, 0), (0.2, 1000), (1.0, -1500)])
def test_one_microphone_by_two_names_is_known_at_any_gain_and_lag(gain: float, lag: int) -> None:
    sound = voice(-20, 1) + noise(-60, 2)
    (pair,) = find_pairs({"a": sound, "b": np.roll(sound * np.float32(gain), lag)})
    assert (pair.one, pair.other, pair.likeness) == ("a", "b", Likeness.SAME)


def test_one_microphone_by_two_names_is_known_by_its_noise_alone() -> None:
    (pair,) = find_pairs({"a": noise(-60, 2), "b": noise(-60, 2)})
    assert pair.likeness is Likeness.SAME


@pytest.mark.parametrize("lag", [0, 77, 128, 1000, -1999])
def test_noise_alone_tells_at_any_lag_and_at_other_gains(lag: int) -> None:
    sound = noise(-60, 2)
    (pair,) = find_pairs({"a": sound, "b": np.roll(sound * np.float32(0.3), lag)})
    assert pair.likeness is Likeness.SAME


@pytest.mark.parametrize("part", [0.25, 0.5, 0.7])
def test_two_paths_that_lie_a_part_of_a_sample_apart_are_one_microphone(part: float) -> None:
    sound = noise(-60, 2)
    tones = np.arange(len(sound) // 2 + 1) / len(sound)
    turned = np.fft.rfft(sound) * np.exp(-2j * np.pi * tones * part)
    other = np.fft.irfft(turned, len(sound)).astype(np.float32)
    (pair,) = find_pairs({"a": sound, "b": other})
    assert pair.likeness is Likeness.SAME


def test_the_same_hum_of_the_mains_does_not_make_two_microphones_one() -> None:
    times = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    hum = sum(0.01 / n * np.sin(2 * np.pi * 50 * n * times) for n in (1, 2, 3, 5))
    quiet = {name: (hum + noise(-72, seed)).astype(np.float32) for seed, name in enumerate("ab")}
    assert find_pairs(quiet) == []


def test_two_microphones_that_hear_one_voice_are_no_single_one() -> None:
    said = voice(-20, 1)
    own, other = said + noise(-65, 2), echoed(said, 3) * np.float32(0.5) + noise(-65, 4)
    (pair,) = find_pairs({"far": other, "near": own})
    assert (pair.one, pair.other, pair.likeness) == ("near", "far", Likeness.SHARED)
    assert pair.below_db == pytest.approx(6, abs=3)


def test_a_voice_that_is_faint_in_the_other_microphone_is_left_alone() -> None:
    said = voice(-20, 1)
    faint = echoed(said, 3) * np.float32(0.1) + noise(-65, 4)
    assert find_pairs({"a": said + noise(-65, 2), "b": faint}) == []


def test_two_people_who_talk_at_once_are_two() -> None:
    sounds = {name: voice(-20, seed) + noise(-65, seed + 9) for seed, name in enumerate("abcd", 1)}
    assert find_pairs(sounds) == []


def test_silence_is_like_nothing() -> None:
    dead = np.zeros(SECONDS * SAMPLE_RATE, np.float32)
    assert find_pairs({"a": dead, "b": dead, "c": noise(-60, 1)}) == []


def test_too_little_sound_says_nothing() -> None:
    short = noise(-20, 1)[: SAMPLE_RATE // 2]
    assert find_pairs({"a": short, "b": short}) == []
