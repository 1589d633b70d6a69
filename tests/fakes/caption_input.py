"""Somebody else's server that takes captions: well, slowly, with errors, or not at all."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class CaptionInput:
    """What came, and what is answered from now on."""

    port: int = 0
    came: list[tuple[str, str]] = field(default_factory=list)
    """Path with query, and body; those that were answered with trouble too."""
    answers: list[int] = field(default_factory=list)
    """The statuses of the next answers; then 200."""
    slow_s: float = 0.0
    location: str = ""
    number: str = "0"
    """What a GET is answered with."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/cc?id=1"


@contextmanager
def caption_input() -> Iterator[CaptionInput]:
    """Listens for as long as the context lasts."""
    found = CaptionInput()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found.came.append((self.path, body))
            time.sleep(found.slow_s)
            self.answer(found.answers.pop(0) if found.answers else 200, b"")

        def do_GET(self) -> None:
            found.came.append((self.path, "GET"))
            self.answer(200, found.number.encode())

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            if found.location:
                self.send_header("Location", found.location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
