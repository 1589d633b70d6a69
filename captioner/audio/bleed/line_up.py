"""Frames of all channels, put side by side by the time at which they were said."""

from collections.abc import Mapping
from dataclasses import dataclass

from captioner.audio.bleed.owners import Heard
from captioner.domain import ChannelId

PATIENCE_FRAMES = 31
"""A channel that falls further behind the others than 1 s is waited for no longer: their captions
would be late. A loop that was busy for less hands in the blocks of one channel after another."""

NEAR_FRAMES = 16
"""A channel that is at most 0.5 s behind again is waited for again."""


@dataclass(frozen=True, slots=True)
class Row:
    """One frame of every channel that had it in time."""

    frame: int
    """Counted from the meeting's first sample."""
    heard: Mapping[ChannelId, Heard]


class LineUp:
    """Waits for the slowest channel, within reason. Bounded by PATIENCE_FRAMES rows and one.

    A channel that stops delivering costs the others 1 s once, not for as long as it is away.
    """

    def __init__(self) -> None:
        self._newest: dict[ChannelId, int] = {}
        """Of each channel that is waited for, the newest frame that came."""
        self._rows: dict[int, dict[ChannelId, Heard]] = {}
        self._late: set[ChannelId] = set()
        """Channels that are waited for no longer, until they are near again."""
        self._next = 0
        """No row before this one will be given out."""

    def open(self, channel: ChannelId, frame: int) -> None:
        """From `frame` on this channel is waited for."""
        self._newest[channel] = frame - 1
        self._late.discard(channel)

    def close(self, channel: ChannelId) -> list[Row]:
        """A channel is waited for no longer; the rows that only lacked it."""
        self._newest.pop(channel, None)
        return self._release()

    def drop(self, channel: ChannelId) -> None:
        """Forget a channel and what waits of it; nothing is given out for it."""
        self._newest.pop(channel, None)
        self._late.discard(channel)
        for row in self._rows.values():
            row.pop(channel, None)
        self._rows = {frame: row for frame, row in self._rows.items() if row}

    def accept(self, channel: ChannelId, frame: int, heard: Heard) -> list[Row]:
        """The next frame of a channel; the rows that are complete now, in order.

        A frame that comes after its row was given out is not in any row: ask before, see `is_late`.
        """
        self._newest[channel] = frame
        if frame >= self._next - NEAR_FRAMES:
            self._late.discard(channel)
        if frame >= self._next:
            self._rows.setdefault(frame, {})[channel] = heard
        return self._release()

    def is_late(self, frame: int) -> bool:
        """Whether the frame's row was given out before."""
        return frame < self._next

    @property
    def is_empty(self) -> bool:
        """Whether no channel is waited for."""
        return not self._newest

    def _release(self) -> list[Row]:
        if not self._rows:
            return []
        last = max(self._rows)
        self._late |= {
            channel for channel, newest in self._newest.items() if newest < last - PATIENCE_FRAMES
        }
        waited_for = self._newest.keys() - self._late
        ready = min((self._newest[channel] for channel in waited_for), default=last)
        rows = [Row(frame, self._rows.pop(frame)) for frame in sorted(self._rows) if frame <= ready]
        self._next = max(self._next, ready + 1)
        return rows
