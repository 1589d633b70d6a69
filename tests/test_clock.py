from datetime import UTC

from captioner.clock import MeetingClock, SimulatedClock, SystemClock
from tests.fakes.fake_clock import FakeClock


def test_a_meeting_is_at_zero_until_its_first_sample(clock: FakeClock) -> None:
    meeting = MeetingClock(clock)
    clock.advance(5)
    assert not meeting.is_running
    assert meeting.now_s() == 0.0


def test_a_meeting_begins_with_the_first_sample_of_its_first_block(clock: FakeClock) -> None:
    meeting = MeetingClock(clock)
    meeting.start(already_s=0.25)
    assert meeting.is_running
    assert meeting.now_s() == 0.25
    clock.advance(1.5)
    assert meeting.now_s() == 1.75


def test_a_moment_of_the_steady_clock_has_its_place_in_the_meeting(clock: FakeClock) -> None:
    meeting = MeetingClock(clock)
    assert meeting.at_s(clock.moment_s + 3) == 0.0
    meeting.start_at(clock.moment_s - 2)
    assert meeting.now_s() == 2.0
    assert meeting.at_s(clock.moment_s - 1.5) == 0.5


def test_simulated_time_moves_only_when_told_and_never_back() -> None:
    clock = SimulatedClock()
    assert clock.monotonic_s() == 0.0
    clock.advance_to(3.0)
    clock.advance_to(2.0)
    assert clock.monotonic_s() == 3.0
    assert clock.wall_time() == clock.wall_time()


def test_the_system_clock_never_falls_and_speed_multiplies_it() -> None:
    plain, fast = SystemClock(), SystemClock(4.0)
    before = plain.monotonic_s()
    quadruple = fast.monotonic_s()
    after = plain.monotonic_s()
    assert before <= quadruple / 4 <= after


def test_dates_are_in_utc() -> None:
    assert SystemClock().wall_time().tzinfo is UTC
    assert SimulatedClock().wall_time().tzinfo is UTC
