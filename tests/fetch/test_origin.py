"""Where weights came from, and what they were then."""

from pathlib import Path

import pytest

from captioner.fetch.origin import (
    ORIGIN,
    describe_folder,
    find_damage,
    read_origin,
    write_origin,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.bin").write_bytes(b"weights")
    (tmp_path / "config.json").write_bytes(b"{}")
    write_origin(tmp_path, describe_folder(tmp_path, "https://example.org/wëights", "abc"))
    return tmp_path


def test_what_is_written_is_read(folder: Path) -> None:
    origin = read_origin(folder)
    assert origin is not None
    assert (origin.source, origin.revision) == ("https://example.org/wëights", "abc")
    assert sorted(origin.sha256) == ["config.json", "model/model.bin"]
    assert find_damage(folder, origin) is None
    assert describe_folder(folder, origin.source, origin.revision) == origin


def test_a_changed_file_and_a_missing_one_are_told(folder: Path) -> None:
    origin = read_origin(folder)
    assert origin is not None
    (folder / "model" / "model.bin").write_bytes(b"weighty")
    assert find_damage(folder, origin) == (
        "model/model.bin is not what it was when it was put here"
    )
    (folder / "model" / "model.bin").unlink()
    assert "cannot be read any more" in str(find_damage(folder, origin))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"source":1,"revision":2,"sha256":[]}'])
def test_what_nobody_wrote_so_is_no_origin(tmp_path: Path, text: str) -> None:
    (tmp_path / ORIGIN).write_text(text)
    assert read_origin(tmp_path) is None
