"""Arrivals are late, or something is missing: told apart by what comes after."""

from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.audio.frame import SAMPLE_RATE
from captioner.audio.sample_clock import (
    ENVELOPE_SLICES,
    LATE_SAMPLES,
    MOST_HELD_SAMPLES,
    MOST_MARKS,
    NUMBERED_ENVELOPE_SLICES,
    SampleClock,
)
from tests.fakes.drifting_device import DriftingDevice

BLOCK = 512


@dataclass
class Followed:
    """A clock that is told of blocks, and what it said."""

    clock: SampleClock = field(default_factory=SampleClock)
    gaps: list[int] = field(default_factory=list)
    held: int = 0
    now: float = 5_000_000.0

    def hear(self, blocks: int, *, late: float = 0.0, lost: int = 0) -> None:
        """So many blocks of a perfect crystal, all of them late by so much."""
        for number in range(blocks):
            self.now += BLOCK + (lost if number == 0 else 0)
            arrival = self.clock.accept(BLOCK, self.now + late)
            self.held = self.held + 1 if arrival.is_held else 0
            if arrival.gap_samples:
                self.gaps.append(arrival.gap_samples)

    def late_after_all(self) -> float:
        return self.now - self.clock.count - self.clock.lateness_at(self.clock.count)


def seconds(count: float) -> int:
    return round(count * SAMPLE_RATE / BLOCK)


def test_the_first_quarter_of_a_second_is_waited_for() -> None:
    heard = Followed()
    heard.hear(8)
    assert heard.held == 8
    heard.hear(1)
    assert heard.held == 0


def test_arrivals_that_stand_still_are_not_waited_for_for_ever() -> None:
    clock = SampleClock()
    verdicts = [clock.accept(SAMPLE_RATE, 0.0).is_held for _ in range(4)]
    assert verdicts == [True, True, False, False]


def test_a_burst_after_a_stall_is_no_gap() -> None:
    heard = Followed()
    heard.hear(seconds(5))
    for number in range(seconds(3), -1, -1):
        heard.hear(1, late=number * BLOCK)
    assert heard.gaps == []
    assert heard.held == 0
    assert abs(heard.late_after_all()) < 1


def test_stalls_that_follow_on_each_other_are_no_gap() -> None:
    """The first burst had just begun when the second stall did: two blocks are no second."""
    heard = Followed()
    heard.hear(seconds(5))
    heard.hear(2, late=SAMPLE_RATE)
    for number in range(seconds(3), -1, -1):
        heard.hear(1, late=number * BLOCK)
    assert heard.gaps == []
    assert heard.held == 0


def test_late_sound_that_comes_nearer_block_by_block_is_waited_for() -> None:
    heard = Followed()
    heard.hear(seconds(5))
    for number in range(seconds(2), 0, -1):
        heard.hear(1, late=number * 50)
    heard.hear(1)
    assert heard.gaps == []
    assert heard.held == 0


def test_what_was_lost_is_told_once_after_a_second_and_then_counts_as_delivered() -> None:
    heard = Followed()
    heard.hear(seconds(5))
    heard.hear(seconds(0.98), lost=3200)
    assert heard.gaps == []
    assert heard.held == seconds(0.98)
    heard.hear(seconds(60))
    assert heard.gaps == [3200]
    assert heard.clock.count == heard.now - 5_000_000


def test_a_loss_behind_a_stall_is_measured_when_the_rest_has_come() -> None:
    heard = Followed()
    heard.hear(seconds(5))
    heard.hear(1, lost=1600, late=8 * BLOCK)
    for number in range(7, 0, -1):
        heard.hear(1, late=number * BLOCK)
    heard.hear(seconds(3))
    assert heard.gaps == [1600]


def test_a_block_that_was_only_late_just_before_a_loss_does_not_hide_it() -> None:
    """The least lateness of all that was held would be that block's."""
    heard = Followed()
    heard.hear(seconds(5))
    heard.hear(1, late=700)
    heard.hear(seconds(2), lost=8000)
    assert heard.gaps == [8000]


def test_nothing_is_held_longer_than_four_seconds() -> None:
    heard = Followed()
    heard.hear(seconds(5))
    most = 0
    for number in range(seconds(20), 0, -1):
        heard.hear(1, late=SAMPLE_RATE + number * 100)
        most = max(most, heard.held)
    assert most * BLOCK <= MOST_HELD_SAMPLES * 1.3


def test_a_loss_too_small_to_be_told_moves_the_course_within_seconds() -> None:
    heard = Followed()
    heard.hear(seconds(30))
    heard.hear(seconds(ENVELOPE_SLICES + 2), lost=LATE_SAMPLES - 10)
    assert heard.gaps == []
    assert abs(heard.late_after_all()) < 1


def test_a_gap_that_was_none_after_all_is_taken_back() -> None:
    """Sound that came after it had been given up: the count is ahead, and the course says so."""
    heard = Followed()
    heard.hear(seconds(5))
    heard.hear(seconds(1.5), late=4800)
    assert heard.gaps == [4800]
    heard.hear(1)
    assert heard.clock.lateness_at(heard.clock.count) == heard.now - heard.clock.count


def test_numbered_sound_that_is_late_is_neither_held_nor_lost_however_long() -> None:
    """A phone's line gets slower for good, or brings what the phone kept at half again its pace."""
    heard = Followed(SampleClock(is_numbered=True))
    heard.hear(seconds(0.5))
    assert heard.held == seconds(0.5)
    heard.hear(seconds(5))
    for number in range(seconds(20), 0, -1):
        heard.hear(1, late=number * BLOCK / 2)
    heard.hear(seconds(NUMBERED_ENVELOPE_SLICES - 25), late=SAMPLE_RATE / 2)
    assert (heard.held, heard.gaps) == (0, [])
    assert heard.clock.lateness_at(heard.clock.count) == 5_000_000


def test_numbered_sound_that_stays_late_for_half_a_minute_moves_the_course() -> None:
    """What a phone lost without counting it, too little to be seen there."""
    heard = Followed(SampleClock(is_numbered=True))
    heard.hear(seconds(10))
    heard.hear(seconds(NUMBERED_ENVELOPE_SLICES + 2), lost=8000)
    assert heard.gaps == []
    assert abs(heard.late_after_all()) < 1


@pytest.mark.parametrize("ppm", [-200, -30, 0, 75, 200])
def test_the_rate_is_known_to_10_ppm_after_ten_minutes_of_jitter(ppm: float) -> None:
    clock = SampleClock()
    for block in DriftingDevice(ppm, Random(5), block=1024).deliveries(630):
        clock.accept(1024, block.arrived_s * SAMPLE_RATE)
    assert -1e6 * clock.rate_error == pytest.approx(ppm, abs=10)


def test_losses_do_not_look_like_drift() -> None:
    losses = {350.0: 0.032} | {
        40.0 * turn + 20: size for turn, size in enumerate([0.2, 0.5, 0.064, 1.0] * 4)
    }
    device = DriftingDevice(50, Random(6), block=512, losses_s=losses)
    clock = SampleClock()
    for block in device.deliveries(700):
        clock.accept(512, block.arrived_s * SAMPLE_RATE)
    assert -1e6 * clock.rate_error == pytest.approx(50, abs=30)


def test_memory_is_bounded() -> None:
    clock = SampleClock()
    for second in range(20_000):
        clock.accept(SAMPLE_RATE, second * SAMPLE_RATE * 1.0001)
    kept = len(clock._marks) + len(clock._slices) + len(clock._to_mark)
    assert kept <= MOST_MARKS + ENVELOPE_SLICES + 10


@given(
    ppm=st.floats(-300, 300),
    seed=st.integers(0, 2**16),
    stalls=st.dictionaries(st.floats(2, 18), st.floats(0.02, 4), max_size=4),
    block=st.sampled_from([160, 512, 1600]),
    per_burst=st.integers(1, 4),
)
def test_nothing_is_missing_where_nothing_was_lost(
    ppm: float, seed: int, stalls: dict[float, float], block: int, per_burst: int
) -> None:
    """Whatever the jitter, the bursts and the stalls of a device that delivers everything."""
    device = DriftingDevice(
        ppm, Random(seed), block=block, per_burst=per_burst, jitter_s=0.004, stalls_s=stalls
    )
    clock = SampleClock()
    for each in device.deliveries(20):
        assert clock.accept(block, each.arrived_s * SAMPLE_RATE).gap_samples == 0


@given(
    lost=st.integers(LATE_SAMPLES + 300, 5 * SAMPLE_RATE),
    seed=st.integers(0, 2**16),
    ppm=st.floats(-300, 300),
)
def test_what_was_lost_is_found_to_5_ms(lost: int, seed: int, ppm: float) -> None:
    losses = {6.0: lost / SAMPLE_RATE}
    device = DriftingDevice(ppm, Random(seed), jitter_s=0.004, losses_s=losses)
    clock = SampleClock()
    really = found = 0
    for each in device.deliveries(15):
        really += each.lost_before
        found += clock.accept(512, each.arrived_s * SAMPLE_RATE).gap_samples
    assert found == pytest.approx(really, abs=80)


@given(
    arrivals=st.lists(
        st.tuples(st.integers(1, 8000), st.floats(0, 40_000)), min_size=1, max_size=200
    )
)
def test_whatever_arrives_however_steady_delivery_ends_all_waiting(
    arrivals: list[tuple[int, float]],
) -> None:
    """Blocks at the pace of their samples, then anything: a steady end sets all of it free."""
    clock = SampleClock()
    now = 0.0
    for samples, after in arrivals:
        now += after
        clock.accept(samples, now)
    verdicts = []
    for _ in range(seconds(5)):
        now += BLOCK
        verdicts.append(clock.accept(BLOCK, now).is_held)
    assert not all(verdicts)
