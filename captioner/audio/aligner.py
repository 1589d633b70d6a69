"""One microphone on a steady clock: drift smoothed away, losses filled with silence."""

from dataclasses import dataclass

import numpy as np

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.audio.sample_clock import SampleClock
from captioner.audio.stretch import REACH, stretch

MOST_CORRECTION = 4
"""Samples that 512 are stretched or shortened by at most: 0.8 %, a seventh of a semitone."""

TOLERATED_SAMPLES = 8
"""0.5 ms: below this nothing is corrected."""

GENTLENESS = 64
"""An error of so many samples is corrected by one in each 512."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Silence where sound was lost."""

    start: int
    """Samples that came before it since the first."""
    length: int


class Aligner:
    """Takes blocks with their arrivals, gives sound of which sample n lies n / 16000 s behind the
    first, on the clock of the arrivals, to within some milliseconds.

    Sound is held back for a quarter of a second at the start, and for about a second where it is
    not clear yet whether something is late or lost; what was late leaves at once when the rest has
    come. Nothing that came is dropped. Used from one thread.

    Numbered: see SampleClock; half a second is held back at the start, and nothing after it.
    """

    def __init__(self, *, is_numbered: bool = False) -> None:
        self._clock = SampleClock(is_numbered=is_numbered)
        self._held: list[Samples] = []
        self._before: Samples = np.zeros(REACH, np.float32)
        """What left last: neighbours for what is stretched next."""
        self._rest: Samples = np.zeros(0, np.float32)
        self._start = 0.0
        self._taken = 0
        """Samples of the device that have left, gaps among them."""
        self.given = 0
        """Samples that have left."""
        self._gaps: list[Gap] = []

    @property
    def start_s(self) -> float:
        """When the first sample was taken, on the arrivals' clock; known once any has left."""
        return self._start / SAMPLE_RATE

    @property
    def drift_ppm(self) -> float:
        """How fast the device's clock is, in millionths; 0 in the first minute."""
        return -1e6 * self._clock.rate_error

    def accept(self, samples: Samples, arrived_s: float) -> Samples:
        """Take the next block, whose last sample came at `arrived_s`; return what is in place."""
        arrival = self._clock.accept(len(samples), arrived_s * SAMPLE_RATE)
        self._held.append(samples)
        if arrival.is_held:
            return np.zeros(0, np.float32)
        self._release(arrival.gap_samples)
        return self._placed()

    def flush(self) -> Samples:
        """All that is still here; the device sends no more."""
        if not self._clock.count:
            return np.zeros(0, np.float32)
        self._release(0)
        sound = self._placed()
        self.given += len(self._rest)
        self._taken += len(self._rest)
        rest, self._rest = self._rest, np.zeros(0, np.float32)
        return np.concatenate((sound, rest))

    def take_gaps(self) -> list[Gap]:
        """The gaps that were found since the last call."""
        gaps, self._gaps = self._gaps, []
        return gaps

    def _release(self, gap_samples: int) -> None:
        if gap_samples:
            self._gaps.append(Gap(self.given + len(self._rest), gap_samples))
        if not self.given:
            self._start = self._clock.lateness_at(0)
        silence = np.zeros(gap_samples, np.float32)
        self._rest = np.concatenate((self._rest, silence, *self._held))
        self._held.clear()

    def _placed(self) -> Samples:
        """As much of the rest as makes whole frames."""
        frames: list[Samples] = []
        at = 0
        while True:
            correction = self._correction()
            needed = FRAME_SAMPLES - correction
            reach = REACH if correction else 0
            if len(self._rest) < at + needed + reach:
                break
            sound = self._rest[at : at + needed]
            if correction:
                after = self._rest[at + needed : at + needed + reach]
                run = np.concatenate((self._before, sound, after))
                self._before = sound[-REACH:]
                sound = stretch(run, FRAME_SAMPLES)
            else:
                self._before = sound[-REACH:]
            frames.append(sound)
            at += needed
            self._taken += needed
            self.given += FRAME_SAMPLES
        self._rest = self._rest[at:].copy()
        return np.concatenate(frames) if frames else np.zeros(0, np.float32)

    def _correction(self) -> int:
        """Samples that the next frame is to be longer than what it is made of."""
        wanted = self._taken + self._clock.lateness_at(self._taken)
        error = wanted - (self._start + self.given)
        if abs(error) < TOLERATED_SAMPLES:
            return 0
        size = min(MOST_CORRECTION, max(1, round(abs(error) / GENTLENESS)))
        return size if error > 0 else -size
