"""Where a folder of weights came from, and the hash of each of its files, written beside them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

ORIGIN = "captioner-origin.json"


@dataclass(frozen=True, slots=True)
class Origin:
    """What was known of a folder when it was put in its place."""

    source: str
    """An address, or the name of the file or folder that it was imported from."""
    revision: str
    """The commit of a repository, the version of a package; empty where there is none."""
    sha256: Mapping[str, str]
    """By path inside the folder, with /."""


def describe_folder(
    folder: Path, source: str, revision: str, known: Mapping[str, str] | None = None
) -> Origin:
    """The hashes of all files in `folder`, however deep; those not `known` are read for it.

    Raises OSError.
    """
    hashes = dict(known or {})
    paths = [path for path in _files(folder) if path != ORIGIN]
    return Origin(
        source, revision, {path: hashes.get(path) or _hash(folder / path) for path in paths}
    )


def write_origin(folder: Path, origin: Origin) -> None:
    """Raises OSError."""
    text = json.dumps(asdict(origin), indent=1, ensure_ascii=False)
    (folder / ORIGIN).write_text(text + "\n", encoding="utf-8")


def read_origin(folder: Path) -> Origin | None:
    """None where nothing was written, or nothing that can be read."""
    try:
        kept = json.loads((folder / ORIGIN).read_text(encoding="utf-8"))
        hashes = {str(path): str(value) for path, value in kept["sha256"].items()}
        return Origin(str(kept["source"]), str(kept["revision"]), hashes)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def find_damage(folder: Path, origin: Origin) -> str | None:
    """What has changed since, as an unfinished sentence; None if nothing has. Reads all files."""
    for path, expected in origin.sha256.items():
        try:
            if _hash(folder / path) != expected:
                return f"{path} is not what it was when it was put here"
        except OSError as error:
            return f"{path} cannot be read any more, {error.strerror}"
    return None


def _files(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
