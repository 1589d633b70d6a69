"""Readers of a meeting over real sockets, who keep everything they were sent."""

import asyncio
import contextlib
import http.client
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PATIENCE_S = 10.0
"""How long anything is waited for before a test has failed."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an HTTP call came back with."""

    status: int
    headers: Mapping[str, str]
    """By name in small letters."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


async def until(holds: Callable[[], object]) -> None:
    """Wait for what has no event of its own; the patience is less than a heartbeat."""
    async with asyncio.timeout(4):
        while not holds():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.005)


async def fetch(
    port: int,
    path: str,
    method: str = "GET",
    body: object = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One HTTP call; the path goes out as it is given. `body`: bytes, or what becomes JSON."""
    sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()

    def call() -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, sent, dict(headers or {}))
            answer = connection.getresponse()
            fields = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, fields, answer.read())
        finally:
            connection.close()

    return await asyncio.to_thread(call)


class RecordingViewer:
    """A viewer's page without the page: joins, keeps every event, drops off and comes back.

    `captions` is what the page would show; the same rules as in web/shared/timeline.js.
    """

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        self._url = url
        self._headers = headers
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()
        self.events: list[Json] = []
        self.captions: dict[str, Json] = {}
        self.seq = 0
        self.epoch = ""
        self.close_code: int | None = None

    async def join(self, **query: object) -> "RecordingViewer":
        """Connect; `since`, `epoch` and whatever else as they are given."""
        text = "&".join(f"{key}={value}" for key, value in query.items())
        self._socket = await connect(
            f"{self._url}?{text}", additional_headers=self._headers, max_queue=None, proxy=None
        )
        self.close_code = None
        self._reading = asyncio.create_task(self._read(self._socket))
        return self

    async def come_back(self) -> "RecordingViewer":
        """Connect again, from where the line was cut."""
        return await self.join(since=self.seq, epoch=self.epoch)

    async def drop(self) -> None:
        """Be cut off without a word, as by a Wi-Fi that is gone."""
        if self._socket is not None:
            self._socket.transport.abort()
        await self._ended()

    async def leave(self) -> None:
        """Close as a page does; may be called twice."""
        if self._socket is not None:
            await self._socket.close()
        await self._ended()

    async def send(self, message: str | bytes) -> None:
        assert self._socket is not None
        await self._socket.send(message)

    async def until(self, matches: Callable[[Json], bool]) -> Json:
        """The first event, come or still to come, that matches."""
        async with asyncio.timeout(PATIENCE_S), self._news:
            found: list[Json] = []

            def has_come() -> bool:
                found[:] = [event for event in self.events if matches(event)]
                return bool(found) or self.close_code is not None

            await self._news.wait_for(has_come)
        assert found, f"the socket closed with {self.close_code} before it came"
        return found[0]

    async def until_type(self, kind: str, **fields: object) -> Json:
        """The first event of this type with these fields."""
        return await self.until(
            lambda event: (
                event["type"] == kind
                and all(event.get(name) == value for name, value in fields.items())
            )
        )

    async def until_closed(self) -> int | None:
        """The code with which the server closed the socket."""
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(lambda: self.close_code is not None)
        return self.close_code

    @property
    def numbered(self) -> list[Json]:
        """The events that have a number and are no hello, in the order in which they came."""
        return [event for event in self.events if "seq" in event and event["type"] != "hello"]

    @property
    def shown(self) -> list[tuple[float, str]]:
        """The texts on the page, by the time at which they began."""
        texts = [item for item in self.captions.values() if item["text"]]
        return sorted((item["start"], item["text"]) for item in texts)

    async def _read(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for message in socket:
                await self._accept(json.loads(message))
        async with self._news:
            self.close_code = socket.close_code or 1006
            self._news.notify_all()

    async def _accept(self, event: Json) -> None:
        if event["type"] == "hello":
            if self.epoch not in ("", event["epoch"]):
                self.captions.clear()
                self.seq = 0
            self.epoch = event["epoch"]
        elif "seq" in event:
            self.seq = max(self.seq, event["seq"])
        if event["type"] == "caption":
            known = self.captions.get(event["utterance"])
            if known is None or event["rev"] > known["rev"]:
                self.captions[event["utterance"]] = event
        async with self._news:
            self.events.append(event)
            self._news.notify_all()

    async def _ended(self) -> None:
        if self._reading is not None:
            async with asyncio.timeout(PATIENCE_S):
                await self._reading


@dataclass(slots=True)
class SseReader:
    """An EventSource without the page."""

    reader: asyncio.StreamReader
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    async def read_head(self) -> None:
        self.status = int((await self._line()).split()[1])
        while line := await self._line():
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()

    async def next(self) -> tuple[str, Json]:
        """The next event as (its id, its data)."""
        number, data = "", ""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                line = await self._line()
                if line.startswith("id: "):
                    number = line.removeprefix("id: ")
                elif line.startswith("data: "):
                    data = line.removeprefix("data: ")
                elif not line and data:
                    return number, json.loads(data)

    async def rest(self) -> str:
        """Everything until the end of the answer."""
        async with asyncio.timeout(PATIENCE_S):
            return (await self.reader.read()).decode()

    async def _line(self) -> str:
        line = await self.reader.readline()
        if not line:
            raise EOFError("the stream has ended")
        return line.decode().rstrip("\r\n")


@asynccontextmanager
async def sse(port: int, path: str, last_event_id: str = "") -> AsyncIterator[SseReader]:
    """Server-sent events of a path, as an answer of HTTP/1.0 so that they come without chunks."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        last = f"Last-Event-ID: {last_event_id}\r\n" if last_event_id else ""
        writer.write(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n{last}\r\n".encode())
        await writer.drain()
        stream = SseReader(reader)
        async with asyncio.timeout(PATIENCE_S):
            await stream.read_head()
        yield stream
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
