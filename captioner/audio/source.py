"""Where the frames of one channel come from."""

from collections.abc import AsyncIterator
from typing import Protocol

from captioner.audio.frame import Samples


class AudioSource(Protocol):
    """One microphone, or what stands in for one.

    `open` starts it, `blocks` yields its sound until `close`, each block mono float32 at 16 kHz of
    any length, in order and without gaps. A source that vanishes ends `blocks` by raising
    AudioError("device_lost"). Positions are counted by whoever reads: a source has no clock.
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
