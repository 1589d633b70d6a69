"""A disk that refuses."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PosixPath
from typing import Any, ClassVar

from captioner.errors import StoreError
from captioner.service.records import Records


class _Full:
    """A file that opens and takes some text, and no more."""

    def __init__(self, file: Any, room: int, error: int) -> None:
        self._file = file
        self._room = room
        self._error = error

    def __enter__(self) -> "_Full":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, text: str) -> int:
        self._file.write(text[: self._room])
        self._file.flush()
        if len(text) > self._room:
            raise OSError(self._error, os.strerror(self._error))
        self._room -= len(text)
        return len(text)

    def flush(self) -> None:
        self._file.flush()

    def fileno(self) -> int:
        return int(self._file.fileno())

    def close(self) -> None:
        self._file.close()


class FlakyPath(PosixPath):
    """A path whose files, opened for writing, take `room` characters in all and then fail.

    Paths made from it are like it. Unrealistic: every file has that room for itself.
    """

    room: ClassVar[int] = 0
    error: ClassVar[int] = errno.ENOSPC

    def open(self, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        file = Path(self).open(mode, *args, **kwargs)  # noqa: SIM115
        return _Full(file, self.room, self.error) if "w" in mode else file


@contextmanager
def no_space(records: Records | None) -> Iterator[None]:
    """The disk of a record is full as long as this lasts.

    Unrealistic: what happens in meetings is refused, and nothing else.
    """
    assert records is not None

    def refuse(*_: object) -> None:
        raise StoreError("disk_full", "No space.")

    records.journal.write = refuse  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        del records.journal.write
