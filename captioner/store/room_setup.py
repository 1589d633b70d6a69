"""A room as its host set it up: which microphone is whose, what hears, what is kept, what everybody
is told first. No word of any meeting is in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from captioner.captions.roster import visible_line
from captioner.domain import Keeping
from captioner.errors import StoreError

LONGEST_ROOM_NAME = 60
MOST_ROOM_CHANNELS = 32


@dataclass(frozen=True, slots=True)
class RoomChannel:
    """A place at the table."""

    device: str
    """The id of its microphone."""
    label: str
    """What the microphone was called: what a host looks for when it is missing."""
    name: str
    colour: str
    language: str


@dataclass(frozen=True, slots=True)
class RoomSetup:
    """Everything that is the same next week."""

    name: str
    channels: tuple[RoomChannel, ...]
    weights: str = ""
    glossary: str = ""
    keep: str = Keeping.TRANSCRIPT
    notice: str = ""
    languages: tuple[str, ...] = ()
    """Translations that are wanted, by code."""


def room_name(text: str) -> str:
    """A name as it is kept: one line, not too long; empty: nothing is to be remembered."""
    return visible_line(text)[:LONGEST_ROOM_NAME].strip()


def describe_room(room: RoomSetup) -> dict[str, Any]:
    """As it stands in the file, and as a host's page gets it."""
    return {
        "name": room.name,
        "channels": [
            {
                "device": each.device,
                "label": each.label,
                "name": each.name,
                "colour": each.colour,
                "language": each.language,
            }
            for each in room.channels
        ],
        "weights": room.weights,
        "glossary": room.glossary,
        "keep": room.keep,
        "notice": room.notice,
        "languages": list(room.languages),
    }


def parse_room(fields: Mapping[str, Any]) -> RoomSetup:
    """The room of `describe_room`. Raises StoreError: the file may have been edited by hand."""
    try:
        channels = tuple(
            RoomChannel(
                **{key: str(each[key]) for key in ("device", "label", "name", "colour", "language")}
            )
            for each in fields["channels"][:MOST_ROOM_CHANNELS]
        )
        return RoomSetup(
            name=_checked_name(fields["name"]),
            channels=channels,
            weights=str(fields.get("weights", "")),
            glossary=str(fields.get("glossary", "")),
            keep=Keeping(fields.get("keep", Keeping.TRANSCRIPT)),
            notice=str(fields.get("notice", "")),
            languages=tuple(map(str, fields.get("languages", ()))),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"A room that was set up cannot be read: {error!r}."
        raise StoreError("broken_record", message) from error


def _checked_name(name: object) -> str:
    known = room_name(str(name))
    if not known:
        raise ValueError("it has no name")
    return known
