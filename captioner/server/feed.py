"""Wakes everybody who reads a meeting when there is something new."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Feed:
    """The one place where a meeting's readers wait. Used from the event loop's thread.

    It carries no events: a reader that was woken looks at the timeline itself. Another way to reach
    readers, on other machines say, would stand in its place.
    """

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()
        self.is_closed = False
        """Whether the service is about to stop."""

    def announce(self) -> None:
        """Something changed; never waits."""
        for event in self._waiting:
            event.set()

    def close(self) -> None:
        """Wake everybody for the last time."""
        self.is_closed = True
        self.announce()

    @contextmanager
    def subscribe(self) -> Iterator["Subscription"]:
        """Take part for as long as the context lasts."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            yield Subscription(event)
        finally:
            self._waiting.discard(event)


class Subscription:
    """One reader's bell."""

    def __init__(self, event: asyncio.Event) -> None:
        self._event = event

    async def wait(self, timeout_s: float) -> None:
        """Return when something changed since the last call, or after `timeout_s` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(timeout_s, 0.0)):  # wait_for can lose a cancellation
                await self._event.wait()
        self._event.clear()
