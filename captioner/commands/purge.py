"""`captioner purge`: what is kept of meetings is deleted, so that its words are nowhere."""

from typing import TextIO

from captioner.clock import Clock, SystemClock
from captioner.domain import MeetingId
from captioner.service.records import Records
from captioner.settings import Settings


def run_purge(
    settings: Settings,
    days: float | None,
    meeting: str | None,
    out: TextIO,
    clock: Clock | None = None,
) -> int:
    """Delete a meeting, or what is older than so many days (None: than meetings are kept).

    Raises CaptionerError, also where a service that runs has the record open.
    """
    clock = clock or SystemClock()
    records = Records(settings.store.folder, settings.store.keep_days, clock)
    records.journal.open()
    try:
        if meeting is not None:
            records.forget(MeetingId(meeting))
            gone = [MeetingId(meeting)]
        else:
            wanted = records.keep_days if days is None else days
            gone = records.forget_older(wanted, what="age" if days != 0 else "all")
    finally:
        records.close()
    for each in gone:
        print(f"Deleted: {each}", file=out)
    if not gone:
        print("There was nothing to delete.", file=out)
    return 0
