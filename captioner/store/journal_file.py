"""The record as a file: opened for one writer, brought up to date, set aside when damaged."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from captioner.errors import StoreError
from captioner.store.files import explain

APPLICATION = 0x63617074
"""Marks the file as ours: `capt`."""

WAIT_S = 0.02
"""For another that has the file open: it will not let go soon, and captions must not wait."""

ASIDE = "record-damaged-"
"""What a damaged record is called from then on, with date and time."""

MIGRATIONS = (
    """
    CREATE TABLE meetings (
        n INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, code TEXT NOT NULL, epoch TEXT NOT NULL,
        started TEXT NOT NULL, row TEXT NOT NULL, reserved INTEGER NOT NULL DEFAULT 0,
        run INTEGER NOT NULL DEFAULT 0, ended INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE events (
        n INTEGER NOT NULL, seq INTEGER NOT NULL, utterance TEXT, body TEXT NOT NULL,
        PRIMARY KEY (n, seq)
    ) WITHOUT ROWID;
    CREATE INDEX events_of_utterance ON events (n, utterance) WHERE utterance IS NOT NULL;
    CREATE TABLE unfinished (
        n INTEGER NOT NULL, utterance TEXT NOT NULL, channel INTEGER NOT NULL,
        start REAL NOT NULL, end REAL NOT NULL, language TEXT NOT NULL,
        PRIMARY KEY (n, utterance)
    ) WITHOUT ROWID;
    CREATE TABLE deletions (
        at TEXT NOT NULL, meeting TEXT NOT NULL, what TEXT NOT NULL
    );
    """,
)
"""The way from each version of the file to the next; the first makes it."""


def is_held(path: Path) -> bool:
    """Whether a process has the file open for itself. Makes none, changes none."""
    if not path.is_file():
        return False
    try:
        db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=0)
        try:
            db.execute("PRAGMA user_version").fetchone()
        finally:
            db.close()
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except sqlite3.DatabaseError:
        return False
    return False


def open_file(path: Path, migrations: Sequence[str]) -> sqlite3.Connection:
    """Open or make the file, for this process alone. Raises StoreError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # for nobody else on this machine; its log takes after it
    except OSError as error:
        raise explain(error, path) from error
    db: sqlite3.Connection | None = None
    try:
        db = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)
        version = _checked_version(db, path, len(migrations))
        _prepare(db)
        _bring_up_to_date(db, version, migrations)
        if (said := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise StoreError("broken_record", f"The record {path} is damaged: {said}.")
    except BaseException as error:
        if db is not None:
            with suppress(sqlite3.Error):
                db.close()
        if isinstance(error, sqlite3.Error):
            raise explain_sqlite(error, path) from error
        raise
    return db


def _prepare(db: sqlite3.Connection) -> None:
    # Exclusive: nobody reads old pages while words are wiped, and no -shm file is needed.
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    db.execute("PRAGMA auto_vacuum = INCREMENTAL")  # counts only before there is a table
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA secure_delete = ON")
    db.execute("PRAGMA temp_store = MEMORY")
    db.execute("BEGIN EXCLUSIVE")
    db.execute("COMMIT")


def _checked_version(db: sqlite3.Connection, path: Path, newest: int) -> int:
    """Read before anything is written. Raises StoreError for a file of a newer version."""
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > newest:
        raise StoreError(
            "newer_record",
            f"The record {path} was written by a newer captioner (version {version}, this one knows"
            f" {newest}): update captioner, or choose another --data.",
        )
    return version


def _bring_up_to_date(db: sqlite3.Connection, version: int, migrations: Sequence[str]) -> None:
    for number in range(version, len(migrations)):
        db.executescript(
            f"BEGIN; {migrations[number]}; PRAGMA user_version = {number + 1};"
            f" PRAGMA application_id = {APPLICATION}; COMMIT;"
        )


def set_aside(path: Path, now: datetime) -> str:
    """Give a damaged record another name, with all that belongs to it. Raises StoreError."""
    name = f"{ASIDE}{now:%Y%m%d-%H%M%S-%f}.sqlite"
    try:
        for ending in ("", "-wal", "-shm"):
            beside = path.with_name(path.name + ending)
            if beside.exists():
                beside.rename(path.with_name(name + ending))
    except OSError as error:
        raise explain(error, path) from error
    return name


def explain_sqlite(error: sqlite3.Error, path: Path) -> StoreError:
    """An error of SQLite as one sentence that says what to do."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_FULL"):
        return StoreError(
            "disk_full",
            f"No space is left to write the record {path}: free some. Captions go on, and are"
            " written down when there is space again.",
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreError(
            "record_in_use",
            f"Another captioner has the record {path} open: end it (or delete on its host page), or"
            " choose another --data.",
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return StoreError(
            "broken_record",
            f"The record {path} is damaged: start captioner again, it sets the file aside and"
            " begins a new one. Captions go on.",
        )
    return StoreError(
        "cannot_write",
        f"The record {path} cannot be written ({error}): check the folder and its disk."
        " Captions go on.",
    )
