"""Frames of all channels, put side by side by the time at which they were said."""

from collections.abc import Mapping
from dataclasses import dataclass

from captioner.audio.bleed.owners import Heard
from captioner.domain import ChannelId

PATIENCE_FRAMES = 10
"""A channel that is further behind the others than 0.3 s is not waited for: captions of the others
would be late."""


@dataclass(frozen=True, slots=True)
class Row:
    """One frame of every channel that had it in time."""

    frame: int
    """Counted from the meeting's first sample."""
    heard: Mapping[ChannelId, Heard]


class LineUp:
    """Waits for the slowest channel, within reason. Bounded by PATIENCE_FRAMES rows."""

    def __init__(self) -> None:
        self._newest: dict[ChannelId, int] = {}
        """Of each channel that is waited for, the newest frame that came."""
        self._rows: dict[int, dict[ChannelId, Heard]] = {}
        self._next = 0
        """No row before this one will be given out."""

    def open(self, channel: ChannelId, frame: int) -> None:
        """From `frame` on this channel is waited for."""
        self._newest[channel] = frame - 1

    def close(self, channel: ChannelId) -> list[Row]:
        """A channel is waited for no longer; the rows that only lacked it."""
        self._newest.pop(channel, None)
        return self._release()

    def accept(self, channel: ChannelId, frame: int, heard: Heard) -> list[Row]:
        """The next frame of a channel; the rows that are complete now, in order.

        A frame that comes after its row was given out is not in any row.
        """
        self._newest[channel] = frame
        if frame >= self._next:
            self._rows.setdefault(frame, {})[channel] = heard
        return self._release()

    @property
    def is_empty(self) -> bool:
        """Whether no channel is waited for."""
        return not self._newest

    def _release(self) -> list[Row]:
        if not self._rows:
            return []
        last = max(self._rows)
        ready = min(self._newest.values(), default=last)
        ready = max(ready, last - PATIENCE_FRAMES)
        rows = [Row(frame, self._rows.pop(frame)) for frame in sorted(self._rows) if frame <= ready]
        self._next = max(self._next, ready + 1)
        return rows
