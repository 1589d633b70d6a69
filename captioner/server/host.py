"""The host's API: devices and weights to choose from, meetings to start, watch, change and end."""

import copy
from collections.abc import Callable
from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from captioner import __version__
from captioner.domain import ChannelId, MeetingId
from captioner.errors import AccessError, CaptionerError, MeetingError
from captioner.server.check import CheckEndpoints
from captioner.server.conduct import ConductEndpoints
from captioner.server.desk import Desk, MeetingHandle, Phone
from captioner.server.doors import Doors
from captioner.server.hosts import Role
from captioner.server.languages import languages_response
from captioner.server.meters import LEVELS_EVERY_S, Meters
from captioner.server.metrics import METRICS_TYPE, render_metrics
from captioner.server.models import ModelEndpoints
from captioner.server.new_meeting import parse_new_meeting
from captioner.server.offers import OfferEndpoints
from captioner.server.pages import PageFolder, error_response, qr_response, read_body
from captioner.server.process import process_figures
from captioner.server.record import RecordEndpoints
from captioner.server.rooms import RoomEndpoints
from captioner.server.statistics import AfterEndpoints
from captioner.server.stream import read_meeting
from captioner.server.transcripts import (
    convert_transcript,
    show_transcript,
    transcript_response,
)
from captioner.server.viewer import serve_socket, tell_and_close
from captioner.server.wire import parse_channel_patch, parse_place


class HostEndpoints:
    """The routes of the host listener: who has the host key."""

    def __init__(self, desk: Desk, pages: PageFolder, key: str, heartbeat_s: float) -> None:
        self._desk = desk
        self._pages = pages
        self._doors = Doors(desk, pages, key)
        self._heartbeat_s = heartbeat_s

    def routes(self) -> list[Route | WebSocketRoute]:
        """All of them."""
        meeting = "/api/meetings/{id}"
        return [
            Route("/", self.page),
            Route("/healthz", self.health),
            self._route("/metrics", self.metrics),
            self._route("/api/meetings", self.meetings),
            self._route("/api/meetings", self.create, "POST"),
            self._route(meeting, self.read),
            self._route(meeting, self.delete, "DELETE"),
            self._route(meeting + "/end", self.end, "POST"),
            self._route(meeting + "/channels/{channel:int}", self.patch_channel, "PATCH"),
            self._route(meeting + "/languages", self.languages),
            self._route(meeting + "/transcript.{ending}", self.transcript),
            self._route("/api/transcripts", show_transcript, "POST"),
            self._route("/api/transcripts/transcript.{ending}", convert_transcript, "POST"),
            self._route(meeting + "/qr.svg", self.qr),
            self._route(meeting + "/channels/{channel:int}/qr.svg", self.phone_qr),
            *OfferEndpoints(self._desk, self._check_levels).routes(self._route),
            *RecordEndpoints(self._desk, self._card).routes(self._route),
            *RoomEndpoints(self._desk).routes(self._route),
            *CheckEndpoints(self._desk).routes(self._route),
            *AfterEndpoints(self._desk).routes(self._route),
            *ConductEndpoints(self._desk, self._card).routes(self._route),
            *self._doors.routes(self._route),
            *ModelEndpoints(self._desk.depot).routes(self._route),
            WebSocketRoute(meeting + "/events", self.events),
        ]

    async def page(self, request: Request) -> Response:
        """The host page; a link with the key leaves the key in a cookie and out of the address."""
        if (response := self._doors.admit(request)) is not None:
            return response
        try:
            self._doors.check(request, "GET /")
        except AccessError as error:
            return Response(error.message, 401, media_type="text/plain; charset=utf-8")
        return self._pages.page("host/index.html")

    async def health(self, _: Request) -> Response:
        """Whether the service is up."""
        return JSONResponse({"ok": True, "version": __version__})

    async def metrics(self, _: Request) -> Response:
        """Figures for a program that watches, as Prometheus reads them."""
        text = render_metrics(self._desk.meetings(), process_figures())
        return Response(text, headers={"Content-Type": METRICS_TYPE})

    async def meetings(self, request: Request) -> Response:
        """All meetings, newest first, and what the caller may do with them."""
        role = self._doors.check(request, "GET /api/meetings").role
        cards = [for_role(self._card(each), role) for each in self._desk.meetings()]
        return JSONResponse({"meetings": cards, "role": role})

    async def create(self, request: Request) -> Response:
        """Start a meeting."""
        handle = await self._desk.create(parse_new_meeting(await read_body(request)))
        return JSONResponse(self._card(handle), 201)

    async def read(self, request: Request) -> Response:
        """One meeting."""
        role = self._doors.check(request, "GET /api/meetings/{id}").role
        return JSONResponse(for_role(self._card(self._handle(request)), role))

    async def delete(self, request: Request) -> Response:
        """End a meeting and delete what it left."""
        await self._desk.delete(self._handle(request).meeting.spec.id)
        return Response(status_code=204)

    async def end(self, request: Request) -> Response:
        """End a meeting."""
        handle = self._handle(request)
        await handle.end()
        return JSONResponse(self._card(handle))

    async def patch_channel(self, request: Request) -> Response:
        """Rename, recolour or mute a channel."""
        handle = self._handle(request)
        channel = ChannelId(request.path_params["channel"])
        patch = parse_channel_patch(await read_body(request))
        trial = copy.deepcopy(handle.meeting.roster)  # a wrong colour leaves no new name behind
        if patch.name is not None:
            trial.rename(channel, patch.name)
        if patch.colour is not None:
            trial.recolour(channel, patch.colour)
        if (name := patch.name) is not None:
            handle.publish(lambda at: handle.meeting.rename(channel, name, at))
        if (colour := patch.colour) is not None:
            handle.publish(lambda at: handle.meeting.recolour(channel, colour, at))
        if patch.muting is not None:
            handle.mute_channel(channel, patch.muting)
        return JSONResponse(self._card(handle))

    async def languages(self, request: Request) -> Response:
        """The languages in which a meeting can be read."""
        return await languages_response(self._handle(request))

    async def transcript(self, request: Request) -> Response:
        """The transcript so far."""
        return await transcript_response(self._handle(request), request)

    async def qr(self, request: Request) -> Response:
        """One of the viewers' links as a QR code."""
        return qr_response(request, self._desk.links(self._handle(request).meeting.spec.code))

    async def phone_qr(self, request: Request) -> Response:
        """One of the links that make a phone the microphone of a channel, as a QR code."""
        phones = self._desk.phones(self._handle(request).meeting.spec.id)
        phone = phones.get(ChannelId(request.path_params["channel"]))
        if phone is None:
            raise MeetingError("unknown_channel", "The microphone of this channel is no phone.")
        return qr_response(request, self._desk.phone_links(phone.token))

    async def events(self, socket: WebSocket) -> None:
        """Captions, levels and the number of viewers, live."""
        await socket.accept()
        try:
            seat = self._doors.check(socket, "WS /api/meetings/{id}/events")
            handle = self._desk.by_id(MeetingId(socket.path_params["id"]))
        except CaptionerError as error:
            await tell_and_close(socket, error)
            return
        place = parse_place(socket.query_params)
        meters = Meters(handle)
        lines = read_meeting(handle, place, self._heartbeat_s, meters.lines, LEVELS_EVERY_S)
        await serve_socket(socket, self._doors.follow(seat, (line async for _, line in lines)))

    def _check_levels(self, connection: HTTPConnection) -> None:
        self._doors.check(connection, "WS /api/devices/levels")

    def _route(self, path: str, endpoint: Callable[[Request], Any], method: str = "GET") -> Route:
        async def guarded(request: Request) -> Response:
            try:
                self._doors.check(request, f"{method} {path}")
                response: Response = await endpoint(request)
            except CaptionerError as error:
                return error_response(error)
            return response

        return Route(path, guarded, methods=[method])

    def _handle(self, request: Request) -> MeetingHandle:
        return self._desk.by_id(MeetingId(request.path_params["id"]))

    def _card(self, handle: MeetingHandle) -> dict[str, Any]:
        meeting, spec = handle.meeting, handle.meeting.spec
        sources, phones = handle.sources(), self._desk.phones(spec.id)
        return {
            "id": spec.id,
            "code": spec.code,
            "title": meeting.title,
            "state": meeting.state,
            "hears": handle.hears,
            "started": spec.started.isoformat(timespec="seconds"),
            "keep": spec.keeping,
            "weights": spec.weights,
            "demo_weights": spec.demo_weights,
            "viewers": handle.viewers,
            "links": [{"url": url, "label": label} for url, label in self._desk.links(spec.code)],
            "channels": [
                {
                    "channel": entry.channel,
                    "name": entry.name,
                    "letter": entry.letter,
                    "colour": entry.colour,
                    "language": entry.language,
                    "state": entry.state,
                    "muting": entry.muting,
                    "source": sources.get(entry.channel, ""),
                    "phone": self._phone(phones.get(entry.channel)),
                }
                for entry in meeting.roster.entries
            ],
            "epoch": spec.epoch,
            "seq": meeting.timeline.seq,
        }

    def _phone(self, phone: Phone | None) -> dict[str, Any] | None:
        if phone is None:
            return None
        links = self._desk.phone_links(phone.token)
        return {
            "state": phone.state,
            "links": [{"url": url, "label": label} for url, label in links],
        }


def for_role(card: dict[str, Any], role: Role) -> dict[str, Any]:
    """A meeting as this role may know it: the link of a phone makes a microphone of who has it."""
    if role is Role.HOST:
        return card
    return {**card, "channels": [{**each, "phone": None} for each in card["channels"]]}
