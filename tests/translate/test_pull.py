"""Packages from an Argos index on this machine; what arrives is real and works."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from captioner.errors import CaptionerError, FetchError, PackageError
from captioner.fetch.argos_index import VARIABLE
from captioner.fetch.origin import read_origin
from captioner.translate.packages import installed_packages, packages_folder
from captioner.translate.pull import pull_package
from tests.fakes.argos_package import argosmodel, zip_of
from tests.fakes.fake_source import FakeIndex


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeIndex]:
    packages = {"en_nl": argosmodel(), "nl_en": argosmodel("nl", "en"), "en_de": b"no zip"}
    with FakeIndex(packages) as index:
        monkeypatch.setenv(VARIABLE, f"{index.url}/argos/")
        yield index


def pull(name: str, data: Path) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    pull_package(name, data, lambda here, total: told.append((here, total)))
    return told


def refused(name: str, data: Path) -> CaptionerError:
    with pytest.raises(CaptionerError) as raised:
        pull(name, data)
    assert "\n" not in raised.value.message
    assert installed_packages(data).found == ()
    return raised.value


def test_a_package_is_fetched_and_installed(index: FakeIndex, tmp_path: Path) -> None:
    told = pull("translate-en_nl", tmp_path)
    (package,) = installed_packages(tmp_path).found
    assert package.name == "translate-en_nl"
    size = len(index.files["/translate-en_nl-1_8.argosmodel"])
    assert told[-1] == (size, size)
    origin = read_origin(package.folder)
    assert origin is not None
    assert origin.source == f"{index.url}/translate-en_nl-1_8.argosmodel"
    assert [each.name for each in packages_folder(tmp_path).iterdir()] == ["translate-en_nl"]


def test_what_is_here_in_the_newest_version_is_not_fetched_again(
    index: FakeIndex, tmp_path: Path
) -> None:
    pull("translate-en_nl", tmp_path)
    index.requests.clear()
    pull("translate-en_nl", tmp_path)
    assert index.requests == ["GET /argos/index.json"]


def test_a_source_that_dies_again_and_again_is_gone_on_with(
    index: FakeIndex, tmp_path: Path
) -> None:
    index.dies_every = 100_000
    pull("translate-en_nl", tmp_path)
    assert len(index.ranges) == len(index.files["/translate-en_nl-1_8.argosmodel"]) // 100_000
    assert installed_packages(tmp_path).found


@pytest.mark.usefixtures("index")
def test_a_pair_that_nobody_offers_is_told_with_those_that_are(tmp_path: Path) -> None:
    error = refused("translate-en_fr", tmp_path)
    assert error.code == "unknown_package"
    assert "From en there are: translate-en_de, translate-en_nl." in error.message
    assert "go through English" in refused("translate-nl_de", tmp_path).message


@pytest.mark.usefixtures("index")
def test_what_is_no_package_is_refused_and_not_gone_on_with(tmp_path: Path) -> None:
    error = refused("translate-en_de", tmp_path)
    assert isinstance(error, FetchError)
    assert error.code == "unusable_download"
    assert list(packages_folder(tmp_path).iterdir()) == []


def test_a_package_of_another_form_is_refused(index: FakeIndex, tmp_path: Path) -> None:
    index.files["/translate-en_nl-1_8.argosmodel"] = zip_of({"metadata.json": b"{}"})
    assert "is no language code" in refused("translate-en_nl", tmp_path).message


def test_the_second_link_is_tried_when_the_first_is_dead(index: FakeIndex, tmp_path: Path) -> None:
    text = index.files["/argos/index.json"].decode()
    link = f'"{index.url}/translate-en_nl-1_8.argosmodel"'
    index.files["/argos/index.json"] = text.replace(link, f'"{index.url}/gone", {link}').encode()
    pull("translate-en_nl", tmp_path)
    assert installed_packages(tmp_path).found


@pytest.mark.parametrize(("status", "code"), [(404, "not_at_source"), (429, "source_busy")])
def test_an_index_in_trouble_is_told(
    index: FakeIndex, tmp_path: Path, status: int, code: str
) -> None:
    index.status, index.retry_after = status, "600"
    assert refused("translate-en_nl", tmp_path).code == code


def test_without_a_network_the_stick_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "http://127.0.0.1:9/")
    assert "on a stick" in refused("translate-en_nl", tmp_path).message


def test_another_name_is_told_how_names_are(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="like translate-en_nl"):
        pull("en-nl", tmp_path)


@pytest.mark.usefixtures("index")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.write_text("a file where the data folder should be")
    with pytest.raises(CaptionerError) as raised:
        pull("translate-en_nl", data)
    assert raised.value.code == "cannot_write"


@pytest.mark.usefixtures("index")
def test_a_disk_that_fills_up_in_the_midst_is_told_and_nothing_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    error = refused("translate-en_nl", tmp_path)
    assert error.code == "disk_full"
    assert "not enough space" in error.message


ARGOS = """
import sys, types, importlib.machinery
stanza = types.ModuleType("stanza")
stanza.__spec__ = importlib.machinery.ModuleSpec("stanza", None)
sys.modules["stanza"] = stanza
from pathlib import Path
from argostranslate import package
from ctranslate2 import Translator
(found,) = package.get_installed_packages([Path(sys.argv[1])])
tokens = found.tokenizer.encode("We have three open questions.")
translator = Translator(str(found.package_path / "model"), device="cpu")
(result,) = translator.translate_batch([tokens], max_decoding_length=20)
print(found.from_code, found.to_code, found.tokenizer.decode(result.hypotheses[0]))
"""


@pytest.mark.usefixtures("index")
def test_what_was_pulled_is_loaded_by_the_real_argostranslate(tmp_path: Path) -> None:
    """Its weights are random: that it says something is all that can be asked."""
    pull("translate-en_nl", tmp_path / "data")
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-c", ARGOS, str(packages_folder(tmp_path / "data"))],
        env=os.environ | {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")},
        capture_output=True,
        text=True,
    )
    if "No module named 'argostranslate'" in done.stderr:
        pytest.skip("argostranslate is not installed")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("en nl ")
    assert len(done.stdout.split()) > 2
