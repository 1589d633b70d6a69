"""A folder is in its place whole, or not at all."""

from pathlib import Path

import pytest

from captioner.fetch.place import folder_aside, put_in_place, remove_folder


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def filled(folder: Path, text: str) -> Path:
    (folder / "model.bin").write_text(text)
    return folder


def test_a_folder_is_put_in_its_place(tmp_path: Path) -> None:
    with folder_aside(tmp_path) as aside:
        put_in_place(filled(aside, "new"), tmp_path / "small")
    assert (tmp_path / "small" / "model.bin").read_text() == "new"
    assert names(tmp_path) == ["small"]


def test_what_was_there_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    filled(tmp_path / "small", "old")
    with folder_aside(tmp_path) as aside:
        put_in_place(filled(aside, "new"), tmp_path / "small")
    assert (tmp_path / "small" / "model.bin").read_text() == "new"
    assert names(tmp_path) == ["small"]


def test_what_was_there_is_back_when_the_new_one_cannot_come(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    filled(tmp_path / "small", "old")
    with pytest.raises(FileNotFoundError):
        put_in_place(tmp_path / "gone", tmp_path / "small")
    assert (tmp_path / "small" / "model.bin").read_text() == "old"


def test_what_was_not_put_in_its_place_is_gone(tmp_path: Path) -> None:
    with folder_aside(tmp_path / "new") as aside:
        filled(aside, "half")
    assert names(tmp_path / "new") == []


def test_what_a_killed_process_left_is_swept_away_and_what_a_living_one_fills_is_not(
    tmp_path: Path,
) -> None:
    (tmp_path / ".aside-999999999-abcd").mkdir()
    (tmp_path / ".aside-nobody").mkdir()
    with folder_aside(tmp_path) as first, folder_aside(tmp_path) as second:
        assert sorted(names(tmp_path)) == sorted([first.name, second.name])


def test_a_folder_is_removed(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    filled(tmp_path / "small", "old")
    remove_folder(tmp_path / "small")
    assert names(tmp_path) == []
