"""What is known of a file that is being fetched: whether what is there can be gone on with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file at a source."""

    path: str
    """Where it goes, inside its folder; with /."""
    url: str
    size_bytes: int | None = None
    """None: the source does not say before it sends."""
    sha256: str = ""
    """Empty: the source does not say."""
    git_sha1: str = ""
    """The name that git gives to this content; empty: the source does not say."""
    revision: str = ""
    """The commit or version that it belongs to."""


@dataclass(frozen=True, slots=True)
class Started:
    """Whose beginning lies on the disk, and of which of its versions; kept beside it."""

    identity: str
    """What names the content for good, whichever server sends it; else its address."""
    etag: str = ""
    """Of the answer that began it. A weak one (W/) names nothing exactly."""
    size_bytes: int | None = None

    def belongs_to(self, wanted: Wanted) -> bool:
        """Whether the beginning may be one of that file at all."""
        same_size = None in (self.size_bytes, wanted.size_bytes) or (
            self.size_bytes == wanted.size_bytes
        )
        return self.identity == identity_of(wanted) and same_size

    @property
    def validator(self) -> str:
        """For If-Range; empty where the source gave nothing exact."""
        return "" if self.etag.startswith("W/") else self.etag


@dataclass(frozen=True, slots=True)
class Course:
    """From which byte an answer goes on, and of how many in all."""

    start: int
    size_bytes: int | None
    started: Started


def identity_of(wanted: Wanted) -> str:
    """What names the content: its hash, or its address and revision."""
    return wanted.sha256 or wanted.git_sha1 or f"{wanted.url}@{wanted.revision}"


def can_go_on(started: Started | None, wanted: Wanted, here_bytes: int) -> bool:
    """Whether what is here is worth a request for the rest only."""
    if started is None or not here_bytes or not started.belongs_to(wanted):
        return False
    is_named = bool(wanted.sha256 or wanted.git_sha1 or wanted.revision or started.validator)
    size = wanted.size_bytes or started.size_bytes
    return is_named and (size is None or here_bytes <= size)


def range_headers(started: Started, wanted: Wanted, here_bytes: int) -> dict[str, str]:
    """For the rest only; the whole file comes if it has become another.

    Where a hash will tell, that is left out: servers that share the work do not always agree.
    """
    asked = {"Range": f"bytes={here_bytes}-"}
    is_hashed = bool(wanted.sha256 or wanted.git_sha1)
    return asked | ({} if is_hashed or not started.validator else {"If-Range": started.validator})


def read_course(status: int, headers: Mapping[str, str], wanted: Wanted, asked_from: int) -> Course:
    """What an answer gives. Raises ValueError with an unfinished sentence about the source."""
    if headers.get("Content-Encoding", "identity") != "identity":
        raise ValueError("packs what it sends, though it was asked not to")
    start, size = 0, _number(headers.get("Content-Length"))
    if status == 206:
        found = _RANGE.fullmatch(headers.get("Content-Range", ""))
        if not found or int(found[1]) != asked_from:
            raise ValueError("sent another part than the one that was asked for")
        start, size = asked_from, _number(found[3])
    started = Started(identity_of(wanted), headers.get("ETag", ""), wanted.size_bytes)
    if size is not None and wanted.size_bytes not in (None, size):
        raise ValueError(
            f"sent something else than {wanted.path}: {size} bytes instead of {wanted.size_bytes}"
        )
    size = wanted.size_bytes if size is None else size
    return Course(start, size, replace(started, size_bytes=size))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None
