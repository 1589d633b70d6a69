"""tests/scenarios/test_record.py purges what a service has left; here is what it says."""

import io
from pathlib import Path

import pytest

from captioner.commands.purge import run_purge
from captioner.errors import MeetingError, StoreError
from captioner.store.journal import NAME
from tests.fakes.fake_clock import FakeClock
from tests.fakes.open_house import house_settings


def leave(data: Path, *names: str) -> None:
    for name in names:
        (data / "meetings" / name).mkdir(parents=True)
        (data / "meetings" / name / "transcript.txt").write_text("words")


def left(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "meetings").iterdir())


def test_what_is_older_than_meetings_are_kept_is_deleted(tmp_path: Path, clock: FakeClock) -> None:
    leave(tmp_path, "20250224-090000-aaaaaa", "20250303-090000-bbbbbb", "pictures")
    out = io.StringIO()
    assert run_purge(house_settings(tmp_path), None, None, out, clock) == 0
    assert out.getvalue() == "Deleted: 20250224-090000-aaaaaa\n"
    assert left(tmp_path) == ["20250303-090000-bbbbbb", "pictures"]
    run_purge(house_settings(tmp_path), 0.5, None, out, clock)
    assert left(tmp_path) == ["pictures"]
    out = io.StringIO()
    run_purge(house_settings(tmp_path), 0, None, out, clock)
    assert "nothing to delete" in out.getvalue()


def test_a_meeting_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MeetingError):
        run_purge(house_settings(tmp_path), None, "../..", io.StringIO())


def test_a_record_that_was_set_aside_goes_when_it_is_as_old(
    tmp_path: Path, clock: FakeClock
) -> None:
    for name in ("20250224-090000-000000", "20250303-090000-000000"):
        (tmp_path / f"record-damaged-{name}.sqlite").write_text("words")
    run_purge(house_settings(tmp_path), None, None, io.StringIO(), clock)
    assert [path.name for path in tmp_path.glob("record-damaged-*")] == [
        "record-damaged-20250303-090000-000000.sqlite"
    ]


def test_a_record_of_a_newer_captioner_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / NAME) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    leave(tmp_path, "20010101-090000-aaaaaa")
    with pytest.raises(StoreError, match="newer"):
        run_purge(house_settings(tmp_path), None, None, io.StringIO())
    assert left(tmp_path) == ["20010101-090000-aaaaaa"]
