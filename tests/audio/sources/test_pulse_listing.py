"""What pactl prints is read as it is, and nothing else is taken for it."""

import json

import pytest

from captioner.audio.sources.pulse_listing import Event, parse_event, parse_source_outputs


def test_an_event_is_read() -> None:
    assert parse_event("Event 'change' on source-output #68") == Event(
        "change", "source-output", 68
    )
    assert parse_event("Event 'remove' on source #3\n") == Event("remove", "source", 3)


@pytest.mark.parametrize("line", ["", "Ereignis »neu« auf Client #2", "Event 'new' on client #"])
def test_another_line_is_no_event(line: str) -> None:
    assert parse_event(line) is None


def stream(index: int, source: int, process: object) -> dict[str, object]:
    return {"index": index, "source": source, "properties": {"application.process.id": process}}


def test_only_the_streams_of_the_process_are_taken() -> None:
    listing = [stream(4, 0, "77"), stream(5, 1, "78"), stream(6, 2, "77")]
    listing.append({"index": 7, "source": 3, "properties": {}})
    assert parse_source_outputs(json.dumps(listing), 77) == {4: 0, 6: 2}


def test_no_streams_are_not_the_same_as_no_answer() -> None:
    assert parse_source_outputs("[]", 77) == {}
    assert parse_source_outputs("", 77) is None


@pytest.mark.parametrize(
    "text", ["Source Output #4", "{}x", '{"index": 1}', "[1]", '[{"index": 1}]', "null"]
)
def test_another_text_is_no_listing(text: str) -> None:
    assert parse_source_outputs(text, 77) is None
