import json
from typing import Any

import pytest

from captioner.captions.meeting import Meeting
from captioner.domain import ChannelId, UtteranceId, UtteranceState
from captioner.store.export import (
    DEMO_NOTICE,
    MEDIA_TYPES,
    RENDERERS,
    clock_time,
    render_json,
    render_txt,
    transcript_lines,
)
from tests.fakes.sample_meeting import said, started

SECRET = "My number is 1234."


def meeting_with_everything() -> Meeting:
    meeting = started("Anna", "Bram")
    meeting.revise(said("Second.", "u2", channel=2, start_s=5.0), 6.5)
    meeting.revise(said("First.", "u1", channel=1, start_s=1.0), 7.0)
    meeting.revise(said(SECRET, "u3", start_s=8.0), 9.5)
    meeting.revise(said("", "u4", rev=2, start_s=9.0), 10.5)
    meeting.revise(said("Tird.", "u5", start_s=3661.0), 3662.5)
    meeting.edit(UtteranceId("u5"), "Third.", 3663.0)
    meeting.delete(UtteranceId("u3"), 3664.0)
    return meeting


def parsed(meeting: Meeting) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(render_json(meeting))
    return body


def text_lines(meeting: Meeting) -> list[str]:
    return [line for line in render_txt(meeting).splitlines() if line.startswith("[")]


def test_text_is_in_the_order_in_which_people_began_with_time_and_speaker() -> None:
    assert text_lines(meeting_with_everything()) == [
        "[00:00:01] Anna: First.",
        "[00:00:05] Bram: Second.",
        "[01:01:01] Anna: Third. (edited)",
    ]


def test_json_has_the_same_captions_in_the_same_order() -> None:
    meeting = meeting_with_everything()
    body = parsed(meeting)
    said_there = [(line["speaker"], line["text"], line["state"]) for line in body["utterances"]]
    assert said_there == [
        ("Anna", "First.", "final"),
        ("Bram", "Second.", "final"),
        ("Anna", "Third.", "edited"),
    ]
    assert [line.caption.text for line in transcript_lines(meeting)] == [
        "First.",
        "Second.",
        "Third.",
    ]
    assert body["utterances"][1] == {
        "utterance": "u2",
        "channel": 2,
        "speaker": "Bram",
        "start": 5.0,
        "end": 6.0,
        "language": "en",
        "state": "final",
        "text": "Second.",
    }


@pytest.mark.parametrize("ending", sorted(RENDERERS))
def test_a_deleted_text_is_in_no_export(ending: str) -> None:
    text = RENDERERS[ending](meeting_with_everything())
    assert "1234" not in text
    assert "Tird" not in text


def test_every_format_has_a_media_type() -> None:
    assert set(RENDERERS) == set(MEDIA_TYPES)


def test_the_head_of_the_text_says_what_it_is() -> None:
    meeting = started(title="Planning", demo_weights=True)
    head = render_txt(meeting).splitlines()
    assert head[0] == "Planning"
    assert head[1].startswith("2025-03-0")
    assert head[2:4] == [DEMO_NOTICE, "The meeting is still going on."]
    meeting.end(1.0)
    assert "still going on" not in render_txt(meeting)


def test_the_json_says_whether_the_meeting_is_over_and_who_was_there() -> None:
    meeting = started("Anna", "Bram", demo_weights=True)
    body = parsed(meeting)
    assert (body["format"], body["version"], body["ended"]) == ("captioner-transcript", 1, False)
    assert (body["weights"], body["demo_weights"]) == ("scripted", True)
    assert body["started"] == "2025-03-04T09:00:00+00:00"
    assert [entry["speaker"] for entry in body["channels"]] == ["Anna", "Bram"]
    meeting.end(1.0)
    assert parsed(meeting)["ended"] is True


def test_a_caption_that_may_still_change_is_marked() -> None:
    meeting = started()
    meeting.revise(said("Good", state=UtteranceState.PARTIAL), 2.0)
    assert text_lines(meeting) == ["[00:00:01] Anna: Good …"]


def test_names_and_titles_with_markup_or_line_ends_do_no_harm() -> None:
    """A name with a line end could put words into another's mouth."""
    meeting = started("Eve\n[00:00:00] Anna", '<b>"Bram"</b>', title="Plan\n[00:00:01] Anna: no")
    meeting.revise(said("Hi.", "u1", channel=1), 2.0)
    meeting.revise(said('A "quote" \\ <i>', "u2", channel=2), 3.0)
    assert text_lines(meeting) == [
        "[00:00:01] Eve [00:00:00] Anna: Hi.",
        '[00:00:01] <b>"Bram"</b>: A "quote" \\ <i>',
    ]
    assert parsed(meeting)["utterances"][1]["text"] == 'A "quote" \\ <i>'
    assert parsed(meeting)["title"] == "Plan [00:00:01] Anna: no"


def test_a_new_name_stands_on_everything_that_was_said() -> None:
    meeting = started("Speaker 1")
    meeting.revise(said("Hi."), 2.0)
    meeting.rename(ChannelId(1), "Anna", 3.0)
    assert text_lines(meeting) == ["[00:00:01] Anna: Hi."]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "00:00:00"), (59.999, "00:00:59"), (3600.0, "01:00:00"), (360_000.0, "100:00:00")],
)
def test_times_are_hours_minutes_and_seconds(seconds: float, text: str) -> None:
    assert clock_time(seconds) == text


def test_a_meeting_in_which_nobody_spoke_still_has_a_transcript() -> None:
    meeting = started()
    assert text_lines(meeting) == []
    assert parsed(meeting)["utterances"] == []
