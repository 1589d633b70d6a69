from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from captioner.audio.bleed.gate import OWNS
from captioner.audio.bleed.owners import LOOK_FRAMES, Heard, Ownership, VoiceOwners
from captioner.audio.bleed.spectrum import BANDS
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.domain import ChannelId
from tests.fakes.room_sound import Turn, frames_of, room, voice

NAMED_S = 0.3
"""How soon after a first word it is known who says it."""

ECHO_S = 0.3
"""How long after a voice it may still be taken to go on."""


def judge(rows: Iterable[Mapping[ChannelId, Heard]]) -> list[Ownership]:
    owners, judged = VoiceOwners(), list[Ownership]()
    for frame, row in enumerate(rows):
        judged += owners.accept(frame, row)
    return judged + owners.flush()


def speaking(judged: Sequence[Ownership], from_s: float, to_s: float) -> list[set[int]]:
    """Who is taken to speak in each frame between, from 0."""
    begin, end = (round(at_s * SAMPLE_RATE / FRAME_SAMPLES) for at_s in (from_s, to_s))
    return [
        {channel - 1 for channel, chance in each.owners.items() if chance >= OWNS}
        for each in judged[begin:end]
    ]


def share_of(frames: Sequence[set[int]], wanted: set[int]) -> float:
    return sum(frame == wanted for frame in frames) / len(frames)


def one_after_another(size: int, length_s: float = 2.0, from_s: float = 1.0) -> list[Turn]:
    step_s = length_s + 1.0
    return [(who, from_s + step_s * who, from_s + step_s * who + length_s) for who in range(size)]


@pytest.mark.parametrize("size", [3, 8])
@pytest.mark.parametrize("seed", [1, 2])
def test_who_speaks_is_named_soon_after_a_first_word_whatever_the_gains(
    size: int, seed: int
) -> None:
    gains_db = np.random.default_rng(seed).uniform(-12, 12, size)
    turns = one_after_another(size)
    sounds = room(size, tuple(gains_db)).hear(turns, turns[-1][2] + 1, seed)
    judged = judge(frames_of(sounds))
    for who, start_s, end_s in turns:
        assert share_of(speaking(judged, start_s + NAMED_S, end_s), {who}) > 0.95
        assert share_of(speaking(judged, end_s + ECHO_S, end_s + 0.9), set()) > 0.95


def test_a_frame_that_comes_late_is_judged_by_what_all_others_heard_then() -> None:
    rows = list(frames_of(room(2).hear([(0, 1.0, 3.0), (1, 4.0, 6.0), (0, 7.0, 9.0)], 10)))
    owners, one, two = VoiceOwners(), ChannelId(1), ChannelId(2)
    cut = round(6.5 * SAMPLE_RATE / FRAME_SAMPLES)
    assert owners.accept_late(0, two, rows[0][two]) is None, "nobody knows this channel yet"
    for frame, row in enumerate(rows):
        owners.accept(frame, row if frame < cut else {one: row[one]})
    judged = [owners.accept_late(at, two, rows[at][two]) for at in range(cut, len(rows))]
    found = [each for each in judged if each is not None]
    assert [each.frame for each in found] == list(range(cut, len(rows)))
    assert share_of(speaking(found, 7.0 + NAMED_S - 6.5, 2.5), {0}) > 0.95
    assert share_of(speaking(found, 2.5 + ECHO_S, 3.4), set()) > 0.95


def test_two_at_once_are_both_kept() -> None:
    turns = [*one_after_another(3), (0, 10.0, 14.0), (1, 11.0, 13.0)]
    judged = judge(frames_of(room(3, (-6, 9, 0)).hear(turns, 15)))
    both = speaking(judged, 11.0 + NAMED_S, 13.0)
    assert share_of(both, {0, 1}) > 0.8
    assert all(0 in frame or 1 in frame for frame in both)
    assert share_of(speaking(judged, 13.0 + ECHO_S, 14.0), {0}) > 0.95


@pytest.mark.parametrize("bleed_db", [-20, -30, -40, -60])
def test_with_headsets_two_at_once_are_both_kept(bleed_db: float) -> None:
    """Microphones that hardly hear each other: what was learnt of the first speaker was taken for
    gains, the next one could then not be explained, was never learnt, and hid the first."""
    pairs = [(0, 1, 11.0), (0, 2, 15.0), (1, 2, 19.0)]
    both = [
        turn
        for one, other, at_s in pairs
        for turn in ((one, at_s, at_s + 3), (other, at_s, at_s + 3))
    ]
    judged = judge(frames_of(room(3, bleed_db=bleed_db).hear([*one_after_another(3), *both], 23)))
    for one, other, at_s in pairs:
        assert share_of(speaking(judged, at_s + NAMED_S, at_s + 3), {one, other}) > 0.9


def test_two_who_begin_a_meeting_by_speaking_at_once_are_not_both_lost() -> None:
    judged = judge(frames_of(room(3).hear([(0, 0.5, 4.0), (2, 0.5, 4.0)], 5)))
    frames = speaking(judged, 0.5 + NAMED_S, 4.0)
    assert all(frame and frame <= {0, 2} for frame in frames[10:])


@pytest.mark.xfail(reason="three at once are heard as two of them")
def test_three_who_do_not_hear_each_other_are_all_kept() -> None:
    turns = [*one_after_another(3), *((who, 11.0, 15.0) for who in range(3))]
    judged = judge(frames_of(room(3, bleed_db=-80).hear(turns, 16)))
    assert share_of(speaking(judged, 12.0, 15.0), {0, 1, 2}) > 0.8


def test_a_channel_that_joins_later_is_named_too_and_the_others_still_are() -> None:
    turns = [*one_after_another(2), (2, 8.0, 10.0), (0, 11.0, 13.0)]
    rows = list(frames_of(room(3, (0, -9, 9)).hear(turns, 14)))
    joins = round(6.5 * SAMPLE_RATE / FRAME_SAMPLES)
    early = [{each: row[each] for each in (ChannelId(1), ChannelId(2))} for row in rows[:joins]]
    judged = judge([*early, *rows[joins:]])
    for who, start_s, end_s in turns:
        assert share_of(speaking(judged, start_s + NAMED_S, end_s), {who}) > 0.9


def test_a_channel_that_is_missing_is_not_named_and_the_others_are_told_apart() -> None:
    turns = [*one_after_another(3), (0, 11.0, 13.0), (2, 14.0, 16.0)]
    rows = list(frames_of(room(3).hear(turns, 17)))
    leaves = round(10.5 * SAMPLE_RATE / FRAME_SAMPLES)
    late = [{each: row[each] for each in (ChannelId(1), ChannelId(3))} for row in rows[leaves:]]
    judged = judge([*rows[:leaves], *late])
    assert all(set(each.owners) == {1, 3} == set(each.shares) for each in judged[leaves:])
    for who, start_s, end_s in turns[3:]:
        assert share_of(speaking(judged, start_s + NAMED_S, end_s), {who}) > 0.9


def test_nobody_speaks_in_noise() -> None:
    judged = judge(frames_of(room(3, (0, 12, -12)).hear([], 3)))
    assert share_of(speaking(judged, 0, 3), set()) == 1.0


def test_shares_say_which_microphone_is_whose() -> None:
    judged = judge(frames_of(room(2, (-6, 6)).hear([(0, 1.0, 3.0)], 4)))
    middle = judged[round(2.5 * SAMPLE_RATE / FRAME_SAMPLES)].shares
    assert middle[ChannelId(1)].shape == (BANDS,)
    assert middle[ChannelId(1)].mean() > 0.9
    assert middle[ChannelId(2)].mean() < 0.3


def test_one_microphone_owns_all_that_is_said() -> None:
    judged = judge(frames_of(room(1).hear([(0, 1.0, 3.0)], 4)))
    assert share_of(speaking(judged, 1.0 + NAMED_S, 3.0), {0}) > 0.9


def test_a_frame_waits_for_those_that_are_looked_at_after_it() -> None:
    owners = VoiceOwners()
    rows = list(frames_of(room(2).hear([], 1)))
    for frame in range(LOOK_FRAMES):
        assert owners.accept(frame, rows[frame]) == []
    assert [each.frame for each in owners.accept(LOOK_FRAMES, rows[LOOK_FRAMES])] == [0]


def test_the_end_judges_everything_that_waits_once() -> None:
    owners = VoiceOwners()
    rows = list(frames_of(room(2).hear([], 1)))
    for frame in range(3):
        owners.accept(frame, rows[frame])
    assert [each.frame for each in owners.flush()] == [0, 1, 2]
    assert owners.flush() == []


SECOND = SAMPLE_RATE // FRAME_SAMPLES * FRAME_SAMPLES
STRANGE: dict[str, Samples] = {
    "silence": np.zeros(SECOND, np.float32),
    "a level": np.full(SECOND, 0.5, np.float32),
    "no numbers": np.full(SECOND, np.nan, np.float32),
    "infinity": np.full(SECOND, np.inf, np.float32),
    "too loud": np.full(SECOND, 1e30, np.float32),
    "too quiet": voice(1, 0)[:SECOND] * np.float32(1e-30),
    "clipped": np.sign(voice(1, 0)[:SECOND]),
}


@pytest.mark.parametrize("one", STRANGE)
@pytest.mark.parametrize("other", STRANGE)
def test_no_sound_makes_a_judgement_that_is_no_number(one: str, other: str) -> None:
    judged = judge(frames_of([STRANGE[one], STRANGE[other]]))
    assert len(judged) == SECOND // FRAME_SAMPLES
    for each in judged:
        assert all(0 <= chance <= 1 + 1e-9 for chance in each.owners.values())
        assert all(np.all((row >= 0) & (row <= 1 + 1e-9)) for row in each.shares.values())


def test_a_second_of_broken_sound_is_forgotten() -> None:
    turns = one_after_another(2, from_s=2.0)
    sounds = room(2).hear(turns, 9)
    sounds[0][:SECOND] = np.inf
    judged = judge(frames_of(sounds))
    for who, start_s, end_s in turns:
        assert share_of(speaking(judged, start_s + NAMED_S, end_s), {who}) > 0.9


def test_the_same_microphone_chosen_twice_is_not_lost_on_both_channels() -> None:
    sound = room(2).hear([(0, 1.0, 4.0)], 5)[0]
    judged = judge(frames_of([sound, sound]))
    assert all(1 - max(each.owners.values()) < 0.9 for each in judged[50:120])


ROWS = st.lists(st.sets(st.integers(1, 4), min_size=1), max_size=40)


@given(ROWS, st.integers(0, 9))
@example_settings(max_examples=50)
def test_every_frame_is_judged_exactly_once_in_order_for_who_was_heard(
    rows: list[set[int]], seed: int
) -> None:
    chance = np.random.default_rng(seed)

    def heard() -> Heard:
        level = 10 ** chance.uniform(-5, 0)
        return Heard(chance.normal(0, level, FRAME_SAMPLES).astype(np.float32), chance.uniform())

    judged = judge([{ChannelId(each): heard() for each in row} for row in rows])
    assert [each.frame for each in judged] == list(range(len(rows)))
    assert [set(each.owners) for each in judged] == rows


def test_who_begins_a_meeting_under_another_voice_is_found_out_once_alone() -> None:
    """Nothing is known of the second speaker while both speak; a moment later it is."""
    turns = [(0, 1.0, 4.0), (1, 3.0, 6.0)]
    owners, first, again = VoiceOwners(), dict[int, Ownership](), dict[int, Ownership]()
    for frame, row in enumerate(frames_of(room(2, (-9, 9)).hear(turns, 7, seed=3))):
        first |= {each.frame: each for each in owners.accept(frame, row)}
        again |= {each.frame: each for each in owners.look_again()}
    begin, end = (round(at_s * SAMPLE_RATE / FRAME_SAMPLES) for at_s in (3.2, 3.9))
    both = range(begin, end)
    assert set(both) <= again.keys()
    missed = [frame for frame in both if first[frame].owners[ChannelId(2)] < OWNS]
    still = [frame for frame in both if again[frame].owners[ChannelId(2)] < OWNS]
    assert len(still) <= len(missed)
    assert len(still) < 0.2 * len(both)


def test_a_look_back_is_not_taken_for_nothing() -> None:
    owners = VoiceOwners()
    for frame, row in enumerate(frames_of(room(2).hear([], 2))):
        owners.accept(frame, row)
        assert owners.look_again() == []
