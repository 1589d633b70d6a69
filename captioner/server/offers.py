"""What a host may choose from before a meeting: microphones with their levels, weights, colours."""

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from captioner.captions.palette import colour_names
from captioner.errors import CaptionerError
from captioner.server.desk import Desk
from captioner.server.fields import object_of, text_of
from captioner.server.new_meeting import codes_of
from captioner.server.pages import read_body
from captioner.server.record import problem_card
from captioner.server.stream import rehearsal_lines
from captioner.server.viewer import serve_socket, tell_and_close
from captioner.store.known_devices import describe_known
from captioner.translate.languages import language_cards


class OfferEndpoints:
    """For the host listener; `check` raises AccessError for who is not the host."""

    def __init__(self, desk: Desk, check: Callable[[HTTPConnection], None]) -> None:
        self._desk = desk
        self._check = check

    def routes(self, route: Callable[..., Any]) -> list[Route | WebSocketRoute]:
        """All of them, each made by `route`, which asks for the host key."""
        return [
            route("/api/devices", self.devices),
            route("/api/weights", self.weights),
            route("/api/devices/language", self.language, "POST"),
            route("/api/palette", self.palette),
            route("/api/languages", self.languages),
            WebSocketRoute("/api/devices/levels", self.rehearse),
        ]

    async def devices(self, _: Request) -> Response:
        """The microphones, or why there are none."""
        try:
            offers, problem = await self._desk.devices(), None
        except CaptionerError as error:
            offers, problem = [], error
        body = [
            {
                "id": offer.id,
                "label": offer.label,
                "channels": offer.channels,
                "rate": offer.rate,
                "default": offer.default,
                "inputs": list(offer.inputs),
                "monitor": offer.monitor,
                "known": {device: describe_known(known) for device, known in offer.known.items()},
            }
            for offer in offers
        ]
        return JSONResponse({"devices": body, "problem": problem_card(problem)})

    async def weights(self, _: Request) -> Response:
        """The weights, which hear by themselves, or why none do."""
        chosen, problem = self._desk.chosen_weights()
        body = [
            {
                "name": offer.name,
                "demo": offer.demo,
                "label": offer.label,
                "languages": list(offer.languages),
            }
            for offer in self._desk.weights()
        ]
        return JSONResponse({"weights": body, "chosen": chosen, "problem": problem_card(problem)})

    async def language(self, request: Request) -> Response:
        """A suggestion for a microphone that somebody has just spoken into; nothing is changed."""
        fields = object_of(await read_body(request))
        suggested = await self._desk.ready.suggest_language(
            text_of(fields, "device", ""),
            text_of(fields, "weights", ""),
            text_of(fields, "language", ""),
            codes_of(fields),
        )
        return JSONResponse({"suggested": suggested})

    async def languages(self, _: Request) -> Response:
        """What captions can be translated into on this computer, and out of what."""
        pairs = await asyncio.to_thread(self._desk.ready.pairs)
        cards = await asyncio.to_thread(language_cards, pairs, ())
        body = [
            {"code": each.code, "name": each.name, "from": list(each.sources)} for each in cards
        ]
        return JSONResponse({"languages": body})

    async def palette(self, _: Request) -> Response:
        """The colours that channels can have."""
        return JSONResponse({"colours": list(colour_names())})

    async def rehearse(self, socket: WebSocket) -> None:
        """The level of every microphone, until the page leaves or a meeting begins."""
        await socket.accept()
        try:
            self._check(socket)
            rehearsal = await self._desk.rehearse()
        except CaptionerError as error:
            await tell_and_close(socket, error)
            return
        try:
            await serve_socket(socket, rehearsal_lines(rehearsal))
        finally:
            await rehearsal.leave()
