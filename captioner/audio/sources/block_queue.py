"""Blocks on their way from a device's own thread to the loop."""

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Block = npt.NDArray[np.float32]
"""(frames, channels), -1 to 1, at the device's rate."""


@dataclass(frozen=True, slots=True, eq=False)
class ArrivedBlock:
    """A block with the moment at which the device handed it over."""

    samples: Block
    at_s: float


class BlockQueue:
    """Bounded; one thread puts, another takes, neither ever waits.

    When it is full the newest blocks are dropped and counted, and silence of the same length takes
    their place: a channel's clock is its samples, so none may be missing.
    """

    def __init__(self, most_blocks: int) -> None:
        self._blocks: deque[ArrivedBlock] = deque()
        self._most = most_blocks
        self._gap_frames = 0  # touched by the putting thread only
        self.dropped_frames = 0
        """Frames replaced by silence since the beginning."""

    def put(self, samples: Block, at_s: float) -> None:
        """Called from the device's thread; `samples` must stay as they are from now on."""
        if len(self._blocks) >= self._most:
            self._gap_frames += len(samples)
            self.dropped_frames += len(samples)
            return
        if self._gap_frames:
            silence = np.zeros((self._gap_frames, samples.shape[1]), np.float32)
            self._blocks.append(ArrivedBlock(silence, at_s))
            self._gap_frames = 0
        self._blocks.append(ArrivedBlock(samples, at_s))

    def take(self) -> ArrivedBlock | None:
        """The oldest block, or None where there is none."""
        return self._blocks.popleft() if self._blocks else None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to take."""
        return not self._blocks
