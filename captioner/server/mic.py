"""A phone as a microphone: its page, its sound, its own captions, all for who has the token."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from captioner.domain import MeetingId
from captioner.errors import AccessError, CaptionerError, MeetingError, WireError
from captioner.server.access import is_own_origin
from captioner.server.desk import Desk, Phone
from captioner.server.pages import PageFolder, error_response, read_body
from captioner.server.phone_call import PhoneCall
from captioner.server.stream import read_meeting
from captioner.server.viewer import serve_socket, tell_and_close
from captioner.server.wire import (
    check_sound,
    parse_name,
    parse_phone_hello,
    parse_phone_skip,
    parse_place,
)

logger = logging.getLogger(__name__)

HELLO_S = 10.0
"""Time for a phone's first message."""

ACK_EVERY_S = 0.5
"""Of sound: how often a phone hears what has come."""

SWITCHED_OFF = 1000
"""A page that closes like this was told to by whoever holds it."""


class MicEndpoints:
    """The routes of phones that are microphones; they are part of the host's site."""

    def __init__(self, desk: Desk, pages: PageFolder, heartbeat_s: float) -> None:
        self._desk = desk
        self._pages = pages
        self._heartbeat_s = heartbeat_s

    def routes(self) -> list[Route | WebSocketRoute]:
        """All of them."""
        return [
            Route("/mic/{token}", self.page),
            Route("/mic/{token}/card", _told(self.card)),
            Route("/mic/{token}/card", _told(self.rename), methods=["PATCH"]),
            WebSocketRoute("/mic/{token}/events", self.events),
            WebSocketRoute("/api/meetings/{id}/channels/{channel:int}/audio", self.audio),
        ]

    async def page(self, _: Request) -> Response:
        """The page; it is the same for a token that nobody knows, and says so itself."""
        return self._pages.page("mic/index.html")

    async def card(self, request: Request) -> Response:
        """What the page needs to know."""
        return JSONResponse(self._card(self._phone(request)))

    async def rename(self, request: Request) -> Response:
        """Who holds the phone knows their own name best."""
        if not is_own_origin(request.headers.get("origin"), request.headers.get("host")):
            raise AccessError("not_allowed", "This request comes from another page.")
        phone = self._phone(request)
        name = parse_name(await read_body(request))
        phone.handle.publish(lambda at: phone.handle.meeting.rename(phone.channel, name, at))
        return JSONResponse(self._card(phone))

    async def events(self, socket: WebSocket) -> None:
        """The meeting's events, as viewers get them; the page shows its own captions of them."""
        await socket.accept()
        try:
            phone = self._desk.phone(socket.path_params["token"])
        except MeetingError as error:
            await tell_and_close(socket, error)
            return
        place = parse_place(socket.query_params)
        lines = read_meeting(phone.handle, place, self._heartbeat_s)
        await serve_socket(socket, (line async for _, line in lines))

    async def audio(self, socket: WebSocket) -> None:
        """The sound of a phone, until it leaves, fails or another takes its place."""
        await socket.accept()
        over: asyncio.Future[CaptionerError] = asyncio.get_running_loop().create_future()
        listening = asyncio.create_task(self._listen(socket, over))
        try:
            await asyncio.wait((listening, over), return_when=asyncio.FIRST_COMPLETED)
        finally:
            listening.cancel()
            (outcome,) = await asyncio.gather(listening, return_exceptions=True)
        if over.done():
            await tell_and_close(socket, over.result())
        elif isinstance(outcome, CaptionerError):
            await tell_and_close(socket, outcome)
        elif isinstance(outcome, Exception) and not isinstance(outcome, WebSocketDisconnect):
            logger.error("a phone's connection failed: %r", outcome)

    async def _listen(self, socket: WebSocket, over: "asyncio.Future[CaptionerError]") -> None:
        """Take sound from the socket. Raises CaptionerError for what the phone should be told."""
        hello = parse_phone_hello(await _first_text(socket))
        phone = self._desk.phone(hello.token)
        where = MeetingId(socket.path_params["id"]), socket.path_params["channel"]
        if where != (phone.handle.meeting.spec.id, phone.channel):
            raise MeetingError("unknown_channel", "This link is for another microphone.")

        def end(error: CaptionerError) -> None:
            if not over.done():
                over.set_result(error)

        call = phone.join(hello.start, end)
        is_off = False
        try:
            await _say(socket, "ready", call)
            is_off = await _take_sound(socket, call, round(hello.start.rate * ACK_EVERY_S))
        finally:
            call.leave(on_purpose=is_off)

    def _phone(self, request: Request) -> Phone:
        return self._desk.phone(request.path_params["token"])

    def _card(self, phone: Phone) -> dict[str, Any]:
        meeting = phone.handle.meeting
        entry = meeting.roster.find(phone.channel)
        return {
            "meeting": meeting.spec.id,
            "title": meeting.title,
            "channel": phone.channel,
            "name": entry.name,
            "state": phone.state,
        }


def _told(endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Any]:
    """The endpoint with its errors as answers."""

    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except CaptionerError as error:
            return error_response(error)

    return guarded


async def _first_text(socket: WebSocket) -> str:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(HELLO_S):
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code") or 1006)
            if (text := message.get("text")) is not None:
                return str(text)
            raise WireError("bad_message", "Sound came before the message that says what it is.")
    raise WireError("bad_message", "The message that says what sound will come did not arrive.")


async def _take_sound(socket: WebSocket, call: PhoneCall, ack_samples: int) -> bool:
    """Until the socket closes; whether it was closed on purpose. Raises WireError."""
    told = call.next
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return message.get("code") == SWITCHED_OFF
        sound = message.get("bytes")
        if sound is None:
            call.skip_to(parse_phone_skip(message.get("text") or ""))
            continue
        check_sound(sound)
        call.accept(sound)
        await call.room()
        if call.next - told >= ack_samples:
            told = call.next
            await _say(socket, "heard", call)


async def _say(socket: WebSocket, kind: str, call: PhoneCall) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_text(json.dumps({"type": kind, "next": call.next}))
