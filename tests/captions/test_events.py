"""Every event of the contract is found in the code and compared with docs/events.md."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from captioner.captions import events
from captioner.captions.events import (
    EVENT_TYPES,
    ChannelCard,
    Event,
    Heartbeat,
    Hello,
    MeetingCard,
    MessageTyped,
    NumberedEvent,
    from_dict,
    render_json,
    to_dict,
)
from captioner.captions.messages import SIGNALS
from captioner.domain import ChannelState, MessageId, UtteranceState
from captioner.errors import WireError

TREE = Path(__file__).parents[2]
GOLDEN = sorted((TREE / "tests" / "data" / "wire").glob("*.json"))
SINGLES = [path for path in GOLDEN if not path.name.startswith("sequence-")]
SEQUENCES = [path for path in GOLDEN if path.name.startswith("sequence-")]

FOUND: list[type[Any]] = [
    value
    for value in vars(events).values()
    if isinstance(value, type) and isinstance(vars(value).get("type"), str)
]
"""Every class that says what type it is on the wire."""


def sample(kind: type[Any], *, whole: bool = True) -> Any:
    """One of these, with a value in every field; `whole`: also where none is needed."""
    values: dict[str, Any] = {}
    hints = get_type_hints(kind)
    for number, item in enumerate(dataclasses.fields(kind), 2):
        if whole or item.default is dataclasses.MISSING:
            values[item.name] = _value(hints[item.name], f"<{item.name}> \N{SNOWMAN}", number)
    return kind(**values)


def _value(hint: Any, text: str, number: int) -> Any:
    if hint in (MeetingCard, ChannelCard):
        return sample(hint)
    if hint == tuple[ChannelCard, ...]:
        return (sample(ChannelCard), sample(ChannelCard))
    base = getattr(hint, "__supertype__", None) or next(iter(get_args(hint)), hint)
    return {int: number, float: number / 8, bool: True, str: text}[base]


def test_every_event_class_can_be_read_from_the_wire() -> None:
    assert {kind.type: kind for kind in FOUND} == EVENT_TYPES
    assert set(get_args(Event)) == set(FOUND)


@pytest.mark.parametrize("kind", FOUND, ids=lambda kind: kind.type)
@pytest.mark.parametrize("whole", [True, False], ids=["every-field", "needed-fields"])
def test_every_event_survives_the_wire(kind: type[Any], whole: bool) -> None:
    event = sample(kind, whole=whole)
    line = render_json(event)
    assert "\n" not in line
    assert json.loads(line)["type"] == kind.type
    assert from_dict(json.loads(line)) == event


@pytest.mark.parametrize("kind", FOUND, ids=lambda kind: kind.type)
def test_a_field_that_is_missing_is_named(kind: type[Any]) -> None:
    body = to_dict(sample(kind))
    for item in dataclasses.fields(kind):
        if item.default is dataclasses.MISSING:
            lacking = {key: value for key, value in body.items() if key != item.name}
            with pytest.raises(WireError, match=f"{kind.type} event lacks: {item.name}"):
                from_dict(lacking)


@pytest.mark.parametrize("body", [{"type": "weather"}, {}, {"type": None}, {"type": ["caption"]}])
def test_an_unknown_type_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(WireError) as raised:
        from_dict(body)
    assert raised.value.code == "bad_message"


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("meeting", {}),
        ("meeting", "m1"),
        ("meeting", None),
        ("channels", [{}]),
        ("channels", ["Anna"]),
        ("channels", {"channel": 1}),
        ("channels", None),
        ("channels", 3),
    ],
)
def test_a_hello_that_is_wrong_inside_is_refused_as_a_message(part: str, value: object) -> None:
    """It once came out as a TypeError, which no connection expects."""
    body = to_dict(sample(Hello)) | {part: value}
    with pytest.raises(WireError):
        from_dict(body)


@pytest.mark.parametrize("kind", FOUND, ids=lambda kind: kind.type)
def test_unknown_fields_are_ignored(kind: type[Any]) -> None:
    event = sample(kind)
    body = to_dict(event) | {"mood": "cheerful"}
    if kind is Hello:
        body["meeting"] = body["meeting"] | {"room": 7}
        body["channels"] = [card | {"hat": "red"} for card in body["channels"]]
    assert from_dict(body) == event


def test_what_is_not_there_to_say_is_left_out() -> None:
    body = to_dict(sample(EVENT_TYPES["caption"], whole=False))
    assert "reason" not in body
    assert None not in body.values()


def test_half_a_character_in_a_files_name_does_not_stop_a_line() -> None:
    """A file name that is no UTF-8 reaches Python as lone surrogates; a line that holds one could
    neither be written to a file nor sent, and took its channel with it."""
    event = MessageTyped(
        seq=1, at=0.0, message=MessageId("m1"), name="\udce9.ogg", text="breaks off", state="typed"
    )
    line = render_json(event)
    assert line.encode("utf-8")
    assert json.loads(line)["name"] == "\udce9.ogg"


@pytest.mark.parametrize("path", SINGLES, ids=lambda path: path.stem)
def test_the_golden_events_are_ours(path: Path) -> None:
    body = json.loads(path.read_text(encoding="utf-8"))
    event = from_dict(body)
    assert event.type == path.stem
    assert json.loads(render_json(event)) == body


def test_there_is_a_golden_event_of_every_type() -> None:
    assert {path.stem for path in SINGLES} == set(EVENT_TYPES)


@pytest.mark.parametrize("path", SEQUENCES, ids=lambda path: path.stem)
def test_the_golden_sequences_hold_our_events(path: Path) -> None:
    known = [
        body
        for body in json.loads(path.read_text(encoding="utf-8"))["events"]
        if body["type"] in EVENT_TYPES
    ]
    assert known
    for body in known:
        event = from_dict(body)
        names = {item.name for item in dataclasses.fields(event)} | {"type"}
        expected = {key: value for key, value in body.items() if key in names}
        assert json.loads(render_json(event)) == expected


def documented() -> dict[str, tuple[bool, str]]:
    """Each row of the table of events: whether it is numbered, and the words on its fields."""
    text = (TREE / "docs" / "events.md").read_text(encoding="utf-8")
    section = text.split("## The events")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (yes|no) \|[^|]*\| (.*) \|$", section, re.MULTILINE)
    return {name: (numbered == "yes", cells) for name, numbered, cells in rows}


def fields_in(cell: str) -> dict[str, list[str]]:
    """The fields that a cell names, each with what stands in the brackets behind it."""
    outside = r"`(\w+)`(?: \(([^)]*)\))?"
    return {name: re.findall(r"`(\w+)`", inside) for name, inside in re.findall(outside, cell)}


def test_the_documents_table_names_every_type_and_nothing_more() -> None:
    table = documented()
    assert set(table) == set(EVENT_TYPES)
    for name, (is_numbered, _) in table.items():
        assert is_numbered is issubclass(EVENT_TYPES[name], NumberedEvent)


@pytest.mark.parametrize("kind", FOUND, ids=lambda kind: kind.type)
def test_the_documents_table_names_every_field_and_nothing_more(kind: type[Any]) -> None:
    is_numbered, cell = documented()[kind.type]
    named = set(fields_in(cell)) | ({"seq", "at"} if is_numbered else set())
    assert named == {item.name for item in dataclasses.fields(kind)}


def test_the_documents_table_names_every_field_of_the_cards() -> None:
    cell = fields_in(documented()[Hello.type][1])
    assert set(cell["meeting"]) == {item.name for item in dataclasses.fields(MeetingCard)}
    assert set(cell["channels"]) == {item.name for item in dataclasses.fields(ChannelCard)}


def test_the_documents_table_names_every_word_that_a_field_can_hold() -> None:
    table = {name: fields_in(cell) for name, (_, cell) in documented().items()}
    assert table["caption"]["state"] == [str(state) for state in UtteranceState]
    assert table["channel"]["state"] == [str(state) for state in ChannelState]
    assert table["signal"]["signal"] == list(SIGNALS)


def test_a_heartbeat_is_not_numbered() -> None:
    assert to_dict(Heartbeat(at=1.5)) == {"type": "heartbeat", "at": 1.5}
