"""What pactl prints, as values."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Outputs = Mapping[int, int]
"""The server's number of a recording stream -> its number of the source that it hears."""

_MONITOR_OF = "Monitor of "
_SPECIFICATION = re.compile(r"\b(\d+)ch (\d+)Hz\b")
_EVENT = re.compile(r"^Event '(\w+)' on ([\w-]+) #(\d+)")


@dataclass(frozen=True, slots=True)
class PulseSource:
    """Something that the sound server can record."""

    index: int
    """The server's number; another one when it is plugged in again."""
    name: str
    """The same for ever."""
    label: str
    """What people call it; of a monitor, the loudspeakers whose sound it hears."""
    channels: int
    rate: int
    is_monitor: bool
    """Whether it hears what this computer plays."""
    is_default: bool
    is_stereo: bool = False
    """Whether it has a left and a right input, and nothing else."""
    is_muted: bool = False
    """Whether it is switched off in the system's sound settings, or turned down to nothing."""


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


def parse_sources(text: str, default: str) -> list[PulseSource] | None:
    """The sources in `pactl -f json list sources`; None if it is no such."""
    try:
        return [_source(entry, default) for entry in json.loads(text)]
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def parse_default(text: str) -> str:
    """The default source in `pactl -f json info`; empty where none is named."""
    try:
        return str(json.loads(text)["default_source_name"])
    except (ValueError, TypeError, KeyError):
        return ""


def _source(entry: Any, default: str) -> PulseSource:
    name, label = str(entry["name"]), " ".join(str(entry["description"]).split())
    is_monitor = str(entry.get("monitor_source") or "") not in ("", "n/a")
    found = _SPECIFICATION.search(str(entry["sample_specification"]))
    channels, rate = (int(found[1]), int(found[2])) if found else (1, 48_000)
    return PulseSource(
        index=int(entry["index"]),
        name=name,
        label=label.removeprefix(_MONITOR_OF) or name,
        channels=channels,
        rate=rate,
        is_monitor=is_monitor,
        is_default=name == default,
        is_stereo=entry.get("channel_map") == "front-left,front-right",
        is_muted=entry.get("mute") is True or _is_turned_down(entry.get("volume")),
    )


def _is_turned_down(volume: Any) -> bool:
    """Whether every input of a source has the volume 0."""
    values = [each.get("value") for each in volume.values()] if isinstance(volume, dict) else []
    return bool(values) and all(value == 0 for value in values)
