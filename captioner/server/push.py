"""Sends captions to an address that the host gave, and to nobody else.

One after another on a thread of the pool, with a limit of time; the meeting never waits for it. No
proxy is used and no redirection followed: both would bring words to somebody whom nobody named.
"""

import asyncio
import contextlib
import http.client
import logging
import ssl
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from captioner.errors import SettingsError
from captioner.server.push_formats import Post, Pushed, Target
from captioner.server.push_queue import PushQueue

logger = logging.getLogger(__name__)

TIMEOUT_S = 5.0
FAREWELL_S = 3.0
"""How long the last captions are waited for when the service stops."""


class Pusher:
    """The captions of one meeting to one target. Used from the event loop's thread."""

    def __init__(
        self,
        target: Target,
        now: Callable[[], float] = time.monotonic,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.target = target
        self.queue = PushQueue(target.longest_wait_s)
        self._now = now
        self._timeout_s = timeout_s
        self._news = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to send."""
        self._running = asyncio.create_task(self._run())

    def accept(self, caption: Pushed) -> None:
        """Send this as soon as can be; never waits, never raises."""
        was_waiting = caption.state != "final" and self.queue.forget(caption.utterance)
        if self.target.wants(caption) or (was_waiting and caption.state == "edited"):
            self.queue.put(caption, self._now())
            self._empty.clear()
            self._news.set()

    async def close(self, patience_s: float = FAREWELL_S) -> None:
        """Send what still waits, if that is quick, and stop; may be called twice."""
        running, self._running = self._running, None
        if running is None:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), patience_s)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        if lost := self.queue.lost + len(self.queue):
            logger.warning("%d captions never reached %s", lost, self.target.name)

    async def _run(self) -> None:
        if url := self.target.number_url:
            self.queue.number = 1 + await asyncio.to_thread(last_number, url, self._timeout_s)
        while True:
            waiting = self.queue.first(self._now())
            if waiting is None:
                self._empty.set()
                self._news.clear()
                await self._news.wait()
                continue
            post = self.target.post(self.queue.number, waiting.caption)
            problem = await asyncio.to_thread(send, post, self._timeout_s)
            if not problem:
                if self.queue.is_failing:
                    logger.warning("Captions reach %s again.", self.target.name)
                self.queue.succeed(waiting)
                continue
            if not self.queue.is_failing:
                logger.warning(
                    "Captions do not reach %s (%s): it is tried again.", self.target.name, problem
                )
            await asyncio.sleep(self.queue.fail())


def check_url(url: str) -> None:
    """Raise SettingsError for what is no address of the web."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(
            "bad_setting", f"An address to send captions to begins with http:// or https://: {url}."
        )


def send(post: Post, timeout_s: float) -> str:
    """POST it; why it did not arrive, in a few words without the address, or nothing."""
    try:
        status, _ = _ask("POST", post.url, timeout_s, post.body, post.content_type)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return type(error).__name__
    return "" if 200 <= status < 300 else f"HTTP {status}"


def last_number(url: str, timeout_s: float) -> int:
    """The number of the last caption that came, as the other side knows it; 0 where it does not."""
    try:
        status, body = _ask("GET", url, timeout_s, None, "text/plain")
        return max(0, int(body)) if status == http.HTTPStatus.OK else 0
    except (OSError, http.client.HTTPException, ValueError):
        return 0


def _ask(
    method: str, url: str, timeout_s: float, body: bytes | None, content_type: str
) -> tuple[int, bytes]:
    """The status, and the first bytes of the answer."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            parts.hostname or "",
            parts.port,
            timeout=timeout_s,
            context=ssl.create_default_context(),
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_s)
    try:
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        connection.request(method, path, body, {"Content-Type": content_type})
        answer = connection.getresponse()
        return answer.status, answer.read(64)
    finally:
        connection.close()
