"""What a device's own count of samples says about time: its drift, its delays, and what it lost.

Arrivals can only be late, never early, so the lower envelope of (arrival - count) is the device's
true course; its slope is the device's rate error. What lies above the envelope and comes back to it
was late; what lies above and stays there has lost samples. Where whoever took them numbers them
nothing is lost unseen: what lies above was late, however long.
"""

import math
from collections import deque
from dataclasses import dataclass, field
from statistics import median

from captioner.audio.frame import SAMPLE_RATE

SETTLE_SAMPLES = SAMPLE_RATE // 4
"""Arrivals of so long are waited for before the first sample is given its place: the first block
alone may be late by a burst."""

MOST_SETTLING_SAMPLES = 2 * SAMPLE_RATE
"""Sound that is held back at most while settling, whatever the arrivals say."""

NUMBERED_SETTLE_SAMPLES = SAMPLE_RATE // 2
NUMBERED_ENVELOPE_SLICES = 30
"""The same for numbered samples, which come over a network: half a second is waited for at first,
and for half a minute everything may be late before it counts as the course."""

LATE_SAMPLES = SAMPLE_RATE // 25
"""40 ms: later than the envelope by more than this is late or lost, by less is jitter."""

LOST_AFTER_SAMPLES = SAMPLE_RATE
"""What has been late for a second of steady delivery and come no nearer was lost."""

STEADY_SAMPLES = SAMPLE_RATE // 4
"""Delivery is steady where blocks come at the pace of their samples; a driver may hand over so much
at once. Neither a stall nor the burst after it counts: while nothing comes, nothing is known."""

NEARER_SAMPLES = SAMPLE_RATE // 100
"""10 ms: late sound that comes nearer by this much is still on its way."""

RECENT_SAMPLES = SAMPLE_RATE // 4
RECENT_PARTS = 3
"""How much was lost is the least lateness of the last half to three quarters of a second."""

MOST_HELD_SAMPLES = 4 * SAMPLE_RATE
"""Late sound is held back no longer than this of steady delivery, even when it comes nearer."""

SLICE_SAMPLES = SAMPLE_RATE
"""The envelope is the minimum over the latest of these."""

ENVELOPE_SLICES = 5

MARK_SLICES = 10
"""Slices that give the fit of the rate one point."""

MOST_MARKS = 60
"""Ten minutes of points."""

FEWEST_MARKS = 6
"""Below this the rate is not known: in a minute, jitter of 5 ms looks like 80 ppm."""

HIGHEST_RATE_ERROR = 1e-3
"""Ten times what a bad crystal does."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is to be done with the sound since the last that was not held."""

    is_held: bool
    """Not known yet whether it is late or something is missing: wait with it."""
    gap_samples: int = 0
    """Samples that were lost just before it."""


@dataclass(frozen=True, slots=True)
class _Point:
    """A place on the device's course."""

    count: int
    lateness: float
    """Arrival less count, in samples."""


@dataclass(slots=True)
class _Lateness:
    """Sound that is late, until it has come nearer or is known to have lost something."""

    latest: float
    """When the newest block came."""
    pace: float = 0.0
    """Time that has passed and that no sample has been delivered for, up to STEADY_SAMPLES."""
    steady: float = 0.0
    """Steady delivery so far."""
    nearest: float = math.inf
    """How late it was when it had last come nearer by NEARER_SAMPLES."""
    steady_at_nearest: float = 0.0
    recent: deque[float] = field(default_factory=lambda: deque([math.inf], maxlen=RECENT_PARTS))
    """The least lateness in each of the latest parts of a quarter of a second."""
    part_end: float = RECENT_SAMPLES

    def accept(self, samples: int, late: float, arrival: float) -> None:
        self.pace = min(self.pace + arrival - self.latest, STEADY_SAMPLES)
        self.latest = arrival
        used = min(self.pace, samples)
        self.pace -= used
        self.steady += used
        if late <= self.nearest - NEARER_SAMPLES:
            self.nearest, self.steady_at_nearest = late, self.steady
        if self.steady > self.part_end:
            self.recent.append(math.inf)
            self.part_end = self.steady + RECENT_SAMPLES
        self.recent[-1] = min(self.recent[-1], late)

    @property
    def is_lost(self) -> bool:
        is_settled = self.steady - self.steady_at_nearest >= LOST_AFTER_SAMPLES
        return is_settled or self.steady >= MOST_HELD_SAMPLES

    @property
    def least(self) -> float:
        """How much is missing: the first to be late may only have been late, and the loss after."""
        return min(self.recent)


HELD = Arrival(is_held=True)
ON_TIME = Arrival(is_held=False)


class SampleClock:
    """One device's course, from the lengths and the arrivals of its blocks.

    Arrivals are samples at 16 kHz on any steady clock, of a block's last sample. A gap that it has
    told of counts as delivered: whoever asks fills it. Bounded: about 110 points are kept.
    Numbered: nothing is lost on the way, so nothing is held back once the start is known.
    """

    def __init__(self, *, is_numbered: bool = False) -> None:
        self._is_numbered = is_numbered
        self._settle_samples = NUMBERED_SETTLE_SAMPLES if is_numbered else SETTLE_SAMPLES
        slices = NUMBERED_ENVELOPE_SLICES if is_numbered else ENVELOPE_SLICES
        self.count = 0
        """Samples delivered so far, gaps among them."""
        self.rate_error = 0.0
        """Seconds that a second of its samples lasts too long; below 0: a device that is fast."""
        self._first_arrival: float | None = None
        self._is_settled = False
        self._lateness: _Lateness | None = None
        """Of the sound that is held."""
        self._slices: deque[_Point] = deque(maxlen=slices)
        self._lowest: _Point | None = None
        """The lowest of the slice that is going on."""
        self._slice_end = 0.0
        self._to_mark: list[_Point] = []
        self._marks: deque[_Point] = deque(maxlen=MOST_MARKS)

    def accept(self, samples: int, arrival: float) -> Arrival:
        """The next block has come. Known losses are blocks too: their silence is counted."""
        self.count += samples
        if self._first_arrival is None:
            self._first_arrival = arrival
            self._slice_end = arrival + SLICE_SAMPLES
        point = _Point(self.count, arrival - self.count)
        if not self._is_settled:
            self._note(point, arrival)
            waited = arrival - self._first_arrival
            self._is_settled = waited >= self._settle_samples or self.count > MOST_SETTLING_SAMPLES
            return ON_TIME if self._is_settled else HELD
        late = point.lateness - self.lateness_at(self.count)
        if late <= LATE_SAMPLES or self._is_numbered:
            self._lateness = None
            self._note(point, arrival)
            return ON_TIME
        if self._lateness is None:
            self._lateness = _Lateness(arrival)
        self._lateness.accept(samples, late, arrival)
        if not self._lateness.is_lost:
            return HELD
        gap = round(self._lateness.least)
        self.count += gap
        self._lateness = None
        return Arrival(is_held=False, gap_samples=gap)

    def lateness_at(self, count: int) -> float:
        """Arrival less count, in samples, of a sample that is not late at all."""
        points = self._slices if self._lowest is None else (*self._slices, self._lowest)
        return min(self._level(point) for point in points) + self.rate_error * count

    def _level(self, point: _Point) -> float:
        """The point's lateness less what drift explains."""
        return point.lateness - self.rate_error * point.count

    def _note(self, point: _Point, arrival: float) -> None:
        """A point that was not late: part of the envelope, maybe its lowest."""
        if self._lowest is not None and arrival >= self._slice_end:
            self._slices.append(self._lowest)
            self._mark(self._lowest)
            self._lowest = None
            self._slice_end = arrival + SLICE_SAMPLES
        if self._lowest is None or self._level(point) < self._level(self._lowest):
            self._lowest = point

    def _mark(self, lowest: _Point) -> None:
        self._to_mark.append(lowest)
        if len(self._to_mark) == MARK_SLICES:
            self._marks.append(min(self._to_mark, key=self._level))
            self._to_mark.clear()
            self._fit()

    def _fit(self) -> None:
        """The median slope between points a sixth of the time apart (after Theil, 1950).

        Far enough apart that jitter hardly counts, near enough that a step, from a loss too small
        to be told from jitter, lies between few of them.
        """
        marks = list(self._marks)
        if len(marks) < FEWEST_MARKS:
            return
        apart = len(marks) // FEWEST_MARKS
        slopes = [
            (later.lateness - earlier.lateness) / (later.count - earlier.count)
            for earlier, later in zip(marks, marks[apart:], strict=False)
        ]
        self.rate_error = max(-HIGHEST_RATE_ERROR, min(HIGHEST_RATE_ERROR, median(slopes)))
