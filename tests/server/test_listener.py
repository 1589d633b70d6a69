import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from captioner.errors import AddressError
from captioner.server.listener import DEAD_VIEWER_MS, WebServer, is_loopback, listen
from tests.fakes.recording_viewer import fetch


async def hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[WebServer, int]]:
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    server = WebServer(Starlette(routes=[Route("/", hello)]), listening)
    await server.start()
    try:
        yield server, port
    finally:
        await server.stop()


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(AddressError) as taken:
            listen("127.0.0.1", port)
    assert taken.value.code == "port_in_use"
    assert str(port) in taken.value.message


def test_a_port_is_taken_from_the_very_start() -> None:
    """A socket that is bound and does not listen yet lets a second one bind beside it."""
    with listen("127.0.0.1", 0) as first, socket.create_connection(first.getsockname()):
        pass


def test_a_port_can_be_had_again_at_once() -> None:
    """Else a service that was restarted would have to wait for a minute."""
    first = listen("127.0.0.1", 0)
    address = first.getsockname()
    client = socket.create_connection(address)
    first.setblocking(True)
    accepted, _ = first.accept()
    accepted.close()
    first.close()
    client.close()
    listen(*address).close()


@pytest.mark.parametrize("address", ["192.0.2.1", "no such address", "2001:db8::1"])
def test_an_address_that_is_not_ours_is_one_sentence(address: str) -> None:
    with pytest.raises(AddressError) as wrong:
        listen(address, 0)
    assert wrong.value.code == "bad_address"
    assert address in wrong.value.message


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be told so")
def test_a_viewer_who_takes_nothing_is_let_go_after_a_while() -> None:
    with listen("127.0.0.1", 0) as listening:
        kept = listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    assert kept == DEAD_VIEWER_MS


@pytest.mark.parametrize(
    ("address", "is_ours_only"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("", False),
        ("localhost.evil.example", False),
    ],
)
def test_only_the_loopback_is_the_loopback(address: str, is_ours_only: bool) -> None:
    assert is_loopback(address) is is_ours_only


async def test_two_servers_in_one_loop_answer_and_stop() -> None:
    async with serving() as (first, one), serving() as (_, two):
        assert (await fetch(one, "/")).text == "hello"
        assert (await fetch(two, "/")).text == "hello"
        await first.stop()
        await first.stop()
        assert (await fetch(two, "/")).text == "hello"
        with pytest.raises(ConnectionRefusedError):
            await fetch(one, "/")


async def test_signals_are_left_to_the_service() -> None:
    import signal

    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    async with serving():
        assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


async def test_what_is_no_http_is_answered_and_harms_nobody() -> None:
    async with serving() as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\x16\x03\x01\x02\x00 this is TLS\r\n\r\n")
        assert b"400" in await asyncio.wait_for(reader.readline(), 5)
        writer.close()
        await writer.wait_closed()
        assert (await fetch(port, "/")).status == 200


async def test_the_server_does_not_tell_what_it_is() -> None:
    async with serving() as (_, port):
        assert "server" not in (await fetch(port, "/")).headers
