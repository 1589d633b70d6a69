"""The rooms that hosts have set up, kept in the data folder; the last used comes first."""

import json
import logging
from pathlib import Path

from captioner.errors import StoreError
from captioner.store.files import write_files
from captioner.store.room_setup import RoomSetup, describe_room, parse_room

logger = logging.getLogger(__name__)

FILE = "rooms.json"
_MOST = 50
"""Rooms that are remembered; those longest unused are forgotten."""


def load_rooms(folder: Path) -> list[RoomSetup]:
    """All rooms, the last used first. What cannot be read is forgotten, the others stay."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
        entries = list(json.loads(text)["rooms"])
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError) as error:
        logger.warning("the rooms that were set up cannot be read, forgotten: %s", error)
        return []
    rooms = []
    for entry in entries:
        try:
            rooms.append(parse_room(entry))
        except StoreError as error:
            logger.warning("%s", error.message)
    return rooms


def remember_room(folder: Path, room: RoomSetup) -> None:
    """Keep it, in the place of the one of this name; a disk that refuses is logged, no more."""
    others = [each for each in load_rooms(folder) if not _is_same(each, room.name)]
    try:
        _write(folder, [room, *others][:_MOST])
    except StoreError as error:
        logger.warning("the room is not remembered: %s", error.message)


def forget_room(folder: Path, name: str) -> None:
    """Delete the room of this name, if there is one. Raises StoreError."""
    rooms = load_rooms(folder)
    kept = [each for each in rooms if not _is_same(each, name)]
    if len(kept) < len(rooms):
        _write(folder, kept)


def _write(folder: Path, rooms: list[RoomSetup]) -> None:
    body = {"rooms": [describe_room(each) for each in rooms]}
    write_files(folder, {FILE: json.dumps(body, ensure_ascii=False, indent=1)})


def _is_same(room: RoomSetup, name: str) -> bool:
    return room.name.casefold() == name.casefold()
