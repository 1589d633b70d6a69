"""Any sample rate to 16 kHz, block by block, without a seam between the blocks."""

import numpy as np
import soxr

from captioner.audio.frame import SAMPLE_RATE, Samples

LOWEST_RATE = 8_000
HIGHEST_RATE = 192_000


def is_usable_rate(rate: float) -> bool:
    """Whether sound of this rate can be brought to 16 kHz."""
    return LOWEST_RATE <= rate <= HIGHEST_RATE


class Resampler:
    """One channel's way from `rate` to 16 kHz; the filter's state is carried from block to block.

    The filter holds sound back: 40 ms at 44.1 and 48 kHz, 80 ms at 96 kHz, 120 ms at 8 kHz,
    nothing at 16 kHz. Nothing is shifted by that: sample n of the output lies at n / 16000 s.
    """

    def __init__(self, rate: float) -> None:
        if not is_usable_rate(rate):
            raise ValueError(f"rate must lie between {LOWEST_RATE} and {HIGHEST_RATE} Hz: {rate}")
        self._stream = None if rate == SAMPLE_RATE else soxr.ResampleStream(rate, SAMPLE_RATE, 1)

    @property
    def held_back_s(self) -> float:
        """Seconds of accepted sound that have not come out yet."""
        return 0.0 if self._stream is None else float(self._stream.delay()) / SAMPLE_RATE

    def accept(self, samples: Samples) -> Samples:
        """Take the next mono block; return what is ready of it, in -1 to 1, maybe nothing."""
        return self._converted(samples, is_last=False)

    def flush(self) -> Samples:
        """What the filter still held; nothing may be accepted afterwards."""
        return self._converted(np.zeros(0, np.float32), is_last=True)

    def _converted(self, samples: Samples, *, is_last: bool) -> Samples:
        # A single NaN would silence the filter and, behind it, the voice detector for good.
        sound = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
        if self._stream is not None:
            sound = self._stream.resample_chunk(sound.astype(np.float32, copy=False), is_last)
        clipped: Samples = np.clip(sound, -1.0, 1.0).astype(np.float32, copy=False)
        return clipped
