import numpy as np
import pytest

from captioner.audio.bleed.profiles import (
    ATTENUATION_SPREAD_DB,
    LEVEL_MEMORY,
    MEMORY_FRAMES,
    USUAL_ATTENUATION_DB,
    YOUNG_FRAMES,
    Profiles,
)
from captioner.audio.bleed.spectrum import BANDS, Numbers
from tests.fakes.room_sound import RoomSound, room

GAINS_DB = (-12.0, 6.0, 12.0)


def profiles_of(size: int) -> Profiles:
    profiles = Profiles()
    for _ in range(size):
        profiles.add()
    return profiles


def speak(profiles: Profiles, made: RoomSound, who: int, frames: int, level_db: float = 0) -> None:
    """Somebody alone, each frame and band as loud as chance has it, ± 3 dB at each microphone."""
    chance = np.random.default_rng(who + 1)
    for _ in range(frames):
        own_db = level_db + made.gains_db[who] + chance.normal(0, 6, BANDS)
        error_db = chance.normal(0, 3, (made.size, BANDS))
        error_db[who] = 0
        profiles.learn(who, 10 ** ((own_db + made.heard_db[:, who, None] + error_db) / 10))


def learnt_db(profiles: Profiles) -> Numbers:
    """Attenuations over all bands: (microphone, speaker)."""
    ratios, _ = profiles.attenuations()
    found: Numbers = 10 * np.log10(ratios.mean(0))
    return found


def test_attenuations_are_learnt_as_they_are_whatever_the_gains() -> None:
    made, profiles = room(3, GAINS_DB), profiles_of(3)
    for who in range(3):
        speak(profiles, made, who, 100)
    assert np.abs(learnt_db(profiles) - made.heard_db).max() < 2


def test_a_microphone_that_is_away_teaches_nothing_of_who_is_heard_there() -> None:
    """What it had heard last, mostly silence, was taken for what it hears of the speaker."""
    made, profiles = room(3, GAINS_DB), profiles_of(3)
    for who in range(3):
        speak(profiles, made, who, 100)
    before_db, stale = learnt_db(profiles), 1e-6
    for _ in range(MEMORY_FRAMES):
        powers_db = np.repeat(made.heard_db[:, 0, None], BANDS, axis=1)
        powers = np.where(np.array([[0], [0], [1]]), stale, 10 ** (powers_db / 10))
        profiles.learn(0, powers, np.array([1.0, 1.0, 0.0]))
    assert learnt_db(profiles)[2, 0] == pytest.approx(before_db[2, 0], abs=0.5)
    assert learnt_db(profiles)[1, 0] == pytest.approx(made.heard_db[1, 0], abs=1)


def test_every_band_has_an_attenuation_of_its_own() -> None:
    profiles = profiles_of(2)
    slope_db = np.linspace(-16, -4, BANDS)
    for _ in range(100):
        profiles.learn(0, 10 ** (np.stack([np.zeros(BANDS), slope_db]) / 10))
    ratios, _ = profiles.attenuations()
    assert np.abs(10 * np.log10(ratios[:, 1, 0]) - slope_db).max() < 2


def test_ones_own_microphone_is_the_measure() -> None:
    made, profiles = room(3, GAINS_DB), profiles_of(3)
    speak(profiles, made, 1, 20)
    ratios, _ = profiles.attenuations()
    assert np.all(ratios[:, range(3), range(3)] == 1)


def test_before_anything_is_known_every_attenuation_is_the_usual_one() -> None:
    wanted = np.where(np.eye(3) > 0, 0, USUAL_ATTENUATION_DB)
    assert learnt_db(profiles_of(3)) == pytest.approx(wanted, abs=0.01)


def test_gains_are_inferred_for_a_speaker_who_was_never_heard() -> None:
    """Two have spoken: how loud the third will be for them is known but for the room."""
    made, profiles = room(3, GAINS_DB), profiles_of(3)
    speak(profiles, made, 0, 100)
    speak(profiles, made, 1, 100)
    error_db = (learnt_db(profiles) - made.heard_db)[:2, 2]
    assert np.abs(made.heard_db[:2, 2] - USUAL_ATTENUATION_DB).min() >= 6, "gains do differ"
    assert np.abs(error_db).max() < 2 * ATTENUATION_SPREAD_DB


def test_what_is_learnt_is_surer_than_what_is_inferred_and_that_than_nothing() -> None:
    made, profiles = room(3, GAINS_DB), profiles_of(3)
    _, nothing_db = profiles.attenuations()
    speak(profiles, made, 0, 200)
    speak(profiles, made, 1, 200)
    _, spread_db = profiles.attenuations()
    assert spread_db[0] < spread_db[2] < nothing_db[2]
    assert spread_db[0] < ATTENUATION_SPREAD_DB / 2


def test_a_new_microphone_leaves_the_old_profiles_in_place() -> None:
    made, profiles = room(3, GAINS_DB), profiles_of(2)
    two = RoomSound(made.attenuations_db[:2, :2], GAINS_DB[:2])
    for who in range(2):
        speak(profiles, two, who, 100)
    before_db = learnt_db(profiles)
    profiles.add()
    # They are young again: what is usual, gains known, counts with what was measured.
    assert np.abs(learnt_db(profiles)[:2, :2] - before_db).max() < 2 * ATTENUATION_SPREAD_DB
    assert np.all(profiles.frames[:2] <= YOUNG_FRAMES)
    for who in range(3):
        speak(profiles, made, who, 100)
    assert np.abs(learnt_db(profiles) - made.heard_db).max() < 2


def test_somebody_who_moves_is_learnt_anew() -> None:
    there, elsewhere = room(2, bleed_db=-6), room(2, bleed_db=-16)
    profiles = profiles_of(2)
    speak(profiles, there, 0, 2 * MEMORY_FRAMES)
    speak(profiles, elsewhere, 0, 4 * MEMORY_FRAMES)
    assert learnt_db(profiles)[1, 0] == pytest.approx(-16, abs=2)


def test_a_usual_level_is_remembered_and_follows_slowly() -> None:
    profiles = profiles_of(2)
    assert np.all(profiles.usual_levels_db() == -np.inf)
    made = room(2)
    speak(profiles, made, 0, 200, level_db=-20)
    usual = profiles.usual_levels_db()[0]
    speak(profiles, made, 0, 1, level_db=-60)
    assert profiles.usual_levels_db()[0] == pytest.approx(usual, abs=60 * LEVEL_MEMORY)
    speak(profiles, made, 0, round(5 / LEVEL_MEMORY), level_db=-40)
    assert profiles.usual_levels_db()[0] == pytest.approx(usual - 20, abs=1.5)


def test_the_usual_level_of_somebody_never_heard_is_guessed_from_the_gains() -> None:
    made, profiles = room(3, GAINS_DB), profiles_of(3)
    speak(profiles, made, 0, 200, level_db=-20)
    speak(profiles, made, 1, 200, level_db=-20)
    first, second, guessed = profiles.usual_levels_db()
    assert second - first == pytest.approx(GAINS_DB[1] - GAINS_DB[0], abs=2)
    assert guessed < second, "rather too low: nobody is thought silent for being new"


def test_a_frame_without_any_power_is_harmless() -> None:
    profiles = profiles_of(3)
    profiles.learn(1, np.zeros((3, BANDS)))
    ratios, spread_db = profiles.attenuations()
    assert np.all(np.isfinite(ratios))
    assert np.all(np.isfinite(spread_db))
    assert np.isfinite(profiles.usual_levels_db()[1])


def test_extreme_powers_stay_numbers() -> None:
    profiles = profiles_of(2)
    profiles.learn(0, np.array([np.full(BANDS, 1e8), np.full(BANDS, 1e-9)]))
    profiles.learn(1, np.array([np.full(BANDS, 1e8), np.full(BANDS, 1e-9)]))
    ratios, spread_db = profiles.attenuations()
    assert np.all(np.isfinite(ratios))
    assert np.all(ratios > 0)
    assert np.all(np.isfinite(spread_db))
