"""Files from a source into a folder: gone on with after a cut or a kill, checked, never half."""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

from captioner.errors import FetchError
from captioner.fetch.asking import OTHERWISE, Answer, Interrupted, ask
from captioner.fetch.partial import (
    Course,
    Started,
    Wanted,
    can_go_on,
    range_headers,
    read_course,
)
from captioner.fetch.place import is_running, no_space

Progress = Callable[[int, int], None]
"""Told as bytes arrive: bytes here, bytes in all (0: not known yet)."""

WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Before each try after one that brought nothing new; then it is given up."""

LONGEST_WAIT_S = 90.0
"""That a source may ask for; if it asks for more, the user is told."""

SPARE_BYTES = 100_000_000
"""That a download leaves free on the disk: other programs need some too."""

_BLOCK_BYTES = 1 << 18
_FETCHING = ".fetching-"


@contextmanager
def fetching_folder(place: Path, name: str) -> Iterator[Path]:
    """Where files on their way to `place`/`name` lie; what a killed download left is in it still.

    The caller moves it away when all is there. Raises FetchError("already_fetching"), or OSError.
    """
    folder = fetching_path(place, name)
    folder.mkdir(parents=True, exist_ok=True)
    owner = place / f"{_FETCHING}{name}.owner"
    try:
        holder = owner.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        holder = ""
    if is_running(holder) and holder != str(os.getpid()):
        raise FetchError(
            "already_fetching", f"Another captioner is fetching {name} right now: wait for it."
        )
    owner.write_text(str(os.getpid()), encoding="ascii")
    try:
        yield folder
    finally:
        with suppress(OSError):
            folder.rmdir()  # where nothing came, nothing stays
        owner.unlink(missing_ok=True)


def fetching_path(place: Path, name: str) -> Path:
    """Hidden beside where it will be, so that moving it there is one step."""
    return place / f"{_FETCHING}{name}"


def unfinished(place: Path) -> dict[str, int]:
    """Bytes here of each name whose download has not come to its end."""
    return {
        folder.name.removeprefix(_FETCHING): sum(
            file.stat().st_size for file in folder.rglob("*") if file.is_file()
        )
        for folder in place.glob(f"{_FETCHING}*")
        if folder.is_dir()
    }


def fetch_files(
    files: Sequence[Wanted],
    folder: Path,
    on_progress: Progress,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Bring all files into `folder`, one after the other; what is there already is kept.

    Raises FetchError, StoreError("disk_full"), or OSError if it cannot write.
    """
    total = sum(file.size_bytes or 0 for file in files)
    here = sum(_here_bytes(file, folder) for file in files)
    check_space(folder, total - here)
    done = 0
    for file in files:
        before = done

        def tell(here: int, size: int | None, before: int = before) -> None:
            on_progress(before + here, max(total, before + (size or 0)))

        done += _Download(file, folder, tell, sleep).run()


def check_space(folder: Path, needed_bytes: int) -> None:
    """Raises StoreError("disk_full") unless there is room for so much and a little more."""
    if shutil.disk_usage(folder).free < needed_bytes + SPARE_BYTES:
        raise no_space(folder.parent, needed_bytes)


class _Download:
    """One file; `run` is called once."""

    def __init__(
        self,
        wanted: Wanted,
        folder: Path,
        tell: Callable[[int, int | None], None],
        sleep: Callable[[float], None],
    ) -> None:
        self._wanted = wanted
        self._tell = tell
        self._sleep = sleep
        self._target = folder / wanted.path
        self._part = _part(self._target)
        self._notes = _notes(self._target)
        self._source = urlsplit(wanted.url).netloc
        self._has_come = False
        """Whether this run has had any of it: then a network that is gone may come back."""

    def run(self) -> int:
        """Fetch it, or see that it is there; its length in bytes."""
        if self._target.is_file():
            if self._is_whole(self._target):
                return self._target.stat().st_size
            self._target.unlink()
        self._target.parent.mkdir(parents=True, exist_ok=True)
        was_resumed = self._size() > 0
        self._fetch()
        if not self._is_whole(self._part):
            self._forget()
            if was_resumed:  # what an earlier run left may have been the damage
                self._fetch()
            if not was_resumed or not self._is_whole(self._part):
                self._forget()
                raise FetchError(
                    "damaged_download",
                    f"{self._wanted.path} from {self._source} arrived damaged, its hash is not the"
                    " one that the source names: try again.",
                )
        self._part.replace(self._target)
        self._notes.unlink(missing_ok=True)
        return self._target.stat().st_size

    def _fetch(self) -> None:
        """Go on until all is here, as long as every few tries bring something new."""
        tries, most = 0, self._size()
        while True:
            try:
                self._try()
                return
            except Interrupted as cut:
                if cut.status == 416:  # there is no such part: what is here is of something else
                    self._forget()
                if self._size() > most:
                    tries, most = 0, self._size()
                if tries >= len(WAITS_S) or (cut.is_final and not self._has_come):
                    raise self._given_up(cut) from cut
                if (cut.wait_s or 0) > LONGEST_WAIT_S:
                    raise self._told_to_wait(cut.wait_s or 0) from cut
                self._sleep(max(WAITS_S[tries], cut.wait_s or 0))
                tries += 1

    def _try(self) -> None:
        """One request. Raises Interrupted unless all is here afterwards."""
        here = self._size()
        started = self._read_notes()
        if started is None or not can_go_on(started, self._wanted, here):
            started, here = None, 0
        elif here == (self._wanted.size_bytes or started.size_bytes):
            return
        asked = range_headers(started, self._wanted, here) if started else {}
        with ask(self._wanted.url, asked) as answer:
            try:
                course = read_course(answer.status, answer.headers, self._wanted, here)
            except ValueError as error:
                raise self._wrong(str(error)) from None
            if course.size_bytes is not None:
                check_space(self._part.parent, course.size_bytes - course.start)
            self._write_notes(course.started)
            here = self._take(answer, course)
        if course.size_bytes is not None and here < course.size_bytes:
            raise Interrupted("broke off")

    def _take(self, answer: Answer, course: Course) -> int:
        """Write what comes; how much is here then."""
        here = course.start
        with self._part.open("r+b" if course.start else "wb") as file:
            file.seek(here)
            file.truncate()
            while block := answer.read(_BLOCK_BYTES):
                here += len(block)
                if course.size_bytes is not None and here > course.size_bytes:
                    raise self._wrong(f"sent more of {self._wanted.path} than it said")
                file.write(block)
                self._has_come = True
                self._tell(here, course.size_bytes)
            file.flush()
            os.fsync(file.fileno())
        return here

    def _is_whole(self, path: Path) -> bool:
        size = path.stat().st_size
        if self._wanted.size_bytes not in (None, size):
            return False
        with path.open("rb") as file:
            if self._wanted.sha256:
                return hashlib.file_digest(file, "sha256").hexdigest() == self._wanted.sha256
            if self._wanted.git_sha1:
                blob = hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)
                return hashlib.file_digest(file, lambda: blob).hexdigest() == self._wanted.git_sha1
        return True

    def _size(self) -> int:
        return self._part.stat().st_size if self._part.is_file() else 0

    def _forget(self) -> None:
        self._part.unlink(missing_ok=True)
        self._notes.unlink(missing_ok=True)

    def _read_notes(self) -> Started | None:
        try:
            return Started(**json.loads(self._notes.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def _write_notes(self, started: Started) -> None:
        self._notes.write_text(json.dumps(asdict(started)), encoding="utf-8")

    def _wrong(self, reason: str) -> FetchError:
        return FetchError(
            "source_failed",
            f"{self._source} {reason}. If this network has a sign-in page, open it in a browser"
            " first; else try again later.",
        )

    def _told_to_wait(self, wait_s: float) -> FetchError:
        return FetchError(
            "source_busy",
            f"{self._source} asks to be left alone for {round(wait_s / 60) or 1} minutes: try"
            " again then. What is here is kept.",
        )

    def _given_up(self, cut: Interrupted) -> FetchError:
        code = {429: "source_busy", 503: "source_busy"}.get(cut.status or 0, "source_failed")
        if cut.is_final:
            code = "source_unreachable"
        kept = " What is here is kept, and gone on with." if self._size() else ""
        return FetchError(code, f"{self._source} {cut.reason}: {OTHERWISE}.{kept}")


def _part(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")


def _notes(target: Path) -> Path:
    return target.with_name(f"{target.name}.part.json")


def _here_bytes(wanted: Wanted, folder: Path) -> int:
    target = folder / wanted.path
    for path in (target, _part(target)):
        if path.is_file():
            return path.stat().st_size
    return 0
