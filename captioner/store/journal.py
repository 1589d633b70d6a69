"""The record: every numbered event but partials, in one SQLite file; the only file that knows it.

One process writes it at a time, from one thread. What it says of durability is measured and
reasoned in docs/decisions/011-the-record.md.
"""

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from captioner.captions.events import (
    CaptionRevised,
    MessageTyped,
    NumberedEvent,
    StatusChanged,
)
from captioner.captions.meeting import MeetingSpec
from captioner.captions.recovery import OpenUtterance
from captioner.captions.roster import ChannelEntry
from captioner.captions.timeline import Entry
from captioner.domain import ChannelId, MeetingId, UtteranceId, UtteranceState
from captioner.errors import StoreError
from captioner.store.journal_file import MIGRATIONS, explain_sqlite, open_file, set_aside
from captioner.store.rows import (
    BY_HAND,
    MeetingRow,
    Setup,
    events_of,
    is_kept,
    is_precious,
    kept_of,
    owner_of,
    render_row,
    replaces_all_before,
)

logger = logging.getLogger(__name__)

NAME = "record.sqlite"

BLOCK = 100_000
"""Numbers that are reserved at once: hours of captions, so that a disk that takes nothing for an
hour leads to no number twice either. A crash skips what is left of a block."""


class Journal:
    """Raises StoreError from everything that touches the disk; then nothing of it was done."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self.note = ""
        """What people should know of how it was opened; empty: nothing."""
        self._db: sqlite3.Connection | None = None
        self._numbers: dict[MeetingId, int] = {}
        self._reserved: dict[MeetingId, int] = {}
        self._marked: set[UtteranceId] = set()
        """Utterances that the file knows to be open."""
        self._is_batch = False
        self.has_erased = False
        """Whether what was deleted may still lie in free pages or in the log."""

    @property
    def is_open(self) -> bool:
        return self._db is not None

    def open(self) -> None:
        """Open or make it. A damaged file is set aside under another name."""
        if self._db is not None:
            return
        try:
            self._db = open_file(self.path, MIGRATIONS)
        except StoreError as error:
            if error.code != "broken_record":
                raise
            aside = set_aside(self.path, datetime.now(UTC))
            self._db = open_file(self.path, MIGRATIONS)
            self.note = f"The record was damaged: it was set aside as {aside}, a new one begun."

    def close(self) -> None:
        """May be called twice."""
        db, self._db = self._db, None
        if db is not None:
            with suppress(sqlite3.Error):
                db.close()

    def begin(self, spec: MeetingSpec, setup: Setup, roster: Sequence[ChannelEntry] = ()) -> None:
        """A meeting begins, or what it needs to be taken up again is different now."""
        row = render_row(spec, setup.devices, setup.glossary, roster)
        with self._transaction() as db:
            db.execute(
                "INSERT INTO meetings (id, code, epoch, started, row) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET row = excluded.row",
                (spec.id, spec.code, spec.epoch, spec.started.isoformat(), row),
            )

    def write(self, meeting: MeetingId, entries: Sequence[Entry]) -> None:
        """Take these entries in, all or none; safe from a power cut when this returns.

        But for the mark that an utterance is open, and for translations, which can be made again:
        those are safe from a crash of the process only.
        """
        wanted = [each for each in entries if self._is_wanted(meeting, each.event)]
        if not wanted:
            return
        with self._transaction(is_durable=any(is_precious(each.event) for each in wanted)) as db:
            number = self._number(db, meeting)
            top = wanted[-1].seq
            reserved = self._reserved.get(meeting, 0)
            if top + BLOCK // 2 > reserved:
                reserved = top + BLOCK
                db.execute("UPDATE meetings SET reserved = ? WHERE n = ?", (reserved, number))
            for entry in wanted:
                self._put(db, number, entry)
        self._reserved[meeting] = reserved
        self._remember_marks(wanted)
        if self.has_erased and not self._is_batch:
            self.scrub()

    @contextmanager
    def scrubbed_once(self) -> Iterator[None]:
        """What is deleted meanwhile is wiped at the end, all of it together."""
        self._is_batch = True
        try:
            yield
        finally:
            self._is_batch = False
            if self.has_erased:
                self.scrub()

    def retire(self, meeting: MeetingId, epoch: str) -> None:
        """A meeting of which nothing was kept is taken up: it has another epoch from now on."""
        with self._transaction() as db:
            db.execute("UPDATE meetings SET epoch = ? WHERE id = ?", (epoch, meeting))

    def take_up(self, meeting: MeetingId) -> None:
        """A meeting is taken up after a crash: the ids of its next utterances are new."""
        with self._transaction() as db:
            db.execute("UPDATE meetings SET run = run + 1 WHERE id = ?", (meeting,))

    def meetings(self) -> list[MeetingRow]:
        """All of them, newest first; a row that cannot be read costs itself only."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT id, code, epoch, started, row, reserved, run, ended FROM meetings"
                " ORDER BY started DESC, n DESC"
            ).fetchall()
        found = []
        for row in rows:
            try:
                found.append(kept_of(row))
            except (ValueError, KeyError, TypeError, AttributeError):
                logger.exception("the meeting %s of the record cannot be read", row[0])
        return found

    def events(self, meeting: MeetingId) -> list[NumberedEvent]:
        """What is kept of a meeting, in order; a row that is no event is left out."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT body FROM events JOIN meetings USING (n) WHERE id = ? ORDER BY seq",
                (meeting,),
            ).fetchall()
        return list(events_of(rows))

    def unfinished(self, meeting: MeetingId) -> list[OpenUtterance]:
        """Utterances of a meeting that were shown and have no final."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT utterance, channel, start, end, language FROM unfinished"
                " JOIN meetings USING (n) WHERE id = ?",
                (meeting,),
            ).fetchall()
        return [
            OpenUtterance(UtteranceId(utterance), ChannelId(channel), start, end, language)
            for utterance, channel, start, end, language in rows
        ]

    def forget(self, meetings: Iterable[MeetingId], what: str) -> int:
        """Delete meetings with all that was said in them; how many there were.

        `what` is noted; empty: nothing is, for nothing was kept.
        """
        count = 0
        with self._transaction() as db:
            for meeting in meetings:
                found = db.execute("SELECT n FROM meetings WHERE id = ?", (meeting,)).fetchone()
                if found is None:
                    continue
                for table in ("events", "unfinished", "meetings"):
                    db.execute(f"DELETE FROM {table} WHERE n = ?", found)
                if what:
                    self._note_deletion(db, meeting, what)
                self._numbers.pop(meeting, None)
                self._reserved.pop(meeting, None)
                count += 1
        if count:
            self.has_erased = True
            self.scrub()
        return count

    def deletions(self) -> list[tuple[str, str, str]]:
        """What was deleted when, as (time, meeting, what), newest first, a hundred at most."""
        with self._transaction() as db:
            return db.execute(
                "SELECT at, meeting, what FROM deletions ORDER BY rowid DESC LIMIT 100"
            ).fetchall()

    def scrub(self) -> None:
        """Leave nothing of what was deleted: not in free pages, not in the write-ahead log."""
        db = self._require()
        try:
            db.executescript("PRAGMA incremental_vacuum")  # execute() would free one page
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            raise explain_sqlite(error, self.path) from error
        self.has_erased = False

    def _is_wanted(self, meeting: MeetingId, event: NumberedEvent) -> bool:
        if is_kept(event):
            return True
        is_new = isinstance(event, CaptionRevised) and event.utterance not in self._marked
        return is_new or event.seq + BLOCK // 4 > self._reserved.get(meeting, 0)

    def _remember_marks(self, written: Iterable[Entry]) -> None:
        for event in (entry.event for entry in written):
            if isinstance(event, CaptionRevised):
                is_open = event.state == UtteranceState.PARTIAL
                (self._marked.add if is_open else self._marked.discard)(event.utterance)

    def _put(self, db: sqlite3.Connection, number: int, entry: Entry) -> None:
        event = entry.event
        key = (number, owner_of(event))
        if isinstance(event, CaptionRevised):
            if event.state == UtteranceState.PARTIAL:
                db.execute(
                    "INSERT OR IGNORE INTO unfinished VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        *(number, event.utterance, event.channel),
                        *(event.start, event.end, event.language),
                    ),
                )
                return
            db.execute("DELETE FROM unfinished WHERE n = ? AND utterance = ?", key)
            if event.state in BY_HAND:
                what = "utterance" if event.state == UtteranceState.DELETED else "edit"
                self._note_deletion(db, self._name(number), what)
        if not is_kept(event):
            return  # it only shows that its number is given
        if replaces_all_before(event):
            db.execute("DELETE FROM events WHERE n = ? AND utterance = ?", key)
            self.has_erased = True
        if isinstance(event, MessageTyped) and replaces_all_before(event):
            self._note_deletion(db, self._name(number), "message")
        row = (number, event.seq, key[1], entry.line)
        db.execute("INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?)", row)
        if isinstance(event, StatusChanged) and event.state == "ended":
            db.execute("UPDATE meetings SET ended = 1 WHERE n = ?", (number,))

    def _note_deletion(self, db: sqlite3.Connection, meeting: str, what: str) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        db.execute("INSERT INTO deletions VALUES (?, ?, ?)", (now, meeting, what))

    def _number(self, db: sqlite3.Connection, meeting: MeetingId) -> int:
        if meeting not in self._numbers:
            row = db.execute("SELECT n, reserved FROM meetings WHERE id = ?", (meeting,)).fetchone()
            if row is None:
                raise StoreError("cannot_write", f"The record has no meeting {meeting} any more.")
            self._numbers[meeting], self._reserved[meeting] = row
        return self._numbers[meeting]

    def _name(self, number: int) -> str:
        return next(str(name) for name, each in self._numbers.items() if each == number)

    def _require(self) -> sqlite3.Connection:
        if self._db is None:
            raise StoreError("cannot_write", f"The record {self.path} is not open.")
        return self._db

    @contextmanager
    def _transaction(self, *, is_durable: bool = True) -> Iterator[sqlite3.Connection]:
        db = self._require()
        try:
            db.execute(f"PRAGMA synchronous = {'FULL' if is_durable else 'NORMAL'}")
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")
        except BaseException as error:
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            self._numbers.clear()
            self._reserved.clear()
            if isinstance(error, sqlite3.Error):
                raise explain_sqlite(error, self.path) from error
            raise
