"""The last seconds of one channel, by position."""

import numpy as np

from captioner.audio.frame import Samples
from captioner.domain import SamplePos


class SampleRing:
    """A bounded run of samples; the oldest make room for the newest.

    `start` is the position of the first sample it will be given. What falls out is counted in
    `dropped` only when somebody asks for it: a reader that comes too late is told.
    """

    def __init__(self, capacity: int, start: SamplePos) -> None:
        self._buffer = np.zeros(capacity, np.float32)
        self._first = start
        self._end = start
        self.dropped = 0
        """Samples that were asked for after they had made room."""

    @property
    def end(self) -> SamplePos:
        """Position after the newest sample."""
        return self._end

    @property
    def start(self) -> SamplePos:
        """Position of the oldest sample still here."""
        return SamplePos(max(self._first, self._end - len(self._buffer)))

    def append(self, samples: Samples) -> None:
        """Add the next samples, at most a capacity's worth."""
        size = len(self._buffer)
        at = self._end % size
        head = min(len(samples), size - at)
        self._buffer[at : at + head] = samples[:head]
        self._buffer[: len(samples) - head] = samples[head:]
        self._end = SamplePos(self._end + len(samples))

    def read(self, start: SamplePos, end: SamplePos) -> Samples:
        """A copy of what is still here of [start, end)."""
        begin = max(start, self.start)
        if start >= self._first:
            self.dropped += max(0, min(begin, end) - start)
        stop = min(end, self._end)
        if stop <= begin:
            return np.zeros(0, np.float32)
        places = np.arange(begin, stop) % len(self._buffer)
        return self._buffer[places]
