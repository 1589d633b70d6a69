"""A microphone whose crystal is off, whose blocks come in bursts, and which loses some."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from captioner.audio.frame import SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Delivery:
    """A block as it reaches the program."""

    first: int
    """Number of its first sample among all that the device took, lost ones too."""
    arrived_s: float
    lost_before: int
    """Samples that the device lost just before it."""


@dataclass
class DriftingDevice:
    """Blocks by true time; `truth_s` says when a sample was really taken.

    Unrealistic: the crystal's error never changes, and what is lost is whole blocks.
    """

    ppm: float
    random: Random
    block: int = 512
    per_burst: int = 2
    """Blocks that the driver hands over together."""
    jitter_s: float = 0.010
    """Mean of what comes on top, at random."""
    stalls_s: dict[float, float] = field(default_factory=dict)
    """When nothing comes for how long; all of it comes afterwards."""
    losses_s: dict[float, float] = field(default_factory=dict)
    """When sound is lost, and how much."""
    began_s: float = 1000.0
    latency_s: float = 0.0

    def truth_s(self, sample: float) -> float:
        return self.began_s + sample / (SAMPLE_RATE * (1 + self.ppm * 1e-6))

    def misbehave(self, length_s: float) -> "DriftingDevice":
        """Stall and lose sound at random, some twenty times an hour each."""
        for _ in range(max(2, round(length_s / 180))):
            at_s = self.random.uniform(20, length_s - 20)
            self.stalls_s[at_s] = self.random.choice([0.05, 0.1, 0.3, 1.0, 3.0])
            at_s = self.random.uniform(20, length_s - 20)
            self.losses_s[at_s] = self.random.choice([0.032, 0.064, 0.1, 0.2, 0.5, 1.0])
        return self

    def sample_at(self, moment_s: float) -> int:
        """Number of the sample that is taken so long after the device began."""
        return round(moment_s * SAMPLE_RATE * (1 + self.ppm * 1e-6))

    def deliveries(self, length_s: float) -> Iterator[Delivery]:
        stalls = sorted(self.stalls_s.items())
        losses = sorted(self.losses_s.items())
        total = int(length_s * SAMPLE_RATE)
        lost, latest_s, handed_s = 0, 0.0, 0.0
        for number, first in enumerate(range(0, total, self.block)):
            if number % self.per_burst == 0:
                end_s = self.truth_s(first + self.block * self.per_burst)
                handed_s = end_s + self.latency_s + self.random.expovariate(1 / self.jitter_s)
            at_s = first / SAMPLE_RATE
            while losses and at_s >= losses[0][0] + losses[0][1]:
                losses.pop(0)
            if losses and at_s >= losses[0][0]:
                lost += self.block
                continue
            while stalls and handed_s - self.began_s >= stalls[0][0] + stalls[0][1]:
                stalls.pop(0)
            if stalls and handed_s - self.began_s >= stalls[0][0]:
                handed_s = self.began_s + sum(stalls[0])
            latest_s = max(latest_s, handed_s)
            yield Delivery(first, latest_s, lost)
            lost = 0
