"""A clock that tests advance."""

import asyncio
from datetime import UTC, datetime, timedelta


class FakeClock:
    """Stands still until it is advanced; sleeping on it takes no time and moves it.

    Unrealistic: others get one turn of the loop while somebody sleeps, and no sleep is late.
    """

    def __init__(self, monotonic_s: float = 1000.0, speed: float = 1.0) -> None:
        """`speed`: seconds of this clock in a second that is slept."""
        self.speed = speed
        self.moment_s = monotonic_s
        self.date = datetime(2025, 3, 4, 9, 0, tzinfo=UTC)
        self.sleeps: list[float] = []
        """What was slept, in order."""

    def monotonic_s(self) -> float:
        return self.moment_s

    def wall_time(self) -> datetime:
        return self.date

    def advance(self, seconds: float) -> None:
        self.moment_s += seconds
        self.date += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.advance(seconds * self.speed)
        await asyncio.sleep(0)
