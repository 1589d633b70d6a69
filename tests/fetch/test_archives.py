"""Archives from anywhere: what is good is unpacked, what is clever is refused."""

import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from captioner.errors import FetchError
from captioner.fetch.archives import is_archive, unpack

FILES = {"small/config.json": b"{}", "small/model.bin": b"weights"}


def tar(path: Path, files: dict[str, bytes] = FILES, mode: str = "w") -> Path:
    with tarfile.open(path, mode) as tarred:  # type: ignore[call-overload]
        for name, content in files.items():
            item = tarfile.TarInfo(name)
            item.size = len(content)
            tarred.addfile(item, io.BytesIO(content))
    return path


def zipped(path: Path, files: dict[str, bytes] = FILES) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def unpacked(archive: Path) -> dict[str, bytes]:
    into = archive.parent / "into"
    into.mkdir()
    unpack(archive, into)
    return {
        path.relative_to(into).as_posix(): path.read_bytes()
        for path in into.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_is_unpacked_whatever_it_was_pressed_with(tmp_path: Path, mode: str) -> None:
    archive = tar(tmp_path / "weights.tar", mode=mode)
    assert is_archive(archive)
    assert unpacked(archive) == FILES


def test_a_zip_is_unpacked(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "weights.zip")
    assert is_archive(archive)
    assert unpacked(archive) == FILES


def test_what_is_no_archive_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "weights.zip"
    path.write_bytes(b"<html>Sign in</html>")
    assert not is_archive(path)


@pytest.mark.parametrize("name", ["../escape", "a/../../escape", "/escape", "C:\\escape"])
@pytest.mark.parametrize("make", [tar, zipped])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, make, name: str) -> None:  # type: ignore[no-untyped-def]
    archive = make(tmp_path / "bad", {name: b"gotcha"})
    with pytest.raises(FetchError, match="unsafe name"):
        unpacked(archive)
    assert not (tmp_path / "escape").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_a_link_or_device_in_a_tar_is_refused(tmp_path: Path, kind: bytes) -> None:
    path = tmp_path / "links.tar"
    with tarfile.open(path, "w") as archive:
        item = tarfile.TarInfo("model.bin")
        item.type = kind
        item.linkname = "/etc/passwd"
        archive.addfile(item)
    with pytest.raises(FetchError, match=r"model.bin is a link or device"):
        unpacked(path)


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "links.zip"
    with zipfile.ZipFile(path, "w") as archive:
        item = zipfile.ZipInfo("model.bin")
        item.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(item, "/etc/passwd")
    with pytest.raises(FetchError, match=r"model.bin is a link or device"):
        unpacked(path)


def test_an_archive_that_grows_out_of_all_proportion_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("model.bin", "w") as file,
    ):
        for _ in range(260):
            file.write(bytes(1 << 20))
    with pytest.raises(FetchError, match="far too large"):
        unpacked(path)


def test_an_archive_of_thousands_of_files_is_refused(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "crowd.zip", {str(each): b"" for each in range(2_001)})
    with pytest.raises(FetchError, match="more than 2000 files"):
        unpacked(archive)


@pytest.mark.parametrize("make", [tar, zipped])
def test_two_files_of_one_name_are_refused(tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FetchError, match="two files of one name"):
        unpacked(make(tmp_path / "twice", {"model": b"1", "model/part": b"2"}))


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_half_a_tar_is_refused(tmp_path: Path, mode: str) -> None:
    archive = tar(tmp_path / "half.tar", {"model.bin": bytes(range(256)) * 400}, mode)
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(FetchError, match="damaged"):
        unpacked(archive)


def test_a_zip_with_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "bad.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("model.bin", b"weights")
    archive.write_bytes(archive.read_bytes().replace(b"weights", b"weighty"))
    with pytest.raises(FetchError, match="damaged"):
        unpacked(archive)


def test_an_empty_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="it is empty"):
        unpacked(zipped(tmp_path / "empty.zip", {}))
