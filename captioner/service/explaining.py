"""What was heard and not shown, and why, as lines of JSON for who looks into it."""

import json
from functools import partial
from pathlib import Path

from captioner.audio.frame import samples_to_seconds
from captioner.domain import Decision, Keeping
from captioner.service.running import RunningMeeting
from captioner.store.files import AppendedFile, EventFile


class Explanations:
    """A file that gets every decision of the meetings it follows. It holds text that nobody was
    shown: a meeting of captions only, of which nothing may touch the disk, is not followed."""

    def __init__(self, path: Path | None, *, is_added_to: bool) -> None:
        """None follows nothing. `is_added_to`: what the file holds already stays.

        Raises StoreError.
        """
        kind = AppendedFile if is_added_to else EventFile
        self.file = kind(path) if path else None
        if self.file is not None:
            self.file.open()

    def follow(self, running: RunningMeeting) -> None:
        """Write down what this meeting decides from now on."""
        if self.file is not None and running.meeting.spec.keeping is not Keeping.CAPTIONS:
            running.live.on_decision = partial(_write, self.file, running.meeting.spec.id)

    def close(self) -> None:
        """End the file; may be called twice."""
        if self.file is not None:
            self.file.close()


def _write(file: EventFile, meeting: str, decision: Decision) -> None:
    """One decision as a line of JSON, its times in seconds."""
    line = json.dumps(
        {
            "meeting": meeting,
            "decision": decision.what,
            "kind": decision.kind,
            "channel": decision.channel,
            "start": round(samples_to_seconds(decision.start), 2),
            "end": round(samples_to_seconds(decision.end), 2),
            "reason": decision.reason,
            "heard": decision.heard,
            "figures": dict(decision.figures),
        },
        ensure_ascii=False,
    )
    file.write_line(line)
