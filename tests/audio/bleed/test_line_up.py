from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from captioner.audio.bleed.line_up import PATIENCE_FRAMES, LineUp, Row
from captioner.audio.bleed.owners import Heard
from captioner.domain import ChannelId

ONE, TWO, THREE = ChannelId(1), ChannelId(2), ChannelId(3)
NOTHING = Heard(np.zeros(0, np.float32), 0.0)


def opened(*channels: ChannelId, frame: int = 0) -> LineUp:
    line_up = LineUp()
    for channel in channels:
        line_up.open(channel, frame)
    return line_up


def shape(rows: Sequence[Row]) -> list[tuple[int, list[int]]]:
    return [(row.frame, sorted(row.heard)) for row in rows]


def test_a_row_is_given_out_when_everybody_has_it() -> None:
    line_up = opened(ONE, TWO)
    assert line_up.accept(ONE, 0, NOTHING) == []
    assert line_up.accept(ONE, 1, NOTHING) == []
    assert shape(line_up.accept(TWO, 0, NOTHING)) == [(0, [1, 2])]
    assert shape(line_up.accept(TWO, 1, NOTHING)) == [(1, [1, 2])]


def test_a_frame_is_late_once_its_row_was_given_out_without_it() -> None:
    line_up = opened(ONE, TWO)
    for at in range(PATIENCE_FRAMES + 1):
        line_up.accept(ONE, at, NOTHING)
    assert [line_up.is_late(at) for at in (0, PATIENCE_FRAMES, PATIENCE_FRAMES + 1)] == [
        True, True, False,
    ]  # fmt: skip


def test_a_channel_that_stops_is_waited_for_once_and_then_no_longer() -> None:
    """It cost the captions of all others as much as it was late, for as long as it was away."""
    line_up = opened(ONE, TWO)
    end = PATIENCE_FRAMES
    for at in range(end):
        assert line_up.accept(ONE, at, NOTHING) == []
    rows = line_up.accept(ONE, end, NOTHING)
    assert shape(rows) == [(at, [1]) for at in range(end + 1)]
    assert shape(line_up.accept(ONE, end + 1, NOTHING)) == [(end + 1, [1])]


def test_a_channel_that_is_near_again_is_waited_for_again() -> None:
    line_up = opened(ONE, TWO)
    end = PATIENCE_FRAMES + 5
    for at in range(end):
        line_up.accept(ONE, at, NOTHING)
    for at in range(end):
        assert line_up.accept(TWO, at, NOTHING) == [], "its rows were given out long ago"
    assert line_up.accept(ONE, end, NOTHING) == []
    assert shape(line_up.accept(TWO, end, NOTHING)) == [(end, [1, 2])]


def test_blocks_of_half_a_second_come_one_channel_after_the_other() -> None:
    """A loop that was busy hands in all of one channel before the next: nobody is left out."""
    line_up = opened(ONE, TWO)
    for at in range(16):
        assert line_up.accept(ONE, at, NOTHING) == []
    rows = [row for at in range(16) for row in line_up.accept(TWO, at, NOTHING)]
    assert shape(rows) == [(at, [1, 2]) for at in range(16)]


def test_a_frame_that_comes_after_its_row_is_in_none() -> None:
    line_up = opened(ONE, TWO)
    for at in range(PATIENCE_FRAMES + 2):
        line_up.accept(ONE, at, NOTHING)
    for at in range(PATIENCE_FRAMES + 2):
        assert line_up.accept(TWO, at, NOTHING) == []


def test_who_leaves_is_waited_for_no_longer() -> None:
    line_up = opened(ONE, TWO)
    line_up.accept(ONE, 0, NOTHING)
    line_up.accept(ONE, 1, NOTHING)
    assert shape(line_up.close(TWO)) == [(0, [1]), (1, [1])]
    empty = [line_up.is_empty]
    assert line_up.close(ONE) == []
    assert [*empty, line_up.is_empty] == [False, True]
    assert line_up.close(THREE) == []


def test_who_joins_later_is_waited_for_from_its_first_frame() -> None:
    line_up = opened(ONE)
    assert shape(line_up.accept(ONE, 0, NOTHING)) == [(0, [1])]
    line_up.open(TWO, 2)
    assert shape(line_up.accept(ONE, 1, NOTHING)) == [(1, [1])]
    assert line_up.accept(ONE, 2, NOTHING) == []
    assert shape(line_up.accept(TWO, 2, NOTHING)) == [(2, [1, 2])]


def test_a_channel_whose_sound_begins_earlier_but_comes_later_is_in_time() -> None:
    """The first frame to come was once taken for the first there can be."""
    line_up = LineUp()
    line_up.open(ONE, 3)
    line_up.open(TWO, 0)
    assert line_up.accept(ONE, 3, NOTHING) == []
    rows = [row for at in range(4) for row in line_up.accept(TWO, at, NOTHING)]
    assert shape(rows) == [(0, [2]), (1, [2]), (2, [2]), (3, [1, 2])]


STEPS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["frame"] * 8 + ["close", "open"])), max_size=200
)


@given(STEPS)
def test_every_frame_that_comes_in_time_is_in_exactly_one_row(steps: list[tuple[int, str]]) -> None:
    line_up, given_out, in_time = LineUp(), list[Row](), set[tuple[int, int]]()
    at: dict[int, int] = {}
    for number, what in steps:
        channel = ChannelId(number)
        if what == "close":
            given_out += line_up.close(channel)
            at.pop(number, None)
            continue
        if what == "open" or number not in at:
            at[number] = max(at.get(number, 0), max(at.values(), default=0))
            line_up.open(channel, at[number])
        is_late = any(row.frame >= at[number] for row in given_out)
        rows = line_up.accept(channel, at[number], NOTHING)
        if not is_late:
            in_time.add((at[number], number))
        given_out += rows
        at[number] += 1
        waits = len(in_time) - sum(len(row.heard) for row in given_out)
        assert waits <= PATIENCE_FRAMES * 4
    for number in list(at):
        given_out += line_up.close(ChannelId(number))
    frames = [row.frame for row in given_out]
    assert frames == sorted(set(frames))
    seen = [(row.frame, channel) for row in given_out for channel in row.heard]
    assert len(seen) == len(set(seen))
    assert set(seen) == in_time


def test_who_is_dropped_is_in_no_row_and_leaves_the_others_theirs() -> None:
    line_up = opened(ONE, TWO, THREE)
    line_up.accept(ONE, 0, NOTHING)
    line_up.accept(THREE, 0, NOTHING)
    line_up.drop(ONE)
    assert shape(line_up.accept(TWO, 0, NOTHING)) == [(0, [2, 3])]
    line_up.drop(TWO)
    line_up.drop(TWO)
    assert shape(line_up.accept(THREE, 1, NOTHING)) == [(1, [3])]
