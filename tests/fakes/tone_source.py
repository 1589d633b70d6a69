"""Sound that means something without being speech: every word is a level of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import numpy as np

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.audio.vad import SileroModel
from captioner.errors import AudioError

_STEP = 1 / 1024
"""A power of two: exact in float32, so that a word comes back as it went in."""

SHORTEST_WORD = FRAME_SAMPLES // 2
"""Fewer samples of a word than this are not heard."""


def silence(frames: int) -> Samples:
    """So many frames in which nobody speaks."""
    return np.zeros(frames * FRAME_SAMPLES, np.float32)


def spoken(word: int, frames: int) -> Samples:
    """So many frames of the word with this number, 1 to 1000."""
    return np.full(frames * FRAME_SAMPLES, word * _STEP, np.float32)


def heard(samples: Samples) -> str:
    """The words in the sound, as `w1 w2`; a word that follows on itself is one."""
    levels = np.round(samples / np.float32(_STEP)).astype(int)
    edges = np.flatnonzero(np.diff(levels)) + 1
    words = [int(run[0]) for run in np.split(levels, edges) if len(run) >= SHORTEST_WORD and run[0]]
    return " ".join(f"w{word}" for word in words)


class ToneDetector:
    """Hears a voice in every frame by the share of it that is not silent.

    Unrealistic: it has no memory, and no noise is ever a voice.
    """

    def __init__(self, watch: Callable[[], None] = lambda: None) -> None:
        """`watch` is called with every frame."""
        self.fails_with: Exception | None = None
        self._watch = watch

    def speech_probability(self, samples: Samples) -> float:
        self._watch()
        if self.fails_with is not None:
            raise self.fails_with
        return float(np.count_nonzero(samples)) / len(samples)

    def reset(self) -> None:
        """Nothing to forget."""


class ToneModel(SileroModel):
    """Stands where the voice detector's weights do, and hears as `ToneDetector` does."""

    def load(self) -> None:
        """Nothing to read."""

    def run(self, window: Any, h: Any, c: Any) -> tuple[float, Any, Any]:
        return float(np.count_nonzero(window[0, -FRAME_SAMPLES:])) / FRAME_SAMPLES, h, c


class ToneSource:
    """A microphone that yields the blocks it was given, then is lost if it was told to be.

    Unrealistic: blocks come as fast as they are read, and nothing is ever dropped.
    """

    def __init__(
        self,
        blocks: Iterable[Samples] = (),
        *,
        label: str = "Tone",
        opens_with: Exception | None = None,
        ends_with: Exception | None = None,
    ) -> None:
        self.label = label
        self.blocks_left = list(blocks)
        self.opens_with = opens_with
        self.ends_with = ends_with
        self.opened = 0
        self.closed = 0
        self.is_spent = asyncio.Event()
        """Set when all blocks are taken."""
        self.is_closed = asyncio.Event()

    async def open(self) -> None:
        if self.opens_with is not None:
            raise self.opens_with
        self.opened += 1

    async def blocks(self) -> AsyncIterator[Samples]:
        while self.blocks_left:
            yield self.blocks_left.pop(0)
        self.is_spent.set()
        if self.ends_with is not None:
            raise self.ends_with
        await self.is_closed.wait()

    async def close(self) -> None:
        self.closed += 1
        self.is_closed.set()


class TimedToneSource(ToneSource):
    """A microphone whose first sample was taken at `began_s` and whose crystal is perfect.

    Unrealistic: all its blocks are there at once, as if they had waited.
    """

    def __init__(self, blocks: Iterable[Samples], began_s: float) -> None:
        super().__init__(
            part
            for block in blocks
            for part in np.split(block, range(FRAME_SAMPLES, len(block), FRAME_SAMPLES))
        )
        self.arrived_at_s = began_s
        self.lost_s = 0.0

    async def blocks(self) -> AsyncIterator[Samples]:
        async for block in super().blocks():
            self.arrived_at_s += len(block) / SAMPLE_RATE
            yield block


def unplugged() -> AudioError:
    """What a source raises when its device has vanished."""
    return AudioError("device_lost", "The microphone was unplugged: plug it in again.")
