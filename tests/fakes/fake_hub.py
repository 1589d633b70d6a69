"""A Hugging Face hub on this machine, as far as `captioner models pull` can tell."""

import hashlib
import json
import os
import re
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

import captioner

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class FakeHub:
    """Serves repositories from memory over the hub's protocol, on a port of the loopback.

    A context manager. It records every request and can be told to go wrong; set what is wrong
    before the request comes. Unrealistic: there is one commit, no redirect to a store for large
    files, no token, no limit of requests, and ranges are ignored, which the protocol allows.
    """

    def __init__(self, repositories: Mapping[str, Mapping[str, bytes]]) -> None:
        self.repositories = repositories
        self.requests: list[str] = []
        """Method and path of each, in the order they came."""
        self.claimed_size: dict[str, int] = {}
        """By file name: what the listing says instead of the true size."""
        self.claimed_sha256: dict[str, str] = {}
        """By file name: what the listing says instead of the true hash."""
        self.status: int | None = None
        """Answer everything with this."""
        self.cuts_off: str | None = None
        """Close the connection half-way through this file."""
        self.hangs: str | None = None
        """Stop sending half-way through this file, until `released` is set."""
        self.is_hanging = threading.Event()
        self.released = threading.Event()
        hub = self

        class Handler(_Handler):
            def answer(self, has_body: bool) -> None:
                hub.requests.append(f"{self.command} {self.path}")
                _answer(hub, self, has_body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def environment(self, home: Path) -> dict[str, str]:
        """For a process that shall know this hub only, and keep what it keeps under `home`."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
        ours |= {
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "HF_HOME": str(home / "hub"),
            "HF_ENDPOINT": f"http://127.0.0.1:{self.port}",
            "NO_PROXY": "127.0.0.1",
            "PYTHONPATH": str(Path(captioner.__file__).parent.parent),
        }
        return ours

    def __enter__(self) -> "FakeHub":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def folder_as_repository(folder: Path) -> dict[str, bytes]:
    """The files of a folder, as a repository holds them."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, has_body: bool) -> None:
        raise NotImplementedError

    def do_GET(self) -> None:
        self.answer(has_body=True)

    def do_HEAD(self) -> None:
        self.answer(has_body=False)

    def log_message(self, *_: object) -> None:
        """Say nothing: the hub records its requests."""

    def send(self, status: int, headers: Mapping[str, str], length: int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()


def _answer(hub: FakeHub, to: _Handler, has_body: bool) -> None:
    path = to.path.partition("?")[0]
    about = re.fullmatch(r"/api/models/([^/]+/[^/]+)(/revision/\w+|/tree/\w+)?", path)
    file = re.fullmatch(rf"/([^/]+/[^/]+)/resolve/{COMMIT}/(.+)", path)
    repository = hub.repositories.get((about or file or [path, ""])[1])
    if hub.status is not None:
        to.send(hub.status, {}, 0)
    elif repository is None:
        to.send(404, {"X-Error-Code": "RepoNotFound"}, 0)
    elif about and "/tree/" in path:
        _send_json(to, _tree(hub, repository))
    elif about:
        files = [{"rfilename": name} for name in repository]
        _send_json(to, {"id": about[1], "sha": COMMIT, "siblings": files})
    elif file and file[2] in repository:
        _send_file(hub, to, file[2], repository[file[2]], has_body)
    else:
        to.send(404, {"X-Error-Code": "EntryNotFound"}, 0)


def _is_large(content: bytes) -> bool:
    return len(content) > 1_000_000


def _sha256(hub: FakeHub, name: str, content: bytes) -> str:
    return hub.claimed_sha256.get(name) or hashlib.sha256(content).hexdigest()


def _tree(hub: FakeHub, repository: Mapping[str, bytes]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for name, content in repository.items():
        size = hub.claimed_size.get(name, len(content))
        oid = hashlib.sha1(content).hexdigest()
        row: dict[str, object] = {"type": "file", "path": name, "size": size, "oid": oid}
        if _is_large(content):
            row["lfs"] = {"oid": _sha256(hub, name, content), "size": size, "pointerSize": 132}
        rows.append(row)
    return rows


def _send_json(to: _Handler, value: object) -> None:
    body = json.dumps(value).encode()
    to.send(200, {"Content-Type": "application/json"}, len(body))
    to.wfile.write(body)


def _send_file(hub: FakeHub, to: _Handler, name: str, content: bytes, has_body: bool) -> None:
    headers = {"ETag": f'"{hashlib.sha1(content).hexdigest()}"', "X-Repo-Commit": COMMIT}
    if _is_large(content):
        headers["X-Linked-Size"] = str(len(content))
        headers["X-Linked-Etag"] = f'"{_sha256(hub, name, content)}"'
    to.send(200, headers, len(content))
    if not has_body:
        return
    half = len(content) // 2
    to.wfile.write(content[:half])
    if name == hub.cuts_off:
        to.close_connection = True
        return
    if name == hub.hangs:
        to.wfile.flush()
        hub.is_hanging.set()
        hub.released.wait()
        to.close_connection = True
        return
    to.wfile.write(content[half:])
