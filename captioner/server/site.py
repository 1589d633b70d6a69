"""The two sites: their routes, their static files, and the headers of every answer."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from captioner.server.desk import Desk
from captioner.server.doorway import DoorwayEndpoints
from captioner.server.host import HostEndpoints
from captioner.server.mic import MicEndpoints
from captioner.server.pages import PageFolder
from captioner.server.trust import TrustEndpoints
from captioner.server.viewer import ViewerEndpoints

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " font-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
"""A page of ours asks nobody but us, and runs no script but ours. (`ws:` is spelled out because
older Safari does not count a socket to the same address as 'self'.)"""


class SecureHeaders:
    """Puts SECURITY_HEADERS on every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def create_viewer_site(desk: Desk, web_folder: Path, heartbeat_s: float) -> ASGIApp:
    """What viewers reach: pages and captions, no commands."""
    pages = PageFolder(web_folder)
    endpoints = ViewerEndpoints(desk, pages, heartbeat_s)
    trust = TrustEndpoints(desk, pages)
    doorway = DoorwayEndpoints(desk, pages)
    assets = Route("/assets/{path:path}", pages.asset)
    return _site([*endpoints.routes(), *doorway.routes(), *trust.routes(), assets])


def create_host_site(desk: Desk, web_folder: Path, key: str, heartbeat_s: float) -> ASGIApp:
    """What the host reaches, with the key, and phones that are microphones, with their token."""
    pages = PageFolder(web_folder)
    host = HostEndpoints(desk, pages, key, heartbeat_s)
    mic = MicEndpoints(desk, pages, heartbeat_s)
    trust = TrustEndpoints(desk, pages)
    assets = Route("/assets/{path:path}", pages.asset)
    return _site([*host.routes(), *mic.routes(), *trust.routes(), assets])


def _site(routes: list[Route | WebSocketRoute]) -> ASGIApp:
    # Around everything: Starlette makes the answer to a failure outside its own middleware.
    return SecureHeaders(Starlette(routes=routes))
