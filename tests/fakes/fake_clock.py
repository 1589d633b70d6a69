"""A clock that tests advance."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Stands still until it is advanced; sleeping on it takes no time and moves it.

    Unrealistic: nothing else happens while somebody sleeps, and a sleep is never late.
    """

    def __init__(self, monotonic_s: float = 1000.0) -> None:
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
        self.advance(seconds)
