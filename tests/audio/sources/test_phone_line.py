import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.audio.sources.phone_line import (
    AHEAD_S,
    BUFFER_S,
    FILL_AFTER_S,
    LOST_AFTER_S,
    PhoneLine,
    PhoneStart,
)

RATE = 1000


def start(at: int = 0, run: str = "one", rate: int = RATE) -> PhoneStart:
    return PhoneStart(rate, run, at)


def speaking(seconds: float, now_s: float = 100.0) -> PhoneLine:
    """A line that has heard so much of the recording `one`, the last of it at `now_s`."""
    line = PhoneLine(now_s - seconds)
    assert line.begin(start(), now_s - seconds) == 0
    assert line.accept(round(seconds * RATE), now_s) == 0
    return line


def test_what_is_sent_again_is_known_to_the_sample() -> None:
    line = speaking(2.0)
    assert line.next == 2000
    assert line.begin(start(1500), 103.0) == 0
    assert line.accept(400, 103.0) == 400
    assert line.accept(400, 103.0) == 100
    assert line.accept(400, 103.0) == 0
    assert line.next == 2700


def test_a_cut_within_the_buffer_costs_no_time_and_leaves_no_silence() -> None:
    line = speaking(5.0)
    assert line.fill(109.9) == 0
    assert line.begin(start(5000), 110.0) == 0


def test_what_never_came_is_a_silence_of_its_length() -> None:
    line = speaking(5.0)
    assert line.begin(start(6500), 111.5) == pytest.approx(1.5)
    assert line.accept(100, 111.5) == 0
    assert line.next == 6600


def test_a_gap_is_counted_from_what_came_not_from_what_was_promised() -> None:
    """Two connections that die before any sound: the silence of the first is not put in twice."""
    line = speaking(5.0)
    assert line.begin(start(6000), 108.0) == pytest.approx(1.0)
    assert line.begin(start(6500), 112.0) == pytest.approx(0.5)
    assert line.begin(start(6500), 112.0) == 0


def test_a_number_out_of_the_air_is_no_gap_longer_than_time_has_passed() -> None:
    line = speaking(5.0)
    assert line.begin(start(10**15), 102.0) == pytest.approx(2.0)


def test_silence_takes_the_place_of_a_phone_that_stays_away_and_is_not_counted_twice() -> None:
    line = speaking(5.0)
    assert line.fill(100.0 + FILL_AFTER_S) == 0
    assert line.fill(100.0 + FILL_AFTER_S + 0.5) == pytest.approx(0.5)
    assert line.fill(100.0 + FILL_AFTER_S + 0.5) == 0
    assert line.fill(100.0 + FILL_AFTER_S + 20) == pytest.approx(19.5)
    # It comes back after 32 s with the last 10 s of them: 22 s are missing, 20 of them are filled.
    assert line.begin(start(5000 + 22_000), 132.0) == pytest.approx(2.0)


def test_a_phone_that_slept_and_did_not_count_loses_nothing_of_what_it_says_next() -> None:
    line = speaking(5.0)
    line.fill(150.0)
    assert line.begin(start(5000), 150.0) == 0
    assert line.accept(1000, 150.0) == 0


def test_another_recording_is_counted_anew_and_fills_nothing_up() -> None:
    """Its place is told by its arrivals: silence by the clock put it later by what it had kept."""
    line = speaking(5.0)
    assert line.begin(start(0, "two"), 104.0) == 0
    assert line.accept(100, 104.1) == 0
    assert line.next == 100
    assert line.begin(start(100, "two", rate=2000), 104.1) == 0, "another rate counts otherwise"


def test_before_the_first_sound_of_all_there_is_nothing_to_fill() -> None:
    line = PhoneLine(0.0)
    assert line.fill(1000.0) == 0
    assert line.begin(start(), 1000.0) == 0


def test_it_is_silent_after_some_seconds_without_sound() -> None:
    line = speaking(5.0)
    assert not line.is_silent(100.0 + LOST_AFTER_S - 0.1)
    assert line.is_silent(100.0 + LOST_AFTER_S)


def test_nobody_speaks_faster_than_time_passes() -> None:
    line = speaking(5.0)
    line.accept(round(AHEAD_S * RATE), 100.0)
    assert not line.is_ahead(100.0)
    line.accept(1, 100.0)
    assert line.is_ahead(100.0)
    assert not line.is_ahead(101.0)


CUTS = st.lists(
    st.tuples(
        st.floats(0.5, 30),  # seconds of speech before it
        st.floats(0.1, 60),  # seconds without a line
        st.floats(0, 0.5),  # seconds whose arrival the phone has not heard of
    ),
    max_size=6,
)


@given(CUTS)
def test_whatever_the_cuts_nothing_comes_twice_and_the_time_stays_right(
    cuts: list[tuple[float, float, float]],
) -> None:
    """A phone that keeps ten seconds, and a line that comes and goes."""
    line, now_s, counted = PhoneLine(0.0), 0.0, 0.0
    began_s, kept_from, spoken = 0.0, 0, 0
    heard: list[range] = []
    line.begin(start(), now_s)
    for speech_s, cut_s, unheard_s in [*cuts, (1.0, 0.1, 0.0)]:
        for _ in range(round(speech_s * 20)):
            now_s += 0.05
            known = line.accept(50, now_s)
            heard.append(range(spoken + known, spoken + 50))
            spoken += 50
        kept_from = spoken - round(unheard_s * RATE)
        for _ in range(round(cut_s * 2)):
            now_s += 0.5
            counted += line.fill(now_s)
            spoken += 500
        at = max(0, kept_from, spoken - round(BUFFER_S * RATE))
        next_before = line.next
        counted += line.begin(start(at), now_s)
        known = line.accept(spoken - at, now_s)
        assert known == max(0, next_before - at)
        heard.append(range(at + known, spoken))
    numbers = [number for each in heard for number in (each.start, each.stop) if len(each)]
    assert numbers == sorted(numbers), "in order, and none twice"
    total_s = counted + sum(map(len, heard)) / RATE
    assert total_s == pytest.approx(now_s - began_s, abs=0.1)
    assert line.next == spoken
