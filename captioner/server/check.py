"""The host's calls that check: microphones, what hears, addresses, certificate, disk."""

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from captioner.server.desk import Desk
from captioner.server.pages import qr_response, read_body
from captioner.server.pings import Ping
from captioner.server.readiness import ChannelCheck
from captioner.server.stream import describe_heard, describe_pair
from captioner.server.wire import parse_choice


class CheckEndpoints:
    """For the host listener: before a meeting and while one goes on."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self, route: Callable[..., Route]) -> list[Route]:
        """All of them, each made by `route`, which asks for the host key."""
        return [
            route("/api/check", self.check),
            route("/api/check/engine", self.engine, "POST"),
            route("/api/check/pings", self.pings),
            route("/api/check/pings", self.new_pings, "POST"),
            route("/api/check/qr.svg", self.qr),
        ]

    async def check(self, _: Request) -> Response:
        """Everything that can be said at once."""
        lines, (channels, pairs) = await self._desk.ready.lines(), await self._desk.ready.channels()
        return JSONResponse(
            {
                "lines": [asdict(each) for each in lines],
                "channels": [_describe(each) for each in channels],
                "pairs": [describe_pair(each) for each in pairs],
            }
        )

    async def engine(self, request: Request) -> Response:
        """Load the weights, if they are not, and measure how quickly they hear."""
        weights = parse_choice(await read_body(request), "weights")
        return JSONResponse(asdict(await self._desk.ready.measure(weights)))

    async def pings(self, _: Request) -> Response:
        """The links for phones, and which of them a phone has opened."""
        return JSONResponse({"links": [_link(each) for each in self._desk.ready.pings.offered]})

    async def new_pings(self, request: Request) -> Response:
        """The same with new links, for addresses may have changed."""
        self._desk.ready.pings.offer(self._desk.ready.links, time.monotonic())
        return await self.pings(request)

    async def qr(self, request: Request) -> Response:
        """One of the links as a QR code."""
        offered = self._desk.ready.pings.offered
        return qr_response(request, [(each.url, each.label) for each in offered])


def _link(ping: Ping) -> dict[str, Any]:
    return {
        "url": ping.url,
        "label": ping.label,
        "reached_by": ping.reached_by,
        "opened_here": ping.was_opened_here,
    }


def _describe(check: ChannelCheck) -> dict[str, Any]:
    return {
        "channel": check.channel,
        "source": check.source,
        "muted": check.is_muted,
        "heard": check.heard and describe_heard(check.heard),
        "caption_age_s": check.caption_age_s and round(check.caption_age_s, 1),
    }
