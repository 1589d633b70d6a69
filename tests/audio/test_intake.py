"""Every channel's sound gets its place on one clock."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE
from captioner.audio.intake import AWAY, LOST, Intake, Placed
from captioner.clock import MeetingClock
from captioner.domain import ChannelId, Decision, SamplePos
from tests.fakes.fake_clock import FakeClock

ONE, TWO = ChannelId(1), ChannelId(2)
BLOCK = np.ones(FRAME_SAMPLES, np.float32)
BLOCK_S = FRAME_SAMPLES / SAMPLE_RATE


@dataclass
class Room:
    """Two microphones with clocks of their own, and what came of their sound."""

    clock: FakeClock = field(default_factory=FakeClock)
    came: dict[ChannelId, list[Placed]] = field(default_factory=lambda: {ONE: [], TWO: []})

    def __post_init__(self) -> None:
        self.meeting_clock = MeetingClock(self.clock)
        self.intake = Intake(self.meeting_clock)

    def hear(self, channel: ChannelId, blocks: int, late_s: float = 0.0) -> None:
        for _ in range(blocks):
            self.clock.advance(BLOCK_S)
            arrived_s = self.clock.moment_s + late_s
            self.came[channel].append(self.intake.accept(channel, BLOCK, arrived_s))

    def gaps(self, channel: ChannelId) -> list[Decision]:
        return [gap for placed in self.came[channel] for gap in placed.gaps]

    def check_positions(self, channel: ChannelId) -> None:
        """They rise without a jump but where the channel begins anew."""
        end = 0
        for placed in self.came[channel]:
            if len(placed.samples):
                assert placed.start == end or (placed.is_new and placed.start > end)
                end = placed.start + len(placed.samples)


def test_the_first_device_begins_the_meeting_with_its_first_sample() -> None:
    room = Room()
    room.hear(ONE, 4)
    assert not room.meeting_clock.is_running
    room.hear(ONE, 10)
    assert room.meeting_clock.now_s() == pytest.approx(14 * BLOCK_S)
    first = next(placed for placed in room.came[ONE] if len(placed.samples))
    assert (first.start, first.is_new) == (0, True)
    room.check_positions(ONE)


def test_a_device_that_joins_stands_on_whole_frames_where_it_was_heard() -> None:
    room = Room()
    room.hear(ONE, 20)
    room.clock.advance(0.01)
    room.hear(TWO, 20)
    first = next(placed for placed in room.came[TWO] if len(placed.samples))
    assert first.start % FRAME_SAMPLES == 0
    voice = int(np.flatnonzero(first.samples)[0])
    assert first.start + voice == pytest.approx((20 * BLOCK_S + 0.01) * SAMPLE_RATE, abs=2)


def test_a_device_heard_before_the_meeting_began_leaves_that_out() -> None:
    """Its blocks were waiting while the other's had begun the meeting's clock."""
    room = Room()
    room.hear(ONE, 20)
    late_s = -20 * BLOCK_S - 0.1
    room.hear(TWO, 20, late_s)
    first = next(placed for placed in room.came[TWO] if len(placed.samples))
    assert first.start == 0
    heard_s = sum(len(placed.samples) for placed in room.came[TWO]) / SAMPLE_RATE
    assert heard_s == pytest.approx(20 * BLOCK_S - 0.1, abs=0.001)
    room.check_positions(TWO)


def test_a_device_that_was_away_begins_anew_after_a_gap_that_is_told() -> None:
    room = Room()
    room.hear(ONE, 100)
    assert len(room.intake.leave(ONE).samples) == 0
    assert len(room.intake.leave(ONE).samples) == 0, "twice is once"
    room.clock.advance(60.0)
    room.hear(ONE, 100)
    (gap,) = room.gaps(ONE)
    assert (gap.what, gap.channel, gap.reason) == ("gap", ONE, AWAY)
    assert gap.start == pytest.approx(100 * FRAME_SAMPLES, abs=2 * FRAME_SAMPLES)
    assert gap.end == pytest.approx((100 * BLOCK_S + 60) * SAMPLE_RATE, abs=FRAME_SAMPLES)
    assert room.intake.gap_s(ONE) == pytest.approx(60, abs=0.1)
    assert [placed.is_new for placed in room.came[ONE] if len(placed.samples)].count(True) == 2
    room.check_positions(ONE)


def test_a_device_that_is_back_at_once_still_begins_behind_its_end() -> None:
    room = Room()
    room.hear(ONE, 100)
    room.intake.leave(ONE)
    room.hear(ONE, 100)
    room.check_positions(ONE)
    assert room.intake.gap_s(ONE) < 0.1


def test_sound_that_was_held_when_the_device_left_comes_with_its_leave() -> None:
    room = Room()
    room.hear(ONE, 5)
    left = room.intake.leave(ONE)
    assert len(left.samples) == 5 * FRAME_SAMPLES
    assert (left.start, left.is_new) == (0, True)


def test_what_a_device_lost_is_told_with_its_place_and_counted() -> None:
    room = Room()
    room.hear(ONE, 100)
    room.clock.advance(0.5)
    room.hear(ONE, 100)
    (gap,) = room.gaps(ONE)
    assert gap == Decision(
        "gap", "sound", ONE, SamplePos(100 * 512), SamplePos(100 * 512 + 8000), LOST
    )
    assert room.intake.gap_s(ONE) == 0.5
    sound = np.concatenate([placed.samples for placed in room.came[ONE]])
    assert np.all(sound[100 * 512 : 100 * 512 + 8000] == 0)
    room.check_positions(ONE)


def test_silence_that_already_stands_for_lost_sound_is_not_counted_twice() -> None:
    """The queue of a device puts silence in the place of blocks that it had to drop."""
    room = Room()
    room.hear(ONE, 100)
    room.clock.advance(1.0)
    silence = np.zeros(SAMPLE_RATE, np.float32)
    room.came[ONE].append(room.intake.accept(ONE, silence, room.clock.moment_s + BLOCK_S))
    room.hear(ONE, 100)
    assert room.gaps(ONE) == []


def test_numbered_sound_begins_where_the_least_late_of_its_first_arrivals_says() -> None:
    """A phone hands in a second that it kept, and its line is slow at first. By the first block it
    would stand more than a second too far ahead, for good."""
    room = Room()
    room.hear(ONE, 100)
    began_s = room.meeting_clock.now_s() - 32 * BLOCK_S

    def accept(late_s: float) -> Placed:
        arrived_s = room.clock.moment_s + late_s
        return room.intake.accept(TWO, BLOCK, arrived_s, is_numbered=True)

    came = [accept(0.2) for _ in range(32)]
    for late_s in (0.2, 0.1, 0.0, *[0.05] * 40):
        room.clock.advance(BLOCK_S)
        came.append(accept(late_s))
    first = next(placed for placed in came if len(placed.samples))
    voice = int(np.flatnonzero(first.samples)[0])
    assert first.start + voice == pytest.approx(began_s * SAMPLE_RATE, abs=2)
    room.clock.advance(8.0)
    late = [accept(0.0) for _ in range(round(8.0 / BLOCK_S))]
    assert sum(len(placed.samples) for placed in late) == pytest.approx(8.0 * SAMPLE_RATE, abs=1024)
    assert [placed.gaps for placed in late] == [()] * len(late)


def test_sound_without_an_arrival_is_counted_and_not_touched() -> None:
    room = Room()
    room.intake.open(ONE, SamplePos(0))
    room.meeting_clock.start()
    for turn in range(10):
        placed = room.intake.accept(ONE, BLOCK[:100], None)
        assert (placed.start, placed.is_new, placed.gaps) == (turn * 100, False, ())
        assert placed.samples.tolist() == [1.0] * 100
        room.clock.advance(1.0)
    assert room.intake.drift_ppm(ONE) == room.intake.gap_s(ONE) == 0
    assert room.intake.drift_ppm(TWO) == room.intake.gap_s(TWO) == 0


def test_a_counted_channel_that_joins_late_begins_when_it_comes() -> None:
    room = Room()
    room.clock.advance(5)
    assert room.intake.accept(ONE, BLOCK, None).start == 0
    room.clock.advance(1)
    placed = room.intake.accept(TWO, BLOCK, None)
    assert (placed.start, placed.is_new) == (SAMPLE_RATE, True)
