"""What pactl prints is read as it is, and nothing else is taken for it."""

import json

import pytest

from captioner.audio.sources.pulse_listing import (
    Event,
    PulseSource,
    parse_default,
    parse_event,
    parse_source_outputs,
    parse_sources,
)


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


def source(**fields: object) -> str:
    entry = {
        "index": 3,
        "name": "alsa_input.usb-Jabra",
        "description": "Jabra  Evolve2 Mono",
        "monitor_source": "",
        "sample_specification": "s16le 1ch 16000Hz",
    }
    return json.dumps([{**entry, **fields}])


def test_a_microphone_of_the_server_is_read() -> None:
    assert parse_sources(source(), "alsa_input.usb-Jabra") == [
        PulseSource(3, "alsa_input.usb-Jabra", "Jabra Evolve2 Mono", 1, 16_000, False, True)
    ]


def test_what_the_computer_plays_is_known_by_its_loudspeakers() -> None:
    """PipeWire says n/a where PulseAudio says nothing."""
    monitor = source(description="Monitor of Built-in Audio", monitor_source="alsa_output.pci")
    (found,) = parse_sources(monitor, "") or []
    assert (found.label, found.is_monitor, found.is_default) == ("Built-in Audio", True, False)
    (microphone,) = parse_sources(source(monitor_source="n/a"), "") or []
    assert not microphone.is_monitor


def test_sound_of_an_unknown_kind_is_taken_for_one_channel() -> None:
    (found,) = parse_sources(source(sample_specification="?"), "") or []
    assert (found.channels, found.rate) == (1, 48_000)


@pytest.mark.parametrize("text", ["", "[1]", '[{"index": 1}]', "null", "Connection refused"])
def test_another_text_lists_no_sources(text: str) -> None:
    assert parse_sources(text, "") is None
    assert parse_default(text) == ""


def test_the_default_is_the_one_that_the_server_names() -> None:
    assert parse_default('{"default_source_name": "alsa_input.usb"}') == "alsa_input.usb"


@pytest.mark.parametrize(
    ("fields", "is_muted"),
    [
        ({}, False),
        ({"mute": True}, True),
        ({"mute": False, "volume": {"mono": {"value": 0}}}, True),
        ({"volume": {"front-left": {"value": 0}, "front-right": {"value": 9}}}, False),
        ({"volume": "loud"}, False),
    ],
)
def test_a_microphone_that_the_system_has_switched_off_is_known(
    fields: dict[str, object], is_muted: bool
) -> None:
    (found,) = parse_sources(source(**fields), "") or []
    assert found.is_muted is is_muted
