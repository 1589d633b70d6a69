import errno
import json
import logging
from pathlib import Path

import pytest

from captioner.captions.timeline import Entry
from captioner.errors import StoreError
from captioner.store.files import EventFile, explain, write_files
from tests.fakes.flaky_disk import FlakyPath
from tests.fakes.sample_meeting import said, started


def entries(count: int = 3) -> list[Entry]:
    meeting = started()
    for number in range(count):
        meeting.revise(said(f"Caption {number}.", f"u{number}"), float(number))
    return meeting.timeline.since(0)


def test_every_event_is_a_line_of_its_own_the_moment_it_comes(tmp_path: Path) -> None:
    file = EventFile(tmp_path / "deep" / "events.jsonl")
    file.open()
    for number, entry in enumerate(entries(), 1):
        file.accept(entry)
        lines = file.path.read_text(encoding="utf-8").splitlines()
        assert len(lines) == number, "on the disk before the next one comes"
        assert json.loads(lines[-1]) == json.loads(entry.line)
    file.close()
    file.close()
    assert file.problem is None


def test_a_line_can_be_something_else_than_an_event(tmp_path: Path) -> None:
    file = EventFile(tmp_path / "decisions.jsonl")
    file.open()
    file.write_line('{"decision":"rejected"}')
    assert file.path.read_text(encoding="utf-8") == '{"decision":"rejected"}\n'
    file.close()


def test_a_file_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text("old\n")
    file = EventFile(path)
    file.open()
    file.close()
    assert path.read_text() == ""


def test_what_comes_after_the_end_or_before_the_beginning_is_let_go(tmp_path: Path) -> None:
    file = EventFile(tmp_path / "events.jsonl")
    (entry,) = entries(0)
    file.accept(entry)
    file.open()
    file.close()
    file.accept(entry)
    assert file.path.read_text() == ""


def test_a_full_disk_is_reported_once_and_captions_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """/dev/full is a real full disk: it opens, and refuses every byte."""
    path = Path("/dev/full")
    if not path.exists():
        pytest.skip("this system has no /dev/full")
    file = EventFile(path)
    file.open()
    with caplog.at_level(logging.ERROR):
        for entry in entries():
            file.accept(entry)
    file.close()
    assert file.problem is not None
    assert file.problem.code == "disk_full"
    assert len(caplog.records) == 1


def test_a_disk_that_fills_up_keeps_the_lines_that_were_written(tmp_path: Path) -> None:
    class Small(FlakyPath):
        room = 250

    file = EventFile(Small(tmp_path / "events.jsonl"))
    file.open()
    for entry in entries():
        file.accept(entry)
    file.close()
    assert file.problem is not None
    first = (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()[0]
    assert json.loads(first)["type"] == "status"


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(StoreError) as raised:
        EventFile(tmp_path / "taken" / "events.jsonl").open()
    assert raised.value.code == "cannot_write"
    with pytest.raises(StoreError) as raised:
        write_files(tmp_path / "taken", {"a.txt": "text"})
    assert raised.value.code == "cannot_write"
    assert "--data" in raised.value.message


def test_texts_are_written_under_their_names_and_nothing_else_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    written = write_files(folder, {"a.txt": "één\n", "b.json": "{}"})
    assert written == [folder / "a.txt", folder / "b.json"]
    assert (folder / "a.txt").read_bytes() == "één\n".encode()
    assert sorted(path.name for path in folder.iterdir()) == ["a.txt", "b.json"]


def test_a_disk_that_fills_up_leaves_the_earlier_file_whole_and_no_half_one(tmp_path: Path) -> None:
    """Half a transcript under the right name would be taken for a whole one; half a hidden one
    takes the last of the room."""
    write_files(tmp_path, {"transcript.txt": "the earlier one"})
    with pytest.raises(StoreError) as raised:
        write_files(FlakyPath(tmp_path), {"transcript.txt": "a longer, later one"})
    assert raised.value.code == "disk_full"
    assert (tmp_path / "transcript.txt").read_text() == "the earlier one"
    assert [path.name for path in tmp_path.iterdir()] == ["transcript.txt"]


def test_half_a_character_does_not_cost_the_transcript(tmp_path: Path) -> None:
    """A lone surrogate is a ValueError to a file, not an OSError: the end of the meeting failed."""
    write_files(tmp_path, {"a.txt": "caf\udce9"})
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "caf\\udce9"


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "disk_full"), (errno.EDQUOT, "disk_full"), (errno.EROFS, "cannot_write")],
)
def test_an_operating_systems_error_becomes_one_of_ours(number: int, code: str) -> None:
    error = explain(OSError(number, "no"), Path("/data"))
    assert error.code == code
    assert "/data" in error.message
