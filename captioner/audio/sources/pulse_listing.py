"""What pactl prints, as values."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

Outputs = Mapping[int, int]
"""The server's number of a recording stream -> its number of the source that it hears."""

_EVENT = re.compile(r"^Event '(\w+)' on ([\w-]+) #(\d+)")


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened on the sound server."""

    kind: str
    """new, change or remove."""
    facility: str
    """What it happened to: source, source-output, client and others."""
    index: int


def parse_event(line: str) -> Event | None:
    """A line of `pactl subscribe` in the C locale; None where it is something else."""
    match = _EVENT.match(line)
    return Event(match[1], match[2], int(match[3])) if match else None


def parse_source_outputs(text: str, process_id: int) -> Outputs | None:
    """The streams of one process in `pactl -f json list source-outputs`; None if it is no such."""
    try:
        entries = json.loads(text)
        return {
            int(entry["index"]): int(entry["source"])
            for entry in entries
            if str(entry["properties"].get("application.process.id")) == str(process_id)
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
