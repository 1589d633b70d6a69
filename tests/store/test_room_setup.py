from typing import Any

import pytest

from captioner.domain import Keeping
from captioner.errors import StoreError
from captioner.store.room_setup import (
    LONGEST_ROOM_NAME,
    RoomChannel,
    RoomSetup,
    describe_room,
    parse_room,
    room_name,
)

ANNA = RoomChannel("Pulse: usb1", "USB PnP (1)", "Anna", "blue", "nl")
ROOM = RoomSetup(
    "Board room", (ANNA,), "small", "Siobhan: Shivawn", Keeping.CAPTIONS, "Captioned.", ("en",)
)


def test_a_room_comes_back_as_it_was() -> None:
    assert parse_room(describe_room(ROOM)) == ROOM


def test_what_an_older_file_does_not_say_is_usual() -> None:
    room = parse_room({"name": "Room", "channels": []})
    assert room == RoomSetup("Room", ())
    assert room.keep is Keeping.TRANSCRIPT


@pytest.mark.parametrize(
    "change",
    [
        {"name": "  "},
        {"channels": None},
        {"channels": [{"device": "a"}]},
        {"channels": [7]},
        {"keep": "everything"},
        {"languages": 7},
    ],
)
def test_what_is_no_room_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(StoreError):
        parse_room({**describe_room(ROOM), **change})


def test_a_name_is_one_line_and_not_too_long() -> None:
    assert room_name("  Board\n room ") == "Board room"
    assert len(room_name("x" * 500)) == LONGEST_ROOM_NAME
    assert room_name("\n") == ""
