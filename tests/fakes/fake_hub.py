"""A Hugging Face hub on this machine, as far as `captioner models pull` can tell."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from tests.fakes.fake_source import FakeSource

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class FakeHub(FakeSource):
    """Serves repositories from memory over the hub's protocol, on a port of the loopback.

    Unrealistic: there is one commit, and no token.
    """

    def __init__(self, repositories: Mapping[str, Mapping[str, bytes]]) -> None:
        super().__init__()
        self.repositories = {name: dict(files) for name, files in repositories.items()}
        self.claimed_size: dict[str, int] = {}
        """By file name: what the listing says instead of the true size."""
        self.claimed_sha256: dict[str, str] = {}
        """By file name: what the listing says instead of the true hash."""
        self.rubbish: bytes | None = None
        """What comes instead of a listing."""

    def content(self, path: str) -> bytes | None:
        about = re.fullmatch(r"/api/models/([^/]+/[^/]+)(/revision/\w+)?", path)
        file = re.fullmatch(rf"/([^/]+/[^/]+)/resolve/{COMMIT}/(.+)", path)
        repository = self.repositories.get((about or file or [path, ""])[1])
        if about and self.rubbish is not None:
            return self.rubbish
        if repository is None:
            return None
        if about:
            siblings = [self._row(name, content) for name, content in repository.items()]
            return json.dumps({"id": about[1], "sha": COMMIT, "siblings": siblings}).encode()
        return repository.get(file[2]) if file else None

    def _row(self, name: str, content: bytes) -> dict[str, object]:
        size = self.claimed_size.get(name, len(content))
        blob = hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()
        row: dict[str, object] = {"rfilename": name, "size": size, "blobId": blob}
        if len(content) > 1_000_000:
            sha256 = self.claimed_sha256.get(name) or hashlib.sha256(content).hexdigest()
            row["lfs"] = {"sha256": sha256, "size": size, "pointerSize": 132}
        return row


def folder_as_repository(folder: Path) -> dict[str, bytes]:
    """The files of a folder, as a repository holds them."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}
