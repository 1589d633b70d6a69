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


class MeetingClock:
    """Seconds since the first audio sample of a meeting; 0 until there is one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._zero_s: float | None = None

    @property
    def is_running(self) -> bool:
        """Whether the first sample has come."""
        return self._zero_s is not None

    def start(self, already_s: float = 0.0) -> None:
        """The first sample was taken `already_s` seconds ago."""
        self.start_at(self._clock.monotonic_s() - already_s)

    def start_at(self, moment_s: float) -> None:
        """The first sample was taken at this moment of the steady clock."""
        self._zero_s = moment_s

    def at_s(self, moment_s: float) -> float:
        """Seconds from then to a moment of the steady clock; 0 where there is no first sample."""
        return 0.0 if self._zero_s is None else moment_s - self._zero_s

    def now_s(self) -> float:
        """Seconds since then."""
        return self.at_s(self._clock.monotonic_s())
