"""A folder that is filled aside and put in its place whole, or not at all."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from captioner.errors import StoreError

NO_SPACE = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))

_ASIDE = ".aside-"
"""Hidden, so that nobody takes what is half there for weights; then the number of the process."""


@contextmanager
def folder_aside(place: Path) -> Iterator[Path]:
    """An empty folder in `place`, on the same disk as what it will become; gone afterwards.

    What a process that was killed left behind is swept away. Raises OSError.
    """
    place.mkdir(parents=True, exist_ok=True)
    _sweep(place)
    folder = _name(place)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(folder: Path, target: Path) -> None:
    """`folder` becomes `target`; what was there goes, and is back if that fails. Raises OSError."""
    if not target.exists():
        folder.replace(target)
        return
    old = _name(target.parent)
    target.replace(old)
    try:
        folder.replace(target)
    except OSError:
        old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def remove_folder(folder: Path) -> None:
    """Delete a folder; nobody finds it half deleted. Raises OSError, and then it is still there."""
    aside = _name(folder.parent)
    folder.replace(aside)
    shutil.rmtree(aside, ignore_errors=True)


def is_running(process: str) -> bool:
    """Whether a process of this number, in digits, goes on."""
    return process.isdigit() and psutil.pid_exists(int(process))


def explain(error: OSError, place: Path) -> StoreError:
    """An operating system's error in putting something into `place`, as one sentence."""
    if error.errno in NO_SPACE:
        return no_space(place)
    return StoreError(
        "cannot_write",
        f"{place} cannot be written ({error.strerror or error}): check the folder's rights or"
        " choose another data folder with --data.",
    )


def no_space(place: Path, needed_bytes: int = 0) -> StoreError:
    """The sentence for a disk that is full, or will be."""
    more = f" ({needed_bytes / 1e6:.0f} MB are needed)" if needed_bytes else ""
    return StoreError(
        "disk_full",
        f"There is not enough space in {place}{more}: free some, or choose another data folder"
        " with --data.",
    )


def _name(place: Path) -> Path:
    return place / f"{_ASIDE}{os.getpid()}-{secrets.token_hex(4)}"


def _sweep(place: Path) -> None:
    for left in place.glob(f"{_ASIDE}*"):
        process = left.name.removeprefix(_ASIDE).partition("-")[0]
        if not is_running(process):
            shutil.rmtree(left, ignore_errors=True)
