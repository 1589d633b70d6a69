import itertools

import numpy as np
import pytest

from captioner.audio.bleed.mixing import A_SPEAKER_COSTS, BANDS_COUNT, Explained, explain_frame
from captioner.audio.bleed.speaker_sets import SpeakerSets
from captioner.audio.bleed.spectrum import BANDS, Numbers
from tests.fakes.room_sound import RoomSound, room

MADE = room(3, (-12.0, 6.0, 0.0))
SETS = SpeakerSets(3)
SURE = np.full(3, 1.0)
FLOOR = 1e-6


def powers_of(made: RoomSound, speakers: tuple[int, ...], seed: int) -> Numbers:
    """A frame in which they speak, each with a spectrum of their own, 40 dB above the floor."""
    chance = np.random.default_rng(seed)
    powers = np.full((made.size, BANDS), FLOOR) * 10 ** (
        chance.normal(0, 1, (made.size, BANDS)) / 10
    )
    for who in speakers:
        own_db = -20 + made.gains_db[who] + np.random.default_rng((seed, who)).normal(0, 8, BANDS)
        heard_db = made.heard_db[:, who, None] + chance.normal(0, 1, (made.size, BANDS))
        powers += 10 ** ((own_db + heard_db) / 10)
    return powers


def explained(powers: Numbers, spread_db: Numbers = SURE, made: RoomSound = MADE) -> Explained:
    ratios = np.repeat(10 ** (made.heard_db[None] / 10), BANDS, axis=0)
    return explain_frame(powers, np.full((3, BANDS), FLOOR), ratios, spread_db, SETS.members)


def row_of(speakers: tuple[int, ...]) -> int:
    wanted = np.isin(range(3), speakers)
    return int(np.flatnonzero((SETS.members == wanted).all(1))[0])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "speakers", [each for k in range(3) for each in itertools.combinations(range(3), k)]
)
def test_who_really_speaks_is_the_likeliest(speakers: tuple[int, ...], seed: int) -> None:
    told = explained(powers_of(MADE, speakers, seed))
    assert int(told.likelihoods.argmax()) == row_of(speakers)


def test_one_speaker_more_is_not_free() -> None:
    """Two always explain a little more than one: what both explain equally is one speaker's."""
    ratios = 10 ** (MADE.heard_db / 10)
    powers = FLOOR + np.outer(ratios[:, 1], np.full(BANDS, 1e-2))
    told = explained(powers).likelihoods
    costs = told[row_of((1,))] - told[[row_of((0, 1)), row_of((1, 2))]]
    assert np.all(costs > 0.9 * BANDS_COUNT * A_SPEAKER_COSTS * BANDS)


def test_levels_are_those_of_the_own_microphones() -> None:
    powers = powers_of(MADE, (0, 2), 1)
    levels_db = explained(powers).levels_db[row_of((0, 2))]
    own_db = 10 * np.log10(powers.sum(1))
    assert levels_db[[0, 2]] == pytest.approx(own_db[[0, 2]], abs=3)


def test_shares_are_all_of_the_own_microphone_and_little_of_the_others() -> None:
    told = explained(powers_of(MADE, (1,), 1))
    share = told.shares[:, row_of((1,))]
    assert np.all(share[:, 1] > 0.99)
    assert np.all(share[:, [0, 2]] < 0.1)


def test_shares_of_nobody_and_of_any_set_are_parts_of_the_whole() -> None:
    told = explained(powers_of(MADE, (0, 1), 2))
    assert np.all(told.shares[:, 0] == 1)
    assert np.all((told.shares >= 0) & (told.shares <= 1 + 1e-12))


def test_where_two_speak_each_keeps_the_bands_in_which_they_are_the_louder() -> None:
    """One below, one above: neither is to be made quieter in the own half."""
    made, low = room(3), np.where(np.arange(BANDS) < BANDS // 2, 1e-2, 0.0)
    ratios = 10 ** (made.heard_db / 10)
    powers = FLOOR + np.outer(ratios[:, 0], low) + np.outer(ratios[:, 1], low[::-1])
    share = explained(powers, made=made).shares[:, row_of((0, 1))]
    assert np.all(share[: BANDS // 2, 0] > 0.9)
    assert np.all(share[BANDS // 2 :, 0] < 0.3)
    assert np.all(share[BANDS // 2 :, 1] > 0.9)
    assert np.all(share[: BANDS // 2, 1] < 0.3)


def test_a_young_profile_may_be_wrong_by_more() -> None:
    powers = powers_of(MADE, (1,), 1)
    powers[0] *= 10  # not as the profile says
    single = row_of((1,))
    surprise = np.ptp(explained(powers).likelihoods[[0, single]])
    young = explained(powers, np.full(3, 12.0)).likelihoods
    assert explained(powers).likelihoods[single] < young[single]
    assert np.ptp(young[[0, single]]) > surprise * 0.5


@pytest.mark.parametrize("power", [0.0, 1e-12, FLOOR, 1e12])
def test_no_level_is_too_much(power: float) -> None:
    told = explained(np.full((3, BANDS), max(power, 1e-30)))
    for numbers in (told.likelihoods, told.levels_db, told.shares):
        assert np.all(np.isfinite(numbers))
