"""Folders out of tar and zip files, of which nothing is trusted."""

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import IO

from captioner.errors import FetchError

_BLOCK_BYTES = 1 << 20
_MOST_FILES = 2_000
_MOST_TIMES_LARGER = 60
"""Weights hardly shrink in an archive, tokenizers to a fifth: what grows more than this, and by
more than `_LITTLE_BYTES`, was made to fill the disk."""
_LITTLE_BYTES = 200_000_000
_MOST_BYTES = 20_000_000_000

_DAMAGED = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError)
_UNREADABLE = (*_DAMAGED, NotImplementedError, RuntimeError)
"""The last two: a zip with a way of packing that is not known here, or with a password."""

_Entry = tuple[str, IO[bytes]]


def is_archive(path: Path) -> bool:
    """Whether `path` is a zip or tar file, by its content. Raises OSError."""
    with suppress(*_DAMAGED):
        return zipfile.is_zipfile(path) or tarfile.is_tarfile(path)
    return False


def unpack(archive: Path, into: Path) -> None:
    """Write the files of a zip or tar file into the empty folder `into`, and nothing beside it.

    Links, devices, names that lead elsewhere and archives that grow out of all proportion are
    refused. What was written before is left: whoever made `into` removes it. Raises
    FetchError("bad_archive"), or OSError if it cannot write.
    """
    left = min(_MOST_BYTES, archive.stat().st_size * _MOST_TIMES_LARGER + _LITTLE_BYTES)
    files = 0
    try:
        for name, source in _entries(archive):
            target = into / _safe(archive, name)
            files += 1
            if files > _MOST_FILES:
                raise _bad(archive, f"it holds more than {_MOST_FILES} files")
            target.parent.mkdir(parents=True, exist_ok=True)
            with source, target.open("xb") as file:
                while block := source.read(_BLOCK_BYTES):
                    left -= len(block)
                    if left < 0:
                        raise _bad(archive, "unpacked it would be far too large")
                    file.write(block)
    except (FileExistsError, NotADirectoryError):
        raise _bad(archive, "it holds two files of one name") from None
    except _UNREADABLE as error:
        reason = str(error).partition("\n")[0].rstrip(".") or "it ends too early"
        raise _bad(archive, f"it is damaged or protected ({reason})") from error
    if not files:
        raise _bad(archive, "it is empty")


def _entries(archive: Path) -> Iterator[_Entry]:
    """Every file with its name, read one after the other."""
    if zipfile.is_zipfile(archive):
        yield from _of_zip(archive)
    else:
        yield from _of_tar(archive)


def _of_zip(archive: Path) -> Iterator[_Entry]:
    with zipfile.ZipFile(archive) as zipped:
        for item in zipped.infolist():
            kind = (item.external_attr >> 16) & 0o170000
            if kind not in (0, 0o100000, 0o040000):
                raise _bad(archive, f"{item.filename} is a link or device")
            if not item.is_dir():
                yield item.filename, zipped.open(item)


def _of_tar(archive: Path) -> Iterator[_Entry]:
    with tarfile.open(archive, "r:*") as tarred:
        for item in tarred:
            if item.isdir():
                continue
            if not item.isreg():
                raise _bad(archive, f"{item.name} is a link or device")
            source = tarred.extractfile(item)
            assert source is not None  # only links and devices have none
            yield item.name, source


def _safe(archive: Path, name: str) -> Path:
    """A relative path that leads nowhere else on any system; some give `:` and others a meaning."""
    path = PurePosixPath(name)
    parts = [part for part in path.parts if part != "."]
    is_odd = any(character in name for character in '\\:\0<>"|?*')
    if path.is_absolute() or ".." in parts or is_odd or not parts:
        raise _bad(archive, f"it holds a file with the unsafe name {name!r}")
    return Path(*parts)


def _bad(archive: Path, reason: str) -> FetchError:
    return FetchError(
        "bad_archive",
        f"{archive.name} cannot be unpacked, {reason}: fetch or copy it again from where it came.",
    )
