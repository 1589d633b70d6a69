"""Files that a meeting leaves: its events as they come, its transcript at the end."""

import errno
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TextIO

from captioner.captions.timeline import Entry
from captioner.errors import StoreError

logger = logging.getLogger(__name__)


class EventFile:
    """A file of events, one JSON object a line, each line on its way to the disk before the next.

    A file that can no longer be written is reported once and left alone: captions go on.
    """

    mode: Literal["w", "a"] = "w"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem: StoreError | None = None
        """What stopped it, if anything did."""
        self._file: TextIO | None = None

    def open(self) -> None:
        """Begin the file. Raises StoreError."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open(self.mode, encoding="utf-8")
        except OSError as error:
            raise explain(error, self.path) from error

    def accept(self, entry: Entry) -> None:
        """Write one entry; never raises."""
        self.write_line(entry.line)

    def write_line(self, line: str) -> None:
        """Write one line of JSON; never raises."""
        if self._file is None:
            return
        try:
            self._file.write(line + "\n")
            self._file.flush()
        except OSError as error:
            self.problem = explain(error, self.path)
            logger.error("%s", self.problem.message)
            self.close()

    def close(self) -> None:
        """End the file; may be called twice."""
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError as error:
                self.problem = self.problem or explain(error, self.path)


class AppendedFile(EventFile):
    """A file of lines of text that other programs read while it grows; what it holds stays."""

    mode: Literal["w", "a"] = "a"


def write_files(folder: Path, texts: Mapping[str, str | bytes]) -> list[Path]:
    """Write files under their names, each whole or not at all. Raises StoreError."""
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            path = folder / name
            beside = path.with_name(f".{name}.new")
            try:
                with beside.open("wb") as file:
                    file.write(
                        text.encode("utf-8", "backslashreplace") if isinstance(text, str) else text
                    )
                    file.flush()
                    os.fsync(file.fileno())
                beside.replace(path)
            except OSError:
                beside.unlink(missing_ok=True)  # half a file helps nobody, least on a full disk
                raise
            written.append(path)
    except OSError as error:
        raise explain(error, folder) from error
    return written


def explain(error: OSError, path: Path) -> StoreError:
    """An operating system's error as one sentence that says what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreError(
            "disk_full", f"No space is left to write {path}: free some, or choose another --data."
        )
    return StoreError(
        "cannot_write",
        f"{path} cannot be written ({error.strerror or error}): check the folder's rights or"
        " choose another with --data.",
    )
