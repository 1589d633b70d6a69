"""Sockets and the web server that answers on them."""

import asyncio
import errno
import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from captioner.errors import AddressError

DEAD_VIEWER_MS = 15_000
"""A viewer who takes nothing for so long is gone: their connection and its memory are freed."""

LARGEST_MESSAGE_BYTES = 64 * 1024
GRACE_S = 3
"""Time for farewells when the service stops."""


def listen(address: str, port: int) -> socket.socket:
    """A socket that already listens, so that nobody else can take the port. Raises AddressError."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_REUSEPORT"):  # not Windows, where the next line means another thing
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_VIEWER_MS)
        listening.bind((address, port))
        listening.listen(512)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise _explain(error, address, port) from error
    return listening


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach `address`."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class WebServer(uvicorn.Server):
    """One listener. Signals are the service's business, not its own."""

    def __init__(
        self, app: Any, listening: socket.socket, tls: tuple[Path, Path] | None = None
    ) -> None:
        """`tls`: certificate and key of a listener that speaks nothing but TLS."""
        super().__init__(
            uvicorn.Config(
                app,
                ws="websockets-sansio",
                ws_per_message_deflate=False,  # doubles a message's cost, saves little on a LAN
                ws_max_size=LARGEST_MESSAGE_BYTES,
                ws_ping_interval=10,
                ws_ping_timeout=20,
                timeout_graceful_shutdown=GRACE_S,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                ssl_certfile=tls and tls[0],
                ssl_keyfile=tls and tls[1],
                proxy_headers=False,  # nobody stands between: a sender's address is their own
            )
        )
        self._listening = listening
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: two servers in one loop would take them from each other."""
        yield

    async def start(self) -> None:
        """Answer from now on."""
        self._task = asyncio.create_task(self.serve(sockets=[self._listening]))
        while not self.started and not self._task.done():  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Take leave of everybody and close; may be called twice."""
        self.should_exit = True
        if self._task is not None:
            await self._task
        self._listening.close()


def _explain(error: OSError, address: str, port: int) -> AddressError:
    if error.errno == errno.EADDRINUSE:
        return AddressError(
            "port_in_use",
            f"Port {port} is taken by another program: end that, or choose another port.",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return AddressError(
            "bad_address", f"Port {port} may not be used by you: choose one above 1024."
        )
    return AddressError(
        "bad_address", f"This computer has no address {address}: choose another ({error.strerror})."
    )
