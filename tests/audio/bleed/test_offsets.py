import numpy as np
import pytest

from captioner.audio.bleed.offsets import MOST_OUT_OF_STEP, SEEN_OFTEN, PairOffsets
from captioner.audio.bleed.spectrum import Numbers

BOTH = np.arange(2)


def lag(samples: float) -> Numbers:
    """What a comparison of two microphones says."""
    return np.array([[np.nan, samples], [np.nan, np.nan]])


def pair(*, are_exact: bool = False) -> PairOffsets:
    offsets = PairOffsets()
    for _ in range(2):
        offsets.add(is_exact=are_exact)
    return offsets


def hear(offsets: PairOffsets, samples: float, times: int = int(SEEN_OFTEN) + 1) -> None:
    for _ in range(times):
        offsets.accept(BOTH, lag(samples))


def test_channels_of_one_clock_are_in_step_from_the_start() -> None:
    offsets = pair(are_exact=True)
    hear(offsets, 400)
    assert offsets.offsets[0, 1] == 0.0
    assert not offsets.delays().any()


def test_one_speaker_does_not_say_how_far_two_devices_are_out_of_step() -> None:
    offsets = pair()
    hear(offsets, 500, 100)
    assert np.isnan(offsets.offsets[0, 1])
    assert not offsets.delays().any()


def test_the_middle_between_two_speakers_is_what_they_are_out_of_step() -> None:
    """Each voice is 80 samples (1.7 m) earlier in its own microphone."""
    offsets = pair()
    hear(offsets, 500 + 80)
    hear(offsets, 500 - 80)
    assert offsets.offsets[0, 1] == pytest.approx(500, abs=8)
    assert offsets.offsets[1, 0] == -offsets.offsets[0, 1]
    assert list(offsets.delays()) == [offsets.offsets[0, 1], 0]


def test_a_third_speaker_between_them_changes_nothing() -> None:
    offsets = pair()
    for samples in (580, 420, 450):
        hear(offsets, samples)
    assert offsets.offsets[0, 1] == pytest.approx(500, abs=8)


def test_what_is_heard_now_and_then_is_no_voice() -> None:
    offsets = pair()
    hear(offsets, 580)
    hear(offsets, 420)
    before = offsets.offsets[0, 1]
    hear(offsets, 700, 2)
    assert offsets.offsets[0, 1] == before


def test_a_lag_that_is_not_clear_says_nothing() -> None:
    offsets = pair()
    hear(offsets, float("nan"), 100)
    assert np.isnan(offsets.offsets[0, 1])


def test_the_largest_lags_fit() -> None:
    offsets = pair()
    for samples in (MOST_OUT_OF_STEP, -MOST_OUT_OF_STEP):
        hear(offsets, samples)


def test_a_channel_that_begins_anew_is_not_known_any_more() -> None:
    offsets = pair()
    hear(offsets, 580)
    hear(offsets, 420)
    offsets.restart(1, is_exact=False)
    assert np.isnan(offsets.offsets[0, 1])
    hear(offsets, -80)
    assert np.isnan(offsets.offsets[0, 1]), "and nothing is left of what was"


def test_exact_and_other_channels_live_side_by_side() -> None:
    offsets = pair(are_exact=True)
    offsets.add(is_exact=False)
    assert offsets.offsets[0, 1] == 0.0
    assert np.isnan(offsets.offsets[0, 2])


def test_a_device_that_lost_sound_is_learnt_anew_and_the_others_stay_known() -> None:
    offsets = pair(are_exact=True)
    offsets.add(is_exact=False)
    for samples in (580, 420):
        for _ in range(int(SEEN_OFTEN) + 1):
            offsets.accept(np.array([0, 2]), lag(samples))
    assert not np.isnan(offsets.offsets[0, 2])
    assert offsets.shifted(2)
    assert np.isnan(offsets.offsets[0, 2])
    assert offsets.offsets[0, 1] == offsets.offsets[2, 2] == 0.0


def test_channels_of_one_clock_can_not_shift() -> None:
    assert not pair(are_exact=True).shifted(0)
