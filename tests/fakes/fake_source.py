"""Somebody who serves files over HTTP on this machine, and goes wrong in every known way."""

import gzip
import hashlib
import json
import os
import re
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

import captioner


class FakeSource:
    """Serves files from memory, on a port of the loopback; a context manager.

    It records every request and can be told to go wrong; set what is wrong before the request
    comes. Unrealistic: no TLS, and nothing is ever slow by itself.
    """

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self.files: dict[str, bytes] = dict(files or {})
        """By path, which begins with /."""
        self.requests: list[str] = []
        """Method and path of each, in the order they came."""
        self.ranges: list[str] = []
        """The Range of each request that had one."""
        self.status: int | None = None
        """Answer with this."""
        self.retry_after: str | None = None
        """Sent with it."""
        self.fails: int | None = None
        """So many requests only; None: all of them."""
        self.ignores_ranges = False
        self.dies_every: int | None = None
        """Hang up after so many bytes of a file."""
        self.short_by = 0
        """Claim a length that is so much more than what is sent."""
        self.moves_on = False
        """Lead on to another address of this server first, as the hub does for large files."""
        self.lead_to = ""
        """Where it leads, if anywhere else."""
        self.packs = False
        """Send gzip to who has not asked for it."""
        self.etag: str | None = None
        """Instead of the content's own."""
        self.hangs: str | None = None
        """Stop sending half-way through a path with this ending, until `released` is set."""
        self.is_hanging = threading.Event()
        self.released = threading.Event()
        source = self

        class Handler(_Handler):
            def do_GET(self) -> None:
                source.requests.append(f"{self.command} {self.path}")
                if "Range" in self.headers:
                    source.ranges.append(self.headers["Range"])
                source.answer(self)

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self, home: Path) -> dict[str, str]:
        """For a process that shall know this source only, and keep what it keeps under `home`."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
        ours |= {
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "HF_HOME": str(home / "hub"),
            "HF_ENDPOINT": self.url,
            "ARGOS_PACKAGE_INDEX": f"{self.url}/argos/",
            "NO_PROXY": "127.0.0.1",
            "PYTHONPATH": str(Path(captioner.__file__).parent.parent),
        }
        return ours

    def answer(self, to: "_Handler") -> None:
        """Answer one request."""
        path = to.path.partition("?")[0]
        if self.status is not None and self.fails != 0:
            self.fails = None if self.fails is None else self.fails - 1
            more = {"Retry-After": self.retry_after} if self.retry_after else {}
            to.send(self.status, more, 0)
        elif self.moves_on and not path.startswith("/store"):
            to.send(302, {"Location": self.lead_to or f"{self.url}/store{path}"}, 0)
        elif (content := self.content(path.removeprefix("/store"))) is None:
            to.send(404, {}, 0)
        else:
            self._send(to, path, content)

    def content(self, path: str) -> bytes | None:
        """What lies there; None: nothing."""
        return self.files.get(path)

    def _send(self, to: "_Handler", path: str, content: bytes) -> None:
        if self.packs:
            packed = gzip.compress(content)
            to.send(200, {"Content-Encoding": "gzip"}, len(packed))
            to.wfile.write(packed)
            return
        etag = self.etag or f'"{hashlib.sha1(content).hexdigest()}"'
        status, more, body = 200, {"ETag": etag}, content
        asked = re.fullmatch(r"bytes=(\d+)-", to.headers.get("Range", ""))
        if asked and not self.ignores_ranges and to.headers.get("If-Range", etag) == etag:
            start = int(asked[1])
            if start >= len(content):
                to.send(416, {"Content-Range": f"bytes */{len(content)}"}, 0)
                return
            status, body = 206, content[start:]
            more["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        to.send(status, more, len(body) + self.short_by)
        self._write(to, path, body)

    def _write(self, to: "_Handler", path: str, body: bytes) -> None:
        if self.hangs and path.endswith(self.hangs):
            to.wfile.write(body[: len(body) // 2])
            to.wfile.flush()
            self.is_hanging.set()
            self.released.wait()
            to.close_connection = True
        elif self.dies_every is not None and len(body) > self.dies_every:
            to.wfile.write(body[: self.dies_every])
            to.close_connection = True
        else:
            to.wfile.write(body)
            to.close_connection = bool(self.short_by)

    def __enter__(self) -> Self:
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


class FakeIndex(FakeSource):
    """An Argos index and its packages; `/argos/` is the address that is named."""

    def __init__(self, packages: Mapping[str, bytes], **more: object) -> None:
        """`packages` by `en_nl`; `more` goes into each row of the index."""
        super().__init__({f"/translate-{pair}-1_8.argosmodel": packages[pair] for pair in packages})
        names = {"en": "English", "nl": "Dutch", "de": "German"}
        rows = []
        for pair in packages:
            from_code, to_code = pair.split("_")
            rows.append(
                {
                    "package_version": "1.8",
                    "argos_version": "1.8",
                    "from_code": from_code,
                    "from_name": names[from_code],
                    "to_code": to_code,
                    "to_name": names[to_code],
                    "links": [f"{self.url}/translate-{pair}-1_8.argosmodel"],
                    **more,
                }
            )
        self.files["/argos/index.json"] = json.dumps(rows).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: somebody who was killed hung up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing: the source records its requests."""

    def send(self, status: int, headers: Mapping[str, str], length: int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
