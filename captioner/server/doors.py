"""Who comes in on the host's listener: keys and cookies, roles, invitations, who is there."""

import secrets
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from captioner.errors import AccessError
from captioner.server.access import is_own_origin
from captioner.server.desk import Desk
from captioner.server.hosts import INVITED_FOR_S, OWNER, Hosts, Role, Seat
from captioner.server.orders import parse_role
from captioner.server.pages import PageFolder, qr_response, read_body
from captioner.server.roles import may
from captioner.server.wire import render_error

COOKIE = "captioner_host"
GUEST_COOKIE = "captioner_guest"
"""Of an invited device. Cookies know no ports: on one computer it must not replace the owner's."""


class Doors:
    """Asks every connection for its key; `clock` gives seconds that only rise."""

    def __init__(
        self, desk: Desk, pages: PageFolder, key: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._desk = desk
        self._pages = pages
        self._clock = clock
        self.hosts = Hosts(key)

    def routes(self, route: Callable[..., Route]) -> list[Route]:
        """All of them; those with `route` ask who it is."""
        return [
            Route("/join/{token}", self.join_page, methods=["GET"]),
            Route("/join/{token}", self.join, methods=["POST"]),
            route("/api/hosts", self.show),
            route("/api/hosts/invitations", self.invite, "POST"),
            route("/api/hosts/invitations/{token}/qr.svg", self.invitation_qr),
            route("/api/hosts/{seat}", self.take_back, "DELETE"),
        ]

    def check(self, connection: HTTPConnection, call: str) -> Seat:
        """Raise AccessError unless the connection comes from our own page, by who may do this."""
        headers = connection.headers
        if not is_own_origin(headers.get("origin"), headers.get("host")):
            raise AccessError("not_host", "This request comes from another page.")
        seat = self._seat_of(connection)
        if seat is None:
            raise AccessError(
                "not_host",
                "The host key is missing or wrong: open the host's link that captioner printed"
                " when it started.",
            )
        if not may(seat.role, call):
            raise AccessError("not_allowed", "Helpers correct lines: the host can do this.")
        return seat

    def admit(self, request: Request) -> Response | None:
        """Who has a link with the key gets a cookie, and the key is gone from the address."""
        given = request.query_params.get("key")
        seat = self.hosts.find(given)
        if seat is None or seat.id != OWNER:
            return None
        return _with_cookie(request, COOKIE, str(given))

    async def follow(self, seat: Seat, lines: AsyncIterator[str]) -> AsyncIterator[str]:
        """The lines of a socket for as long as its seat is not taken back."""
        self.hosts.enter(seat)
        try:
            async for line in lines:
                if not self.hosts.is_seated(seat):
                    yield render_error(AccessError("not_host", "You host this meeting no more."))
                    return
                yield line
        finally:
            self.hosts.leave(seat)

    async def join_page(self, _: Request) -> Response:
        """The page that asks for a name; it looks the same whatever the token."""
        page = self._pages.page("host/join.html")
        # Under no-referrer a browser calls the origin of its form `null`, like a stranger's.
        page.headers["Referrer-Policy"] = "same-origin"
        return page

    async def join(self, request: Request) -> Response:
        """A second device takes its invitation."""
        token, key = request.path_params["token"], secrets.token_urlsafe(16)
        headers = request.headers
        fields = parse_qs((await read_body(request)).decode("utf-8", "replace"))
        try:
            if not is_own_origin(headers.get("origin"), headers.get("host")):
                raise AccessError("not_host", "This request comes from another page.")
            self.hosts.accept(token, fields.get("name", [""])[0], key, self._clock())
        except AccessError:
            return RedirectResponse(f"/join/{token}?gone=1", status_code=303)
        return _with_cookie(request, GUEST_COOKIE, key)

    async def show(self, request: Request) -> Response:
        """Who hosts and helps."""
        own = self._seat_of(request)
        hosts = [
            {
                "id": each.seat.id,
                "name": each.seat.name,
                "role": each.seat.role,
                "here": each.is_here,
                "you": each.seat == own,
                "owner": each.seat.id == OWNER,
            }
            for each in self.hosts.report()
        ]
        return JSONResponse({"hosts": hosts})

    async def invite(self, request: Request) -> Response:
        """A link that makes one more device host or helper, once."""
        role, token = Role(parse_role(await read_body(request))), secrets.token_urlsafe(12)
        self.hosts.invite(role, token, self._clock())
        links = self._desk.host_links(f"/join/{token}")
        body: dict[str, Any] = {
            "token": token,
            "role": role,
            "seconds": INVITED_FOR_S,
            "links": [{"url": url, "label": label} for url, label in links],
        }
        return JSONResponse(body, 201)

    async def invitation_qr(self, request: Request) -> Response:
        """One of the links of an invitation as a QR code."""
        token = request.path_params["token"]
        if not self.hosts.is_invited(token, self._clock()):
            raise AccessError("not_allowed", "This code was used, or it is over: make a new one.")
        return qr_response(request, self._desk.host_links(f"/join/{token}"))

    async def take_back(self, request: Request) -> Response:
        """A device hosts no more; its pages are closed."""
        self.hosts.take_back(request.path_params["seat"])
        return Response(status_code=204)

    def _seat_of(self, connection: HTTPConnection) -> Seat | None:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.hosts.find(token.strip())
        cookies = connection.cookies
        return self.hosts.find(cookies.get(COOKIE)) or self.hosts.find(cookies.get(GUEST_COOKIE))


def _with_cookie(request: Request, name: str, key: str) -> Response:
    response = RedirectResponse("/", status_code=303)
    is_secure = request.url.scheme == "https"
    response.set_cookie(name, key, httponly=True, samesite="strict", secure=is_secure)
    return response
