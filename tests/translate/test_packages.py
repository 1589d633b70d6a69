"""Translation packages: found, checked, installed whole or not at all, removed."""

import json
import os
from pathlib import Path

import pytest

from captioner.errors import FetchError, PackageError
from captioner.fetch.origin import ORIGIN
from captioner.translate.packages import (
    check_package,
    find_package,
    install_package,
    installed_packages,
    package_name,
    packages_folder,
    parse_name,
    remove_package,
    verify_package,
)
from tests.fakes.argos_package import argosmodel, package_files, write_files, zip_of


def install(data: Path, content: bytes | None = None) -> None:
    file = data / "download.argosmodel"
    file.write_bytes(argosmodel() if content is None else content)
    install_package(file, data)


def test_a_package_is_installed_under_the_name_that_argos_gives_it(tmp_path: Path) -> None:
    install(tmp_path)
    (package,) = installed_packages(tmp_path).found
    assert package.name == "translate-en_nl"
    assert package.folder == tmp_path / "translate" / "translate-en_nl"
    assert (package.from_code, package.to_code) == ("en", "nl")
    assert (package.from_name, package.to_name, package.version) == ("English", "Dutch", "1.8")
    assert package.size_bytes > 400_000
    assert find_package("translate-en_nl", tmp_path) == package


def test_only_the_package_and_its_origin_are_in_its_folder(tmp_path: Path) -> None:
    install(tmp_path)
    (package,) = installed_packages(tmp_path).found
    assert sorted(path.name for path in package.folder.iterdir()) == [
        "README.md",
        ORIGIN,
        "metadata.json",
        "model",
        "sentencepiece.model",
    ]


def test_a_folder_is_installed_as_its_zip_would_be(tmp_path: Path) -> None:
    carried = write_files(tmp_path / "stick" / "en_nl", package_files())
    install_package(carried, tmp_path)
    assert [each.name for each in installed_packages(tmp_path).found] == ["translate-en_nl"]
    assert carried.is_dir()


def test_no_packages_where_there_is_no_folder(tmp_path: Path) -> None:
    assert installed_packages(tmp_path / "nowhere").found == ()


def test_a_newer_package_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    install(tmp_path)
    install(tmp_path, argosmodel(package_version="1.9"))
    assert [each.version for each in installed_packages(tmp_path).found] == ["1.9"]
    assert [path.name for path in packages_folder(tmp_path).iterdir()] == ["translate-en_nl"]


def test_a_broken_package_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    install(tmp_path)
    files = package_files(package_version="1.9")
    del files["sentencepiece.model"]
    with pytest.raises(PackageError, match=r"download.argosmodel holds no usable .*sentencepiece"):
        install(tmp_path, zip_of(files))
    assert [each.version for each in installed_packages(tmp_path).found] == ["1.8"]
    assert [path.name for path in packages_folder(tmp_path).iterdir()] == ["translate-en_nl"]


def test_what_is_no_archive_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="cannot be unpacked"):
        install(tmp_path, b"<html>Sign in to this Wi-Fi</html>")


def test_a_zip_of_something_else_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"holds no translation package: metadata.json"):
        install(tmp_path, zip_of({"holiday.jpg": b"..."}))


@pytest.mark.parametrize(
    ("path", "content", "reason"),
    [
        ("metadata.json", b"{", "metadata.json is damaged"),
        ("metadata.json", b"[" * 100_000, "metadata.json is damaged"),
        ("metadata.json", b"[1]", "holds no JSON object"),
        ("metadata.json", b'{"from_code": "en"}', "to_code in metadata.json is no language code"),
        ("metadata.json", b'{"from_code": "../x", "to_code": "nl"}', "is no language code"),
        ("metadata.json", b'{"from_code": "en", "to_code": "en"}', "en into itself"),
        ("metadata.json", b'{"type":"sbd","from_code":"en","to_code":"nl"}', "of the type sbd"),
        ("metadata.json", b'{"languages":1,"from_code":"en","to_code":"nl"}', "is no list"),
        ("metadata.json", b" " * 1_000_001, "far too long"),
        ("model/model.bin", b"", "model.bin is empty"),
        ("model/model.bin", b"version https://git-lfs", "only a Git LFS pointer"),
        ("model/model.bin", b"PK\3\4 something", "no model in CTranslate2 form"),
        ("model/model.bin", b"\6\0\0\0\x0c\0WhisperSpec\0", "no translation model but a Whisper"),
        ("model/shared_vocabulary.json", b"", "vocabulary beside model/model.bin is missing"),
        ("sentencepiece.model", b"", r"sentencepiece.model \(or bpe.model\) is missing"),
    ],
)
def test_what_is_wrong_with_a_package_is_said(
    tmp_path: Path, path: str, content: bytes, reason: str
) -> None:
    folder = write_files(
        packages_folder(tmp_path) / "translate-en_nl", package_files() | {path: content}
    )
    with pytest.raises(PackageError, match=reason):
        check_package(folder)
    survey = installed_packages(tmp_path)
    assert survey.found == ()
    assert [error.code for error in survey.broken] == ["bad_package"]


def test_a_broken_package_does_not_hide_the_others(tmp_path: Path) -> None:
    install(tmp_path)
    (packages_folder(tmp_path) / "translate-en_de").mkdir()
    (packages_folder(tmp_path) / "a file").write_text("")
    survey = installed_packages(tmp_path)
    assert [each.name for each in survey.found] == ["translate-en_nl"]
    assert "metadata.json is missing" in survey.broken[0].message


def test_a_package_in_a_folder_of_another_name_is_broken(tmp_path: Path) -> None:
    """Two folders of one pair would otherwise take turns."""
    write_files(packages_folder(tmp_path) / "en_nl", package_files())
    (error,) = installed_packages(tmp_path).broken
    assert "it holds translate-en_nl and must be called so" in error.message


def test_a_package_is_removed_also_when_it_is_broken(tmp_path: Path) -> None:
    install(tmp_path)
    (packages_folder(tmp_path) / "translate-en_nl" / "metadata.json").write_text("{")
    remove_package("translate-en_nl", tmp_path)
    assert list(packages_folder(tmp_path).iterdir()) == []


@pytest.mark.parametrize("name", ["translate-en_de", "..", "translate-../x_nl", ""])
def test_only_a_package_that_is_there_is_removed(tmp_path: Path, name: str) -> None:
    install(tmp_path)
    with pytest.raises(PackageError, match="captioner models list"):
        remove_package(name, tmp_path)
    assert installed_packages(tmp_path).found


def test_a_changed_file_is_found(tmp_path: Path) -> None:
    install(tmp_path)
    package = find_package("translate-en_nl", tmp_path)
    assert verify_package(package) is not None
    binary = package.folder / "model" / "model.bin"
    binary.write_bytes(binary.read_bytes()[:-1] + b"?")
    with pytest.raises(PackageError, match=r"model/model.bin is not what it was"):
        verify_package(package)


def test_a_package_that_nobody_hashed_is_not_called_damaged(tmp_path: Path) -> None:
    folder = write_files(packages_folder(tmp_path) / "translate-en_nl", package_files())
    assert verify_package(check_package(folder)) is None


def test_what_a_hash_was_written_of_says_where_it_came_from(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(argosmodel())
    package = install_package(file, tmp_path, source="https://example.org/x.argosmodel")
    kept = json.loads((package.folder / ORIGIN).read_text())
    assert (kept["source"], kept["revision"]) == ("https://example.org/x.argosmodel", "1.8")


def test_names_are_taken_apart_as_they_are_put_together() -> None:
    assert parse_name(package_name("en", "zh-Hant")) == ("en", "zh-Hant")
    assert parse_name("en-nl") is None
    assert parse_name("translate-en") is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OSError, match="denied"):
        install_package(tmp_path / "x", tmp_path)
