"""Time, as something that is handed in."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """A steady clock and a calendar."""

    def monotonic_s(self) -> float:
        """Seconds from an arbitrary moment; never falls."""

    def wall_time(self) -> datetime:
        """The date and time in UTC."""


class SystemClock:
    """The machine's own clocks; `speed` makes the steady one run faster (a replay at 4x)."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed

    def monotonic_s(self) -> float:
        return time.monotonic() * self.speed

    def wall_time(self) -> datetime:
        return datetime.now(UTC)


class SimulatedClock:
    """A clock that only moves when it is told to: time is the samples read so far."""

    def __init__(self) -> None:
        self._now_s = 0.0
        self._started = datetime.now(UTC)

    def advance_to(self, now_s: float) -> None:
        """Move forward; an earlier moment is ignored."""
        self._now_s = max(self._now_s, now_s)

    def monotonic_s(self) -> float:
        return self._now_s

    def wall_time(self) -> datetime:
        return self._started
