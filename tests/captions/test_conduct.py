import pytest

from captioner.captions.conduct import (
    change_topic,
    end_private,
    make_private,
    mark_topic,
    tell_channel,
    tell_pace,
)
from captioner.captions.events import ChannelChanged, PaceChanged, StatusChanged, TopicMarked
from captioner.captions.meeting import LONGEST_TITLE
from captioner.domain import ChannelId, MeetingState, TopicId
from captioner.errors import MeetingError
from tests.fakes.sample_meeting import started


def test_a_private_meeting_says_so_and_goes_back_to_what_it_was() -> None:
    meeting = started()
    event = make_private(meeting, 3.0).event
    assert isinstance(event, StatusChanged)
    assert (event.state, event.message, event.lag_s) == ("private", None, None)
    with pytest.raises(MeetingError):
        make_private(meeting, 4.0)
    assert end_private(meeting, 5.0, MeetingState.PAUSED).event.state == "paused"  # type: ignore[attr-defined]
    with pytest.raises(MeetingError):
        end_private(meeting, 6.0, MeetingState.LIVE)


def test_a_meeting_that_fell_behind_is_not_behind_once_it_is_private() -> None:
    meeting = started()
    meeting.fall_behind(7.0, 2.0)
    make_private(meeting, 3.0)
    end_private(meeting, 5.0, MeetingState.LIVE)
    assert meeting.shown_state == "live"


def test_a_topic_is_one_line_and_keeps_its_moment_when_its_text_changes() -> None:
    meeting = started()
    marked = mark_topic(meeting, "  Bud\nget ", 3.0).event
    assert isinstance(marked, TopicMarked)
    assert (marked.text, marked.start, marked.at) == ("Bud get", 3.0, 3.0)
    changed = change_topic(meeting, marked.topic, "Budget", 9.0).event
    assert isinstance(changed, TopicMarked)
    assert (changed.text, changed.start, changed.at) == ("Budget", 3.0, 9.0)
    assert [topic.text for topic in meeting.timeline.topics()] == ["Budget"]


def test_a_topic_that_is_taken_away_is_nowhere_and_stays_away() -> None:
    meeting = started()
    topic = mark_topic(meeting, "Dismissals", 3.0).event.topic  # type: ignore[attr-defined]
    change_topic(meeting, topic, "", 4.0)
    assert meeting.timeline.topics() == []
    assert not any("Dismissals" in entry.line for entry in meeting.timeline.since(0))
    with pytest.raises(MeetingError):
        change_topic(meeting, topic, "Again", 5.0)


@pytest.mark.parametrize("text", ["", " \n ", "x" * (LONGEST_TITLE + 1)])
def test_a_topic_has_a_text_of_reasonable_length(text: str) -> None:
    with pytest.raises(MeetingError):
        mark_topic(started(), text, 1.0)


def test_no_topic_begins_after_the_end_but_one_can_be_put_right() -> None:
    meeting = started()
    topic = mark_topic(meeting, "Bugdet", 1.0).event.topic  # type: ignore[attr-defined]
    meeting.end(2.0)
    with pytest.raises(MeetingError):
        mark_topic(meeting, "Late", 3.0)
    change_topic(meeting, topic, "Budget", 3.0)
    with pytest.raises(MeetingError):
        change_topic(meeting, TopicId("nobody"), "Budget", 3.0)


def test_a_change_of_a_channel_is_told_with_all_that_it_is_now() -> None:
    meeting = started("Anna", "Bram")
    entries = meeting.roster.swap(ChannelId(1), ChannelId(2))
    told = [tell_channel(meeting, entry, "swapped", 2.0).event for entry in entries]
    assert [
        (each.channel, each.name, each.letter)
        for each in told
        if isinstance(each, ChannelChanged) and each.change == "swapped"
    ] == [(1, "Bram", "B"), (2, "Anna", "A")]


def test_the_pace_names_nobody() -> None:
    event = tell_pace(started(), is_fast=True, at=3.0).event
    assert event == PaceChanged(seq=2, at=3.0, state="fast")
