import json

import pytest

from captioner.errors import WireError
from captioner.server.new_meeting import MOST_CHANNELS, parse_new_meeting
from captioner.server.wire import render_error

CHANNEL = {"device": "mic-1", "name": "Anna", "colour": "blue", "language": "nl"}


def body(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def test_a_new_meeting_numbers_its_channels_in_order() -> None:
    new = parse_new_meeting(body(title="Monday", channels=[CHANNEL, {"device": "mic-2"}]))
    first, second = new.channels
    assert (new.title, new.weights) == ("Monday", "")
    assert (first.device, first.spec.channel, first.spec.name) == ("mic-1", 1, "Anna")
    assert (first.spec.colour, first.spec.language) == ("blue", "nl")
    assert (second.device, second.spec.channel) == ("mic-2", 2)
    assert new.glossary == ""
    assert (second.spec.name, second.spec.colour, second.spec.language) == ("", "", "en")


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"{",
        b"\xff\xfe\xff",
        b"null",
        b"[]",
        b"[" * 100_000,  # deeper than the parser goes
        b'{"x": ' + b"1" * 5000 + b"}",  # more digits than Python turns into a number
        body(),
        body(channels=[]),
        body(channels={}),
        body(channels=[CHANNEL] * (MOST_CHANNELS + 1)),
        body(channels=["mic-1"]),
        body(channels=[{"name": "Anna"}]),
        body(channels=[{"device": ""}]),
        body(channels=[{"device": 1}]),
        body(channels=[CHANNEL | {"language": None}]),
        body(channels=[CHANNEL], title=3),
        body(channels=[CHANNEL], weights=["demo"]),
        body(channels=[CHANNEL], glossary=["Anna"]),
        body(channels=[CHANNEL], weights="\ud800"),  # half a character: no answer could repeat it
    ],
)
def test_a_meeting_that_is_described_wrongly_is_refused(wrong: bytes) -> None:
    with pytest.raises(WireError) as refused:
        parse_new_meeting(wrong)
    assert refused.value.code == "bad_message"
    render_error(refused.value).encode()


def test_a_glossary_comes_as_it_was_written() -> None:
    new = parse_new_meeting(body(channels=[CHANNEL], glossary="Siobhan: Shivon\nOverdijk"))
    assert new.glossary == "Siobhan: Shivon\nOverdijk"


def test_what_is_remembered_and_what_everybody_is_told_come_along() -> None:
    new = parse_new_meeting(
        body(channels=[CHANNEL], room="Board room", notice="Hear!", languages=["nl", "de"])
    )
    assert (new.room, new.notice, new.languages) == ("Board room", "Hear!", ("nl", "de"))
    silent = parse_new_meeting(body(channels=[CHANNEL]))
    assert (silent.room, silent.notice, silent.languages) == ("", "", ())
