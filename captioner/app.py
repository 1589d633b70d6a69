"""The service: its listeners over one set of meetings, from start to farewell."""

import asyncio
import contextlib
import logging
import secrets
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from captioner import resources
from captioner.errors import AddressError
from captioner.server.address import viewer_links
from captioner.server.listener import WebServer, is_loopback, listen
from captioner.server.site import create_host_site, create_viewer_site
from captioner.server.tls import TlsFiles
from captioner.service.meetings import Meetings
from captioner.service.records import AGAIN_S, every
from captioner.settings import Settings
from captioner.store.private_names import can_vouch_for

logger = logging.getLogger(__name__)


class Service:
    """Serves meetings to viewers and to the host until it is stopped.

    `free_ports` takes any free port where the wanted one is taken: for a demo, not for a room whose
    QR code hangs on the wall.
    """

    def __init__(
        self,
        meetings: Meetings,
        settings: Settings,
        *,
        free_ports: bool = False,
        tls: TlsFiles | None = None,
    ) -> None:
        """`tls`: with it there is a third listener, for phones that are microphones."""
        self._meetings = meetings
        self._settings = settings.server
        self._free_ports = free_ports
        self._tls = tls
        self._servers: list[WebServer] = []
        self._leaving: asyncio.Task[None] | None = None
        self._mending: asyncio.Task[None] | None = None
        self.again_s = AGAIN_S
        """Seconds between two tries to write what a disk refused; whoever wants others sets them
        before the start."""
        self.key = secrets.token_urlsafe(16)
        """Who has it is host."""
        self.host_port = 0
        self.tls_port = 0
        """0: there is no secure listener."""

    @property
    def host_link(self) -> str:
        """The host page with the key."""
        address = self._settings.host_address
        shown = f"[{address}]" if ":" in address else address
        return f"http://{shown}:{self.host_port}/?key={self.key}"

    def viewer_links(self, code: str = "") -> list[tuple[str, str]]:
        """Where viewers find a meeting, or the page to type a code."""
        path = f"/m/{code}" if code else "/"
        return viewer_links(self._settings.viewer_address, self._meetings.viewer_port, path)

    def local_viewer_link(self, code: str = "") -> str:
        """The same as this computer itself reaches it."""
        path = f"/m/{code}" if code else "/"
        return f"http://127.0.0.1:{self._meetings.viewer_port}{path}"

    def phone_links(self, path: str) -> list[tuple[str, str]]:
        """Where a phone finds a page of the host's listener on which it may listen."""
        if self.tls_port:
            links = viewer_links(self._settings.tls_address, self.tls_port, path, "https")
            if self._meetings.trust is None:
                return links
            return [each for each in links if can_vouch_for(urlsplit(each[0]).hostname or "")]
        link = f"http://127.0.0.1:{self.host_port}{path}"
        return [(link, "this computer only: phones need `captioner cert init`")]

    async def start(self) -> None:
        """Listen on both ports. Raises AddressError; then nothing listens."""
        settings = self._settings
        if not is_loopback(settings.host_address):
            raise AddressError(
                "bad_address",
                "The host page is served to this computer only, so that nobody else reads"
                f" the host key: leave --host-address at 127.0.0.1, not {settings.host_address}.",
            )
        web = resources.web_folder()
        addresses = [
            (settings.viewer_address, settings.viewer_port),
            (settings.host_address, settings.host_port),
        ]
        if self._tls is not None:
            addresses.append((settings.tls_address, settings.tls_port))
        viewer, host, *secure = self._listen_on_all(addresses)
        self._meetings.viewer_port = viewer.getsockname()[1]
        self.host_port = host.getsockname()[1]
        self._meetings.phones_here.links = self.phone_links
        heartbeat_s = settings.heartbeat_s
        host_site = create_host_site(self._meetings, web, self.key, heartbeat_s)
        self._servers = [
            WebServer(create_viewer_site(self._meetings, web, heartbeat_s), viewer),
            WebServer(host_site, host),
        ]
        if self._tls is not None:
            self.tls_port = secure[0].getsockname()[1]
            files = (self._tls.certificate, self._tls.key)
            self._servers.append(WebServer(host_site, secure[0], files))
        for server in self._servers:
            await server.start()
        self._mending = asyncio.create_task(every(self.again_s, self._meetings.try_again))

    async def stop(self) -> None:
        """End the meetings, tell everybody, close; may be called twice."""
        if self._mending is not None:
            self._mending.cancel()
        self._leaving = asyncio.create_task(self._take_leave())
        await asyncio.wait([self._leaving])
        if not self._leaving.cancelled():
            self._leaving.result()
        await asyncio.gather(*(server.stop() for server in self._servers))
        self._servers = []

    def force_stop(self) -> None:
        """Close without waiting for anybody, be it the last words that are still being decoded."""
        if self._leaving is not None:
            self._leaving.cancel()
        for server in self._servers:
            server.force_exit = True

    async def _take_leave(self) -> None:
        await self._meetings.end_meetings()
        await self._meetings.close()

    def _listen_on_all(self, addresses: list[tuple[str, int]]) -> list[socket.socket]:
        """All of them, or none. Raises AddressError."""
        listening: list[socket.socket] = []
        try:
            for address, port in addresses:
                listening.append(self._listen(address, port))
        except AddressError:
            for each in listening:
                each.close()
            raise
        return listening

    def _listen(self, address: str, port: int) -> socket.socket:
        try:
            return listen(address, port)
        except AddressError as error:
            if self._free_ports and error.code == "port_in_use":
                return listen(address, 0)
            raise


@contextmanager
def stop_signals(service: Service | None = None) -> Iterator[asyncio.Event]:
    """An event that is set by the first Ctrl-C or SIGTERM; the second one stops without waiting."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        if stop.is_set() and service is not None:
            service.force_stop()
        stop.set()

    numbers = (signal.SIGINT, signal.SIGTERM)
    with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt
        for number in numbers:
            loop.add_signal_handler(number, on_signal)
    try:
        yield stop
    finally:
        with contextlib.suppress(NotImplementedError):
            for number in numbers:
                loop.remove_signal_handler(number)
