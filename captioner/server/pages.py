"""Files and answers that both listeners give."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from captioner.errors import CaptionerError, WireError
from captioner.server.address import qr_as_svg
from captioner.server.wire import LARGEST_BODY_BYTES, render_error, status_of

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
"""Said by the service itself: a machine's own table may call a module something else, and browsers
then refuse it."""


PACKED_ALREADY = {".png", ".woff2"}


@dataclass(frozen=True, slots=True)
class Packed:
    """A file as it goes out."""

    changed_ns: int
    plain: bytes
    packed: bytes | None
    """With gzip; None where that gains nothing."""
    tag: str
    """Differs when the file does."""


class PageFolder:
    """The folder of the pages, and nothing outside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._read: dict[Path, Packed] = {}

    def page(self, name: str, asked: Mapping[str, str] | None = None) -> Response:
        """A file of the folder, or 404. `asked`: headers of the request, that say what it takes."""
        path = self._find(name)
        kind = None if path is None else CONTENT_TYPES.get(path.suffix)
        if path is None or kind is None:
            return Response("Not found.", status_code=404, media_type="text/plain")
        file, wishes = self._pack(path), asked or {}
        # A browser asks again each time, so that an update is never half old.
        headers = {"Cache-Control": "no-cache", "ETag": file.tag, "Vary": "Accept-Encoding"}
        if wishes.get("if-none-match") == file.tag:
            return Response(status_code=304, headers=headers)
        headers["Content-Type"] = kind
        if file.packed is not None and "gzip" in wishes.get("accept-encoding", ""):
            return Response(file.packed, headers={**headers, "Content-Encoding": "gzip"})
        return Response(file.plain, headers=headers)

    def _pack(self, path: Path) -> Packed:
        """Once for each file, not for each reader: hundreds may open a page at the same moment."""
        changed_ns = path.stat().st_mtime_ns
        known = self._read.get(path)
        if known is None or known.changed_ns != changed_ns:
            plain = path.read_bytes()
            packed = None if path.suffix in PACKED_ALREADY else gzip.compress(plain, mtime=0)
            tag = f'"{hashlib.sha256(plain).hexdigest()[:20]}"'
            known = self._read[path] = Packed(changed_ns, plain, packed, tag)
        return known

    def _find(self, name: str) -> Path | None:
        try:
            path = (self._folder / name).resolve()
            return path if path.is_relative_to(self._folder) and path.is_file() else None
        except (OSError, ValueError, RuntimeError):  # a name that no file can have
            return None

    async def asset(self, request: Request) -> Response:
        """GET /assets/{path}."""
        return self.page(request.path_params["path"], request.headers)


def error_response(error: CaptionerError) -> Response:
    """An error as JSON with its status."""
    return Response(render_error(error), status_of(error), media_type="application/json")


async def read_body(request: Request, largest: int = LARGEST_BODY_BYTES) -> bytes:
    """The body, refused as soon as it is too large. Raises WireError."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise WireError("too_large", f"The body may have {largest // 1024} KiB at most.")
    return bytes(body)


def qr_response(request: Request, links: list[tuple[str, str]]) -> Response:
    """The QR code of one of the links, by the number in the query. Raises WireError."""
    by_number = {str(number): url for number, (url, _) in enumerate(links)}
    url = by_number.get(request.query_params.get("link", "0"))
    if url is None:
        raise WireError("bad_message", f"There are links 0 to {len(links) - 1}.")
    return Response(qr_as_svg(url), media_type="image/svg+xml")
