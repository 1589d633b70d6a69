"""A sound server as pactl tells it: a shell script that answers from files."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

PROCESS_ID = 4711

_SCRIPT = """#!/bin/sh
cd '{folder}' || exit 1
case "$1" in
subscribe)
    echo $$ >> subscribers
    [ -e mute ] && exec sleep 60
    exec cat 0<>events ;;
*)
    echo x >> listings
    [ -e gone ] && exit 1
    [ -e slow ] && sleep "$(cat slow)"
    echo "Event 'new' on client #9" 1<>events
    case "$3 $4" in
    "list sources") cat sources.json ;;
    "info ") cat info.json ;;
    *) cat listing.json ;;
    esac ;;
esac
"""


class FakePactl:
    """Speaks pactl's two languages. Unrealistic: its events come only when the test says so."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program = str(folder / "pactl")
        Path(self.program).write_text(_SCRIPT.format(folder=folder))
        Path(self.program).chmod(0o755)
        os.mkfifo(folder / "events")
        self._events = os.open(folder / "events", os.O_RDWR | os.O_NONBLOCK)
        self.set_streams({})

    def close(self) -> None:
        """Let go of the event pipe."""
        os.close(self._events)

    def set_streams(self, sources: Mapping[int, int]) -> None:
        """Which source each stream of the process hears from now on; a foreign one is there too."""
        entries = [(output, source, PROCESS_ID) for output, source in sources.items()]
        listing = [
            {
                "index": output,
                "source": source,
                "properties": {"application.process.id": str(process)},
            }
            for output, source, process in [*entries, (99, 0, 1)]
        ]
        new = self.folder / "listing.new"
        new.write_text(json.dumps(listing))
        new.replace(self.folder / "listing.json")

    def set_sources(self, *names: str, default: str = "") -> None:
        """What can be recorded from now on, numbered from 0; `.monitor` at the end makes one."""
        listing = [
            {
                "index": index,
                "name": name,
                "description": name.title(),
                "monitor_source": name.partition(".monitor")[0] if ".monitor" in name else "",
                "sample_specification": "s16le 2ch 44100Hz",
            }
            for index, name in enumerate(names)
        ]
        (self.folder / "sources.json").write_text(json.dumps(listing))
        (self.folder / "info.json").write_text(json.dumps({"default_source_name": default}))

    def emit(self, kind: str, facility: str, index: int) -> None:
        """Tell the subscriber about something."""
        os.write(self._events, f"Event '{kind}' on {facility} #{index}\n".encode())

    def switch(self, name: str, text: str = "") -> None:
        """`gone`: lists fail; `mute`: subscribers hear nothing; `slow`: a list takes `text` s."""
        (self.folder / name).write_text(text)

    @property
    def subscribers(self) -> list[int]:
        """Process ids of all `pactl subscribe` so far."""
        path = self.folder / "subscribers"
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    @property
    def listings(self) -> int:
        """How often a list was asked for."""
        path = self.folder / "listings"
        return len(path.read_text().split()) if path.exists() else 0
