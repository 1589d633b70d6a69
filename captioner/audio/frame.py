"""The unit of sound inside the program, and the only unit maths of the project."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from captioner.domain import SamplePos

SAMPLE_RATE = 16_000
"""Samples a second, everywhere behind the sources."""

FRAME_SAMPLES = 512
"""32 ms: what the voice detector takes at a time."""

Samples = npt.NDArray[np.float32]
"""Mono sound, shape (n,), -1 to 1, 16 kHz."""


@dataclass(frozen=True, slots=True, eq=False)
class AudioFrame:
    """32 ms of one channel with its place on the meeting's clock."""

    start: SamplePos
    """Position of its first sample."""
    samples: Samples
    """Exactly FRAME_SAMPLES of them."""

    @property
    def end(self) -> SamplePos:
        """Position after its last sample."""
        return SamplePos(self.start + len(self.samples))


def seconds_to_samples(seconds: float) -> int:
    """The nearest whole number of samples."""
    return round(seconds * SAMPLE_RATE)


def samples_to_seconds(samples: int) -> float:
    """Seconds that this many samples last."""
    return samples / SAMPLE_RATE


def mix_to_mono(block: npt.NDArray[np.float32]) -> Samples:
    """Mean over the columns of a (frames, channels) block; a 1-d block is returned as it is."""
    if block.ndim == 1:
        return block
    if block.shape[1] == 1:
        return block[:, 0]
    mixed: Samples = block.mean(axis=1, dtype=np.float32)
    return mixed


class Framer:
    """Cuts a run of samples of any lengths into frames, counting samples from `start`."""

    def __init__(self, start: SamplePos) -> None:
        self._position = start
        self._rest: Samples = np.zeros(0, np.float32)

    def accept(self, samples: Samples) -> list[AudioFrame]:
        """Take the next samples; return the frames that are now whole, in order."""
        joined = np.concatenate((self._rest, samples)) if len(self._rest) else samples
        whole = len(joined) // FRAME_SAMPLES * FRAME_SAMPLES
        frames = []
        for offset in range(0, whole, FRAME_SAMPLES):
            chunk = np.ascontiguousarray(joined[offset : offset + FRAME_SAMPLES], np.float32)
            frames.append(AudioFrame(self._position, chunk))
            self._position = SamplePos(self._position + FRAME_SAMPLES)
        self._rest = joined[whole:].copy()
        return frames

    def flush(self) -> list[AudioFrame]:
        """The last, unfinished frame filled up with silence, if there is one."""
        if not len(self._rest):
            return []
        return self.accept(np.zeros(FRAME_SAMPLES - len(self._rest), np.float32))
