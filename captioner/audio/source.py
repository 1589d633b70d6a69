"""Where the frames of one channel come from."""

from collections.abc import AsyncIterator
from typing import Protocol, runtime_checkable

from captioner.audio.frame import Samples


class AudioSource(Protocol):
    """One microphone, or what stands in for one.

    `open` starts it, `blocks` yields its sound until `close`, each block mono float32 at 16 kHz of
    any length, in order. A source that vanishes ends `blocks` by raising
    AudioError("device_lost"). Positions are counted by whoever reads.
    """

    @property
    def label(self) -> str:
        """What a host calls it: the device's name or the file's."""

    async def open(self) -> None:
        """Start listening. Raises AudioError."""

    def blocks(self) -> AsyncIterator[Samples]:
        """The sound as it comes. Raises AudioError when the source is lost."""

    async def close(self) -> None:
        """Stop listening; may be called twice."""


@runtime_checkable
class TimedSource(Protocol):
    """A source whose samples are counted by a clock of its own, so that its channel drifts.

    One without this is aligned by contract: its time is the count of its samples.
    """

    arrived_at_s: float
    """When the last sample of the newest of `blocks` came, on the machine's steady clock."""
    lost_s: float
    """Seconds of its sound so far that silence stands for, since nobody took them in time."""


@runtime_checkable
class NumberedSource(TimedSource, Protocol):
    """A timed source whose samples are numbered by what took them, so that none is lost unseen.

    They may come late by many seconds, all of them, and in bursts.
    """

    recording: int
    """Counts its recordings: that of the newest of `blocks`. Another one begins anew, at the place
    that its arrivals say."""
