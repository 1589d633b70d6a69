import json
from dataclasses import replace
from pathlib import Path

import pytest

from captioner.store.room_setup import RoomSetup
from captioner.store.rooms import FILE, forget_room, load_rooms, remember_room
from tests.store.test_room_setup import ROOM


def test_the_last_used_room_comes_first(tmp_path: Path) -> None:
    remember_room(tmp_path, ROOM)
    remember_room(tmp_path, RoomSetup("Canteen", ()))
    assert [room.name for room in load_rooms(tmp_path)] == ["Canteen", "Board room"]
    remember_room(tmp_path, replace(ROOM, name="BOARD ROOM", notice="New"))
    canteen, board = load_rooms(tmp_path)[::-1]
    assert (canteen.name, board.name, board.notice) == ("Canteen", "BOARD ROOM", "New")


def test_a_forgotten_room_is_gone_and_the_others_stay(tmp_path: Path) -> None:
    remember_room(tmp_path, ROOM)
    remember_room(tmp_path, RoomSetup("Canteen", ()))
    forget_room(tmp_path, "board room")
    forget_room(tmp_path, "never heard of")
    assert load_rooms(tmp_path) == [RoomSetup("Canteen", ())]
    assert "Anna" not in (tmp_path / FILE).read_text()


def test_without_a_file_there_are_no_rooms(tmp_path: Path) -> None:
    assert load_rooms(tmp_path) == []
    forget_room(tmp_path, "Board room")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"rooms": 3}', "\x00"])
def test_a_damaged_file_is_forgotten_and_said_so(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_text(text)
    assert load_rooms(tmp_path) == []
    assert "cannot be read" in caplog.text


def test_one_damaged_room_takes_no_other_with_it(tmp_path: Path) -> None:
    remember_room(tmp_path, ROOM)
    body = json.loads((tmp_path / FILE).read_text())
    body["rooms"].insert(0, {"name": "Broken"})
    (tmp_path / FILE).write_text(json.dumps(body))
    assert load_rooms(tmp_path) == [ROOM]


def test_a_disk_that_refuses_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    remember_room(tmp_path / "file", ROOM)
    assert "not remembered" in caplog.text
