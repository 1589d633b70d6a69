import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from captioner.errors import StoreError
from captioner.store.journal_file import MIGRATIONS, explain_sqlite, open_file, set_aside

LATER = (*MIGRATIONS, "ALTER TABLE meetings ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'")


def columns(db: sqlite3.Connection) -> set[str]:
    return {row[1] for row in db.execute("PRAGMA table_info(meetings)")}


def test_an_older_file_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    open_file(path, MIGRATIONS).close()
    db = open_file(path, LATER)
    assert "colour" in columns(db)
    assert db.execute("PRAGMA user_version").fetchone() == (2,)
    db.close()


def test_a_newer_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    open_file(path, LATER).close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer captioner") as raised:
        open_file(path, MIGRATIONS)
    assert raised.value.code == "newer_record"
    assert path.read_bytes() == before


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    with pytest.raises(StoreError):
        open_file(path, (*MIGRATIONS, "ALTER TABLE nothing ADD COLUMN x TEXT"))
    db = open_file(path, MIGRATIONS)
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    db.close()


def test_words_are_wiped_by_settings_that_hold(tmp_path: Path) -> None:
    db = open_file(tmp_path / "record.sqlite", MIGRATIONS)
    found = {
        name: db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("secure_delete", "auto_vacuum", "journal_mode", "temp_store", "locking_mode")
    }
    assert found == {
        "secure_delete": 1,
        "auto_vacuum": 2,
        "journal_mode": "wal",
        "temp_store": 2,
        "locking_mode": "exclusive",
    }
    db.close()


def test_a_damaged_page_is_noticed_when_the_file_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    db = open_file(path, MIGRATIONS)
    for number in range(2000):
        db.execute("INSERT INTO deletions VALUES ('now', ?, 'meeting')", (str(number),))
    db.close()
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    with pytest.raises(StoreError) as raised:
        open_file(path, MIGRATIONS)
    assert raised.value.code == "broken_record"


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError):
        open_file(tmp_path / "file" / "record.sqlite", MIGRATIONS)


def test_what_is_set_aside_is_named_by_when(tmp_path: Path) -> None:
    for name in ("record.sqlite", "record.sqlite-wal"):
        (tmp_path / name).write_text(name)
    moment = datetime(2025, 3, 4, 9, 0, tzinfo=UTC)
    name = set_aside(tmp_path / "record.sqlite", moment)
    assert name == "record-damaged-20250304-090000-000000.sqlite"
    assert sorted(path.name for path in tmp_path.iterdir()) == [name, f"{name}-wal"]


def test_an_error_without_a_name_is_a_disk_that_refuses() -> None:
    assert explain_sqlite(sqlite3.OperationalError("odd"), Path("r")).code == "cannot_write"


@pytest.mark.skipif(os.name != "posix", reason="rights of another kind")
def test_nobody_else_on_the_machine_can_read_it(tmp_path: Path) -> None:
    db = open_file(tmp_path / "record.sqlite", MIGRATIONS)
    db.execute("INSERT INTO deletions VALUES ('now', 'm1', 'meeting')")
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"record.sqlite": 0o600, "record.sqlite-wal": 0o600}
    db.close()
