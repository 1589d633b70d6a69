"""What a model.bin says of itself."""

from pathlib import Path

import pytest

from captioner import resources
from captioner.fetch.model_file import TRANSLATOR, WHISPER, read_model_file
from tests.fakes.argos_package import package_files


def test_the_demo_weights_are_a_whisper() -> None:
    assert read_model_file(resources.demo_weights_folder() / "model.bin").kind == WHISPER


def test_a_translation_model_is_one(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(package_files()["model/model.bin"])
    assert read_model_file(tmp_path / "model.bin").kind == TRANSLATOR


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"version https://git-lfs.github.com/spec/v1", "only a Git LFS pointer"),
        (b"\6\0", "ends too early"),
        (b"<!doctype html>", "no model in CTranslate2 form"),
        (b"\6\0\0\0\2\0\xff\xff", "no model in CTranslate2 form"),
        (b"\7\0\0\0\x0c\0WhisperSpec\0", "newer CTranslate2"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "model.bin").write_bytes(content)
    with pytest.raises(ValueError, match=reason):
        read_model_file(tmp_path / "model.bin")


def test_a_file_that_is_not_there_is_no_damaged_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_model_file(tmp_path / "model.bin")
