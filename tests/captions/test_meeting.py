from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.captions.events import CaptionRevised, to_dict
from captioner.captions.meeting import (
    LONGEST_TITLE,
    Meeting,
)
from captioner.captions.messages import LONGEST_MESSAGE, SIGNALS
from captioner.captions.timeline import Entry
from captioner.domain import ChannelId, ChannelState, MeetingState, UtteranceId, UtteranceState
from captioner.errors import MeetingError
from tests.fakes.sample_meeting import said, spec, started

ONE, U1 = ChannelId(1), UtteranceId("u1")
PARTIAL = UtteranceState.PARTIAL


def body(entry: Entry) -> dict[str, Any]:
    return to_dict(entry.event)  # type: ignore[arg-type]


def refused(code: str, command: Callable[[], object]) -> MeetingError:
    with pytest.raises(MeetingError) as raised:
        command()
    assert raised.value.code == code
    assert raised.value.message.endswith((".", "…"))
    return raised.value


def test_a_meeting_goes_from_lobby_to_live_to_ended() -> None:
    meeting = Meeting(spec("Anna"))
    assert meeting.state is MeetingState.LOBBY
    assert body(meeting.start(0.0)) == {"type": "status", "seq": 1, "at": 0.0, "state": "live"}
    assert body(meeting.end(9.0)) == {"type": "status", "seq": 2, "at": 9.0, "state": "ended"}
    refused("wrong_state", lambda: meeting.end(9.5))
    refused("wrong_state", lambda: meeting.start(9.5))
    assert meeting.timeline.seq == 2, "what was refused left nothing"


def test_a_meeting_that_never_heard_anything_can_be_ended() -> None:
    meeting = Meeting(spec("Anna"))
    meeting.end(0.0)
    assert meeting.state is MeetingState.ENDED


def test_a_meeting_needs_a_microphone() -> None:
    refused("bad_meeting", lambda: Meeting(spec()))


def test_a_newcomer_learns_the_meeting_as_it_is_now() -> None:
    meeting = started("Anna", "Bram", title=" Weekly\nplanning ", demo_weights=True)
    meeting.rename(ONE, "Ada", 1.0)
    meeting.lose_channel(ChannelId(2), "It was unplugged.", 2.0)
    hello = to_dict(meeting.hello(3.5))
    assert hello["seq"] == 3
    assert (hello["epoch"], hello["at"], hello["protocol"]) == ("e1", 3.5, 1)
    assert hello["meeting"] == {
        "id": "m1",
        "title": "Weekly planning",
        "state": "live",
        "weights": "scripted",
        "demo_weights": True,
        "started": "2025-03-04T09:00:00+00:00",
        "transcript": True,
    }
    assert [(card["name"], card["state"]) for card in hello["channels"]] == [
        ("Ada", "live"),
        ("Bram", "lost"),
    ]


def test_a_meeting_without_a_title_has_one() -> None:
    assert Meeting(spec("Anna", title=" \n")).title == "Meeting"
    refused("bad_meeting", lambda: Meeting(spec("Anna", title="x" * (LONGEST_TITLE + 1))))


def test_a_revision_goes_out_with_everything_that_is_known_in_seconds() -> None:
    meeting = started()
    event = body(meeting.revise(said("Good", rev=1, state=PARTIAL, start_s=1.5), 3.0))
    assert event == {
        "type": "caption",
        "seq": 2,
        "at": 3.0,
        "utterance": "u1",
        "rev": 1,
        "channel": 1,
        "state": "partial",
        "text": "Good",
        "stable": 0,
        "start": 1.5,
        "end": 2.5,
        "language": "en",
    }


def test_after_a_final_only_a_person_changes_an_utterance() -> None:
    meeting = started()
    meeting.revise(said("Good", rev=1, state=PARTIAL), 1.0)
    meeting.revise(said("Good day.", rev=2), 2.0)
    refused("wrong_state", lambda: meeting.revise(said("Good night.", rev=3), 3.0))
    edited = body(meeting.edit(U1, "Good  day,\nall. ", 4.0))
    assert (edited["rev"], edited["state"], edited["text"]) == (3, "edited", "Good day, all.")
    assert (edited["start"], edited["end"]) == (1.0, 2.0)
    refused("wrong_state", lambda: meeting.revise(said("Good night.", rev=4), 5.0))
    assert body(meeting.delete(U1, 6.0))["text"] == ""
    refused("wrong_state", lambda: meeting.edit(U1, "Back", 7.0))
    refused("wrong_state", lambda: meeting.delete(U1, 7.0))


def test_a_person_cannot_change_what_is_not_final_or_not_there() -> None:
    meeting = started()
    meeting.revise(said("Good", state=PARTIAL), 1.0)
    refused("wrong_state", lambda: meeting.edit(U1, "Bad", 2.0))
    refused("wrong_state", lambda: meeting.delete(U1, 2.0))
    refused("wrong_state", lambda: meeting.edit(UtteranceId("u9"), "Bad", 2.0))


@pytest.mark.parametrize("text", ["", " \n ", "\u200b\x00"])
def test_a_correction_to_nothing_is_refused(text: str) -> None:
    """It would be a deletion that leaves its text in no list of deletions."""
    meeting = started()
    meeting.revise(said("Good day."), 1.0)
    error = refused("bad_meeting", lambda: meeting.edit(U1, text, 2.0))
    assert "delete it" in error.message


def test_a_correction_holds_nothing_that_cannot_be_seen_or_written() -> None:
    meeting = started()
    meeting.revise(said("Good day."), 1.0)
    assert body(meeting.edit(U1, "Good\u202e \ud800night.", 2.0))["text"] == "Good night."


def test_a_deleted_text_is_nowhere() -> None:
    meeting = started()
    meeting.revise(said("My number is 12", rev=1, state=PARTIAL), 1.0)
    meeting.revise(said("My number is 1234.", rev=2), 2.0)
    meeting.edit(U1, "My number is 12 or so.", 3.0)
    meeting.delete(U1, 4.0)
    assert "12" not in "".join(entry.line for entry in meeting.timeline.since(0))
    assert meeting.timeline.captions() == []


def test_channels_are_renamed_and_recoloured_with_all_that_a_page_needs() -> None:
    meeting = started("Anna", "Bram")
    renamed = body(meeting.rename(ONE, "Bea", 1.0))
    assert (renamed["change"], renamed["name"], renamed["letter"]) == ("renamed", "Bea", "Be")
    recoloured = body(meeting.recolour(ONE, "red", 2.0))
    assert (recoloured["change"], recoloured["colour"]) == ("recoloured", "red")
    assert "message" not in recoloured
    refused("unknown_channel", lambda: meeting.rename(ChannelId(9), "Bea", 3.0))
    refused("bad_meeting", lambda: meeting.recolour(ONE, "beige", 3.0))


def test_a_lost_channel_is_told_with_the_reason_and_may_come_back() -> None:
    meeting = started()
    lost = body(meeting.lose_channel(ONE, "It was unplugged.", 1.0))
    assert (lost["change"], lost["state"], lost["message"]) == ("lost", "lost", "It was unplugged.")
    back = body(meeting.regain_channel(ONE, 2.0))
    assert (back["change"], back["state"]) == ("back", "live")
    assert meeting.roster.find(ONE).state is ChannelState.LIVE


def test_a_viewer_may_ask_for_the_four_things_that_there_are() -> None:
    meeting = started()
    for signal in SIGNALS:
        event = body(meeting.raise_signal(signal, "", 1.0))
        assert event["signal"] == signal
        assert "name" not in event, "nobody has to say who they are"
    assert body(meeting.raise_signal("wait", " Eva\n", 1.0))["name"] == "Eva"
    refused("bad_meeting", lambda: meeting.raise_signal("louder", "", 1.0))


def test_a_message_has_a_name_and_a_text_of_one_line() -> None:
    meeting = started()
    event = body(meeting.type_message("Eva", "Which\ndate?", 1.0))
    assert event["message"] == f"e1.{event['seq']}"
    assert (event["name"], event["text"]) == ("Eva", "Which date?")
    refused("bad_meeting", lambda: meeting.type_message("Eva", " ", 1.0))
    refused("bad_meeting", lambda: meeting.type_message("", "Which date?", 1.0))
    refused("bad_meeting", lambda: meeting.type_message("Eva", "x" * (LONGEST_MESSAGE + 1), 1.0))


def test_viewers_are_heard_only_while_the_meeting_goes_on() -> None:
    lobby, over = Meeting(spec("Anna")), started()
    over.end(1.0)
    for meeting in (lobby, over):
        refused("wrong_state", lambda meeting=meeting: meeting.raise_signal("wait", "", 2.0))  # type: ignore[misc]
        refused("wrong_state", lambda meeting=meeting: meeting.type_message("Eva", "Hi", 2.0))  # type: ignore[misc]


def test_names_can_be_put_right_after_the_end() -> None:
    """For the transcript."""
    meeting = started()
    meeting.end(1.0)
    assert body(meeting.rename(ONE, "Ada", 2.0))["name"] == "Ada"


@given(times=st.lists(st.floats(0, 1000), max_size=20))
def test_the_time_of_events_never_falls_and_numbers_rise(times: list[float]) -> None:
    """Several hands read the clock: a decode that was late must not send readers back in time."""
    meeting = started()
    for number, at in enumerate(times):
        meeting.revise(said("Hm.", f"u{number}"), at)
        assert meeting.hello(0.0).at >= max(round(time, 3) for time in times[: number + 1])
    events = [entry.event for entry in meeting.timeline.since(0)]
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    moments = [event.at for event in events]
    assert moments == sorted(moments)
    assert sum(isinstance(event, CaptionRevised) for event in events) == len(times)


def test_a_meeting_that_falls_behind_says_by_how_much_and_when_it_has_caught_up() -> None:
    meeting = Meeting(spec("Anna"))
    meeting.start(0.0)
    late = body(meeting.fall_behind(4.26, 10.0))
    assert (late["state"], late["lag_s"]) == ("overloaded", 4.3)
    assert late["message"] == "Captions are 4 seconds behind."
    assert meeting.state is MeetingState.LIVE, "it goes on all the same"
    well = body(meeting.catch_up(20.0))
    assert well == {"type": "status", "seq": 3, "at": 20.0, "state": "live"}


def test_a_newcomer_learns_that_captions_are_late() -> None:
    meeting = Meeting(spec("Anna"))
    meeting.start(0.0)
    meeting.fall_behind(4.0, 10.0)
    assert meeting.hello(11.0).meeting.state == "overloaded"
    meeting.catch_up(12.0)
    assert meeting.hello(13.0).meeting.state == "live"
    meeting.fall_behind(4.0, 14.0)
    ended = body(meeting.end(15.0))
    assert ended == {"type": "status", "seq": 5, "at": 15.0, "state": "ended"}
    assert meeting.hello(16.0).meeting.state == "ended"


def test_only_a_live_meeting_can_be_late() -> None:
    meeting = Meeting(spec("Anna"))
    refused("wrong_state", lambda: meeting.fall_behind(4.0, 1.0))
    refused("wrong_state", lambda: meeting.catch_up(1.0))
