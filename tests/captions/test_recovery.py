"""A meeting after a crash, made of nothing but its events."""

from dataclasses import replace

import pytest

from captioner.captions.events import CaptionRevised, StatusChanged
from captioner.captions.recovery import CUT_OFF, OpenUtterance, break_off, rebuild
from captioner.captions.timeline import Entry
from captioner.domain import (
    ChannelId,
    ChannelState,
    Keeping,
    MeetingState,
    Muting,
    UtteranceId,
    UtteranceState,
)
from tests.fakes.sample_meeting import said, spec, started

U1, U2 = UtteranceId("u1"), UtteranceId("u2")
OPEN = OpenUtterance(U2, ChannelId(2), 3.5, 4.0, "nl")


def events(meeting: object) -> list[object]:
    return [entry.event for entry in meeting.timeline.since(0)]  # type: ignore[attr-defined]


def test_a_meeting_is_again_what_its_events_made_of_it() -> None:
    meeting = started()
    meeting.revise(said("We have it"), 2.0)
    meeting.rename(ChannelId(1), "Ada", 3.0)
    meeting.lose_channel(ChannelId(2), "Unplugged.", 4.0)
    meeting.mute_channel(ChannelId(1), Muting.PRIVATE, 5.0)
    meeting.edit(U1, "We have had it", 6.0)
    again = rebuild(spec("Anna", "Bram"), events(meeting), 1000)  # type: ignore[arg-type]
    assert again.timeline.captions() == meeting.timeline.captions()
    assert again.roster.entries == meeting.roster.entries
    assert again.roster.entries[1].state is ChannelState.LOST
    assert again.state is MeetingState.LIVE
    assert again.timeline.seq == 1000
    assert again.rename(ChannelId(1), "Eve", 0.0).seq == 1001
    assert again.hello(0.0).at == 6.0  # the clock never falls


def test_a_meeting_that_was_overloaded_is_live_and_one_that_ended_has_ended() -> None:
    meeting = started()
    meeting.fall_behind(5.0, 1.0)
    assert rebuild(meeting.spec, events(meeting), 0).state is MeetingState.LIVE  # type: ignore[arg-type]
    meeting.end(2.0)
    assert rebuild(meeting.spec, events(meeting), 0).state is MeetingState.ENDED  # type: ignore[arg-type]


def test_what_was_open_is_closed_honestly_and_the_meeting_waits() -> None:
    """Not with an empty text: that takes a line away, as if nobody had spoken."""
    meeting = rebuild(spec("Anna", "Bram"), [], 500)
    first = OpenUtterance(U1, ChannelId(1), 2.0, 2.5, "en")
    entries = break_off(meeting, [OPEN, first], 9.0)
    cut, later, paused = (entry.event for entry in entries)
    assert isinstance(cut, CaptionRevised)
    assert isinstance(later, CaptionRevised)
    assert isinstance(paused, StatusChanged)
    assert (cut.utterance, later.utterance) == (U1, U2)
    assert (cut.state, cut.text, cut.reason) == (UtteranceState.FINAL, CUT_OFF, None)
    assert cut.rev == cut.seq == 501
    assert (later.start, later.end, later.language) == (3.5, 4.0, "nl")
    assert (paused.state, meeting.state) == ("paused", MeetingState.PAUSED)
    assert paused.message is not None
    assert "go on" in paused.message
    assert meeting.delete(U1, 10.0).event.seq == 504  # like any other final


def test_a_meeting_that_broke_off_twice_is_paused_once_more_and_goes_on() -> None:
    meeting = started()
    break_off(meeting, [], 1.0)
    break_off(meeting, [], 2.0)
    meeting.resume(3.0)
    assert meeting.state is MeetingState.LIVE


def test_other_trouble_does_not_hide_that_nobody_paused_it() -> None:
    def reason(entry: Entry) -> str | None:
        assert isinstance(entry.event, StatusChanged)
        return entry.event.reason

    meeting = started()
    break_off(meeting, [], 1.0)
    assert reason(meeting.report("No space is left.", 2.0)) == "broke_off"
    again = rebuild(meeting.spec, events(meeting), 0)  # type: ignore[arg-type]
    assert reason(again.report("No space is left.", 3.0)) == "broke_off"
    assert reason(meeting.resume(3.0)) is None
    assert reason(meeting.pause(4.0)) is None


def test_readers_of_captions_only_are_told_that_nothing_is_left() -> None:
    meeting = rebuild(replace(spec("Anna"), keeping=Keeping.CAPTIONS), [], 0)
    (entry,) = break_off(meeting, [], 0.0)
    assert isinstance(entry.event, StatusChanged)
    assert "not kept" in str(entry.event.message)


@pytest.mark.parametrize("at", [0.0, 5.0])
def test_what_had_ended_is_not_paused(at: float) -> None:
    meeting = started()
    meeting.end(5.0)
    assert break_off(meeting, [], at) == []
