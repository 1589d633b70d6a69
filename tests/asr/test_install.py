"""Weights put into the data folder, taken out of it, and looked at again."""

import os
import shutil
from pathlib import Path

import pytest

from captioner import resources
from captioner.asr.install import (
    disk_bytes,
    free_bytes,
    install_weights,
    remove_weights,
    usual_name,
    verify_weights,
    weights_root,
)
from captioner.asr.weights import find_weights
from captioner.errors import WeightsError

DEMO = resources.demo_weights_folder()


def install(data: Path, source: Path = DEMO, name: str = "mine") -> None:
    install_weights(source, name, data, "the stick", lambda *_: None)


def test_weights_are_copied_and_found_by_their_name(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    install_weights(DEMO, "mine", tmp_path, "x", lambda here, total: told.append((here, total)))
    assert find_weights("mine", tmp_path).folder == tmp_path / "models" / "mine"
    assert told[-1][0] == told[-1][1] > 3_000_000
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["mine"]
    assert not (tmp_path / "models" / "mine" / "README.md").exists()


def test_broken_weights_are_refused_before_anything_is_copied(tmp_path: Path) -> None:
    broken = shutil.copytree(DEMO, tmp_path / "broken")
    (broken / "tokenizer.json").unlink()
    with pytest.raises(WeightsError, match=r"tokenizer\.json is missing"):
        install(tmp_path / "data", broken)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["", "../up", "a/b/c", "two words"])
def test_a_name_that_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(WeightsError, match="--name"):
        install(tmp_path, name=name)


def test_weights_are_found_in_the_folders_that_people_carry(tmp_path: Path) -> None:
    plain = shutil.copytree(DEMO, tmp_path / "plain")
    assert weights_root(plain) == plain
    shutil.copytree(DEMO, tmp_path / "deep" / "small")
    assert weights_root(tmp_path / "deep") == tmp_path / "deep" / "small"
    cache = tmp_path / "models--Systran--faster-whisper-small"
    shutil.copytree(DEMO, cache / "snapshots" / "c0ffee")
    (cache / "refs").mkdir()
    (cache / "refs" / "main").write_text("c0ffee\n")
    assert weights_root(cache) == cache / "snapshots" / "c0ffee"
    assert weights_root(tmp_path / "nothing") is None


def test_the_model_inside_a_translation_package_is_no_weights(tmp_path: Path) -> None:
    shutil.copytree(DEMO, tmp_path / "model")
    (tmp_path / "metadata.json").write_text("{}")
    assert weights_root(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("small", "small"),
        ("small.tar.gz", "small"),
        ("faster-whisper-small", "small"),
        ("faster-whisper-small.en.zip", "small.en"),
        ("models--Systran--faster-whisper-small", "small"),
        ("models--someone--whisper-nl", "someone/whisper-nl"),
        ("my-weights.tar", "my-weights"),
    ],
)
def test_weights_are_called_as_a_pull_would_call_them(text: str, name: str) -> None:
    assert usual_name(text) == name


def test_a_changed_byte_is_found(tmp_path: Path) -> None:
    install(tmp_path)
    weights = find_weights("mine", tmp_path)
    assert verify_weights(weights) is not None
    binary = weights.folder / "model.bin"
    with binary.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"?")
    with pytest.raises(WeightsError, match=r"model\.bin is not what it was .* Fetch it again"):
        verify_weights(weights)


def test_weights_without_hashes_are_not_called_damaged(tmp_path: Path) -> None:
    shutil.copytree(DEMO, tmp_path / "models" / "mine")
    assert verify_weights(find_weights("mine", tmp_path)) is None


def test_weights_are_removed_also_when_they_are_broken(tmp_path: Path) -> None:
    install(tmp_path)
    (tmp_path / "models" / "mine" / "config.json").unlink()
    remove_weights("mine", tmp_path)
    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.parametrize("name", ["other", "..", "../models", "demo", ""])
def test_only_what_lies_in_the_data_folder_is_removed(tmp_path: Path, name: str) -> None:
    install(tmp_path)
    with pytest.raises(WeightsError, match="only those can be removed"):
        remove_weights(name, tmp_path)
    assert find_weights("mine", tmp_path)


def test_what_lies_on_the_disk_is_counted(tmp_path: Path) -> None:
    install(tmp_path)
    assert disk_bytes(tmp_path / "models") > 3_000_000
    assert free_bytes(tmp_path / "not" / "there" / "yet") > 0
