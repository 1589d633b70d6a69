"""The sound of a phone that comes and goes: what is new of it, and what is missing."""

from dataclasses import dataclass
from enum import StrEnum

LOST_AFTER_S = 3.0
"""Without sound for so long, the phone counts as lost: everybody is told."""

BUFFER_S = 10.0
"""What a phone keeps of its own sound until the server has it."""

FILL_AFTER_S = BUFFER_S + 2.0
"""Without sound for so long, silence takes its place: what the phone kept starts later than that,
so the silence is never in the way of it, and an utterance that was open gets its final."""

AHEAD_S = BUFFER_S + 5.0
"""A phone may catch up on what it kept; nobody speaks faster than time passes."""


class PhoneState(StrEnum):
    """How a phone stands to its channel."""

    WAITING = "waiting"
    """Nobody has connected yet."""
    CONNECTED = "connected"
    """Its sound arrives."""
    LOST = "lost"
    """Its sound arrived once and no longer does."""
    OFF = "off"
    """Whoever holds it has switched it off."""


@dataclass(frozen=True, slots=True)
class PhoneStart:
    """What a phone says of its sound before it sends any."""

    rate: int
    """Samples a second, mono."""
    run: str
    """Names one recording of one page: its samples are counted from 0."""
    at: int
    """Number of the first sample that follows, in that recording."""


class PhoneLine:
    """Counts the samples of one channel's phone over all its connections.

    What is sent again is dropped, what never came leaves a silence of its length. `now_s` is
    monotonic. Nothing here knows sound: it only counts it.
    """

    def __init__(self, now_s: float) -> None:
        self._start: PhoneStart | None = None
        self._pointer = 0
        self._next = 0
        self._edge_s = now_s  # moment to which the channel has sound of this recording
        self._covered_s = 0.0  # silence put in place of what has been missing since then
        self._heard_s = 0.0  # of this recording
        self._began_s = now_s
        self.has_sound = False
        """Whether sound has come from any phone."""

    @property
    def next(self) -> int:
        """Number of the first sample of the recording that has not come yet."""
        return self._next

    def is_same(self, start: PhoneStart) -> bool:
        """Whether `start` goes on with the recording that was heard last."""
        known = self._start
        return known is not None and (known.run, known.rate) == (start.run, start.rate)

    def begin(self, start: PhoneStart, now_s: float) -> float:
        """A connection begins; seconds of silence that belong before its sound.

        A gap inside a recording is as long as its numbers say, but no longer than time has passed.
        Another recording has its place from when its sound arrives.
        """
        silence_s = 0.0
        if self.is_same(start):
            passed_s = max(0.0, now_s - self._edge_s) if self.has_sound else 0.0
            gap_s = min(passed_s, max(0, start.at - self._next) / start.rate)
            silence_s = max(0.0, gap_s - self._covered_s)
            self._covered_s += silence_s
        else:
            self._next, self._heard_s = start.at, 0.0
            self._edge_s, self._covered_s, self._began_s = now_s, 0.0, now_s
        self._start, self._pointer = start, start.at
        return silence_s

    def accept(self, samples: int, now_s: float) -> int:
        """So many samples have come; how many of them, from the first, were heard before."""
        assert self._start is not None
        known = min(samples, max(0, self._next - self._pointer))
        self._pointer += samples
        self._next = max(self._next, self._pointer)
        self._heard_s += (samples - known) / self._start.rate
        if samples > known:  # what was known already brings the channel no further
            self._edge_s, self._covered_s, self.has_sound = now_s, 0.0, True
        return known

    def is_ahead(self, now_s: float) -> bool:
        """Whether more sound came than time has passed."""
        return self._heard_s > now_s - self._began_s + AHEAD_S

    def is_silent(self, now_s: float) -> bool:
        """Whether nothing has come for so long that people should know."""
        return now_s - self._edge_s >= LOST_AFTER_S

    def fill(self, now_s: float) -> float:
        """Seconds of silence that are due by now, each told once."""
        if not self.has_sound:
            return 0.0
        due_s = now_s - self._edge_s - FILL_AFTER_S - self._covered_s
        if due_s <= 0:
            return 0.0
        self._covered_s += due_s
        return due_s
