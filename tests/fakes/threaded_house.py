"""An open house on a thread of its own, for tests that drive a browser on theirs."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from captioner.service.running import RunningMeeting
from captioner.settings import Settings
from tests.fakes.open_house import House, open_house

Answer = TypeVar("Answer")


class ThreadedHouse:
    """Everything that touches the house runs on its loop: hand it in with `do` or `call`."""

    def __init__(self, house: House, loop: asyncio.AbstractEventLoop) -> None:
        self._house = house
        self._loop = loop

    @property
    def host_link(self) -> str:
        """The host's page, with the key."""
        return self._house.service.host_link

    def viewer_link(self, code: str) -> str:
        return f"http://127.0.0.1:{self._house.viewer_port}/m/{code}"

    def call(self, act: Callable[[House], Awaitable[Answer]]) -> Answer:
        """Carry it out there and wait for what comes of it."""

        async def run() -> Answer:
            return await act(self._house)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(30)

    def do(self, act: Callable[[House], Answer]) -> Answer:
        """The same for what takes no time."""

        async def run(house: House) -> Answer:
            return act(house)

        return self.call(run)

    def begin(self, channels: int = 2) -> RunningMeeting:
        """A meeting as the host page starts it."""
        return self.call(lambda house: house.begin(channels))

    def say(self, running: RunningMeeting, channel: int, text: str) -> None:
        """A sentence, until it is a caption."""

        self.call(lambda house: house.say(running, channel, text))


@contextmanager
def threaded_house(data: Path, settings: Settings | None = None) -> Iterator[ThreadedHouse]:
    """Open it for as long as the context lasts."""
    opened: list[ThreadedHouse] = []
    ready = threading.Event()
    leaving: list[asyncio.Event] = []

    async def run() -> None:
        leave = asyncio.Event()
        leaving.append(leave)
        async with open_house(data, settings=settings) as house:
            opened.append(ThreadedHouse(house, asyncio.get_running_loop()))
            ready.set()
            await leave.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="house")
    thread.start()
    assert ready.wait(30)
    house = opened[0]
    try:
        yield house
    finally:
        house._loop.call_soon_threadsafe(leaving[0].set)
        thread.join(30)
