"""How fast this machine is, remembered."""

import json
from pathlib import Path

import pytest

from captioner.asr.speed import (
    FILE_NAME,
    capacity_hint,
    machine_name,
    remember_speed,
    remembered_speed,
)


def test_what_was_measured_is_remembered_for_this_machine_only(tmp_path: Path) -> None:
    assert remembered_speed(tmp_path) is None
    (tmp_path / FILE_NAME).write_text(json.dumps({"another machine": 0.5}))
    assert remembered_speed(tmp_path) is None
    remember_speed(tmp_path, 0.125)
    assert remembered_speed(tmp_path) == 0.125
    assert json.loads((tmp_path / FILE_NAME).read_text())["another machine"] == 0.5


@pytest.mark.parametrize("text", ["", "[]", "{", '{"x": 1}'])
def test_a_file_that_nobody_wrote_so_is_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    assert remembered_speed(tmp_path) is None


@pytest.mark.parametrize("value", ["fast", 0, -1.0, True, None, 1e9])
def test_a_figure_that_can_not_be_one_is_as_none(tmp_path: Path, value: object) -> None:
    (tmp_path / FILE_NAME).write_text(json.dumps({machine_name(): value}))
    assert remembered_speed(tmp_path) is None


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    remember_speed(tmp_path / "file", 0.1)


def test_the_machine_is_named_by_what_changes_its_speed() -> None:
    assert "cores, ctranslate2 4" in machine_name()


def test_a_hint_is_given_only_where_weights_are_too_large(tmp_path: Path) -> None:
    assert capacity_hint("small", tmp_path) == ""
    remember_speed(tmp_path, 0.12)
    assert "Take base." in capacity_hint("small", tmp_path)
    assert "Take base.en." in capacity_hint("medium.en", tmp_path)
    assert capacity_hint("tiny", tmp_path) == ""
    assert capacity_hint("someone/whisper-nl", tmp_path) == ""
