"""What viewers are given: pages, captions by socket or SSE, signals, messages, the transcript."""

import asyncio
import logging
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from captioner.captions.meeting import Meeting
from captioner.captions.timeline import Entry
from captioner.domain import MeetingState
from captioner.errors import AccessError, CaptionerError, MeetingError
from captioner.server.access import RateLimit, normalise_code
from captioner.server.answers import parse_message, parse_signal
from captioner.server.desk import Desk, MeetingHandle
from captioner.server.languages import accept_scrolled, languages_response
from captioner.server.pages import PageFolder, error_response, read_body
from captioner.server.stream import read_meeting
from captioner.server.transcripts import transcript_response
from captioner.server.wire import (
    GONE_CLOSE_CODE,
    Place,
    event_id,
    parse_place,
    render_error,
)

logger = logging.getLogger(__name__)

Command = Callable[[float], Entry]
"""Something to carry out on a meeting at a given second."""

GOING_AWAY = 1001
SIGNAL_INTERVAL_S = 3.0
SSE_RETRY_MS = 2000


class ViewerEndpoints:
    """The routes of the viewer listener: anybody with the code, plain HTTP."""

    def __init__(self, desk: Desk, pages: PageFolder, heartbeat_s: float) -> None:
        self._desk = desk
        self._pages = pages
        self._heartbeat_s = heartbeat_s
        self._signals = RateLimit(SIGNAL_INTERVAL_S)
        self._messages = RateLimit(SIGNAL_INTERVAL_S / 3)

    def routes(self) -> list[Route | WebSocketRoute]:
        """All of them."""
        return [
            Route("/", self.join),
            Route("/m/{code}", self.page),
            Route("/m/{code}/events", self.events_as_sse),
            WebSocketRoute("/m/{code}/events", self.events_as_socket),
            Route("/m/{code}/signals", self.signal, methods=["POST"]),
            Route("/m/{code}/messages", self.message, methods=["POST"]),
            Route("/m/{code}/languages", self.languages),
            Route("/m/{code}/translations", self.scrolled, methods=["POST"]),
            Route("/m/{code}/transcript.{ending}", self.transcript),
        ]

    async def join(self, request: Request) -> Response:
        """The page to type the code; with the `?code=` of a meeting straight to its page."""
        code = normalise_code(request.query_params.get("code", ""))
        try:
            self._desk.by_code(code)
        except MeetingError:
            return self._pages.page(
                "viewer/join.html", request.headers
            )  # it says so beside the field
        return RedirectResponse(f"/m/{code}", status_code=303)

    async def page(self, request: Request) -> Response:
        """The viewer page; it is the same for a code that nobody knows, and says so itself."""
        code = request.path_params["code"]
        if code != normalise_code(code):
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/m/{normalise_code(code)}{query}", status_code=303)
        return self._pages.page("viewer/index.html", request.headers)

    async def events_as_socket(self, socket: WebSocket) -> None:
        """Captions over a WebSocket."""
        await socket.accept()
        try:
            handle = self._handle(socket.path_params["code"])
        except MeetingError as error:
            await tell_and_close(socket, error)
            return
        place = parse_place(socket.query_params)
        with counted(handle):
            await serve_socket(
                socket,
                (line async for _, line in read_meeting(handle, place, self._heartbeat_s)),
            )

    async def events_as_sse(self, request: Request) -> Response:
        """Captions as server-sent events."""
        try:
            handle = self._handle(request.path_params["code"])
        except MeetingError as error:
            return error_response(error)
        place = parse_place(request.query_params, request.headers.get("last-event-id"))
        return StreamingResponse(
            self._sse(handle, place),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def signal(self, request: Request) -> Response:
        """A viewer asks the room for something."""

        def command(meeting: Meeting, body: bytes) -> Command:
            signal, name = parse_signal(body)
            return lambda at: meeting.raise_signal(signal, name, at)

        return await self._take(request, self._signals, command)

    async def message(self, request: Request) -> Response:
        """A viewer typed something for everybody."""

        def command(meeting: Meeting, body: bytes) -> Command | None:
            new = parse_message(body)
            if new.id is not None and meeting.timeline.message(new.id) is not None:
                return None  # sent again after a cut: it was said already
            return lambda at: meeting.type_message(new.name, new.text, at, new.id, new.language)

        return await self._take(request, self._messages, command)

    async def languages(self, request: Request) -> Response:
        """The languages in which the meeting can be read."""
        try:
            return await languages_response(self._handle(request.path_params["code"]))
        except CaptionerError as error:
            return error_response(error)

    async def scrolled(self, request: Request) -> Response:
        """Somebody looks at captions of long ago."""
        try:
            handle = self._handle(request.path_params["code"])
            return accept_scrolled(handle, await read_body(request))
        except CaptionerError as error:
            return error_response(error)

    async def transcript(self, request: Request) -> Response:
        """The transcript, once the meeting has ended and if the host allows it."""
        try:
            handle = self._handle(request.path_params["code"])
            meeting = handle.meeting
            if not meeting.spec.viewer_transcript:
                raise AccessError("not_allowed", "The host keeps the transcript of this meeting.")
            if meeting.state is not MeetingState.ENDED:
                raise AccessError(
                    "not_allowed", "The transcript is here once the meeting has ended."
                )
            return await transcript_response(handle, request)
        except CaptionerError as error:
            return error_response(error)

    async def _take(
        self, request: Request, limit: RateLimit, make: Callable[[Meeting, bytes], Command | None]
    ) -> Response:
        """What a viewer sends becomes a command on the meeting, unless they send too often."""
        sender = request.client.host if request.client else ""
        try:
            handle = self._handle(request.path_params["code"])
            command = make(handle.meeting, await read_body(request))
            if command is None:
                return Response(status_code=202)
            now_s = time.monotonic()
            if not limit.allow(sender, now_s):
                return too_many(limit.wait_s(sender, now_s))
            handle.publish(command)
        except CaptionerError as error:
            return error_response(error)
        return Response(status_code=202)

    def _handle(self, code: str) -> MeetingHandle:
        return self._desk.by_code(normalise_code(code))

    async def _sse(self, handle: MeetingHandle, place: Place) -> AsyncIterator[str]:
        epoch = handle.meeting.spec.epoch
        with counted(handle):
            yield f"retry: {SSE_RETRY_MS}\n\n"
            async for entry, line in read_meeting(handle, place, self._heartbeat_s):
                number = "" if entry is None else f"id: {event_id(epoch, entry.seq)}\n"
                yield f"{number}data: {line}\n\n"


def too_many(wait_s: float) -> Response:
    """Somebody sends too often: they are told how long to wait."""
    wait = max(1, math.ceil(wait_s))
    seconds = f"{wait} seconds" if wait > 1 else "a second"
    message = f"That was quick: wait {seconds}, then try again."
    response = error_response(AccessError("too_many", message))
    response.headers["Retry-After"] = str(wait)
    return response


class counted:  # noqa: N801 - reads as a statement
    """Counts a reader among a meeting's viewers for as long as the context lasts."""

    def __init__(self, handle: MeetingHandle) -> None:
        self._handle = handle

    def __enter__(self) -> None:
        self._handle.viewers += 1
        self._handle.feed.announce()

    def __exit__(self, *_: object) -> None:
        self._handle.viewers -= 1
        self._handle.feed.announce()


async def serve_socket(socket: WebSocket, lines: AsyncIterator[str]) -> None:
    """Send lines until they end or the reader is gone.

    What the reader sends is taken and thrown away all the time: a socket that is not read from sees
    no answers to its pings and is closed for dead.
    """
    sending = asyncio.create_task(_send_all(socket, lines))
    draining = asyncio.create_task(_drain(socket))
    try:
        await asyncio.wait((sending, draining), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sending, draining):
            task.cancel()
        outcomes = await asyncio.gather(sending, draining, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            logger.error("a reader's connection failed: %r", outcome)


async def tell_and_close(socket: WebSocket, error: CaptionerError) -> None:
    """Say on the socket what is wrong, in words that a page can show, and close it."""
    with suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_text(render_error(error))
        await socket.close(GONE_CLOSE_CODE if error.code == "unknown_meeting" else 4400)


async def _send_all(socket: WebSocket, lines: AsyncIterator[str]) -> None:
    # A socket that closed meanwhile raises either, depending on who noticed first.
    with suppress(WebSocketDisconnect, RuntimeError):
        async for line in lines:
            await socket.send_text(line)
        await socket.close(GOING_AWAY)


async def _drain(socket: WebSocket) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass
