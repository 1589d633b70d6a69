"""Where every channel's sound gets its place on the meeting's clock."""

from dataclasses import dataclass

import numpy as np

from captioner.audio.aligner import Aligner
from captioner.audio.frame import (
    FRAME_SAMPLES,
    Samples,
    samples_to_seconds,
    seconds_to_samples,
)
from captioner.clock import MeetingClock
from captioner.domain import ChannelId, Decision, SamplePos

START = SamplePos(0)

LOST = "lost"
"""Reason of a gap: the device or the way from it lost samples."""

AWAY = "away"
"""Reason of a gap: nothing came from the channel for so long that it was given up."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Sound of a channel in its place."""

    samples: Samples
    start: SamplePos
    """Position of the first of them."""
    is_new: bool = False
    """It does not follow on what came before: the channel begins here, or is back."""
    gaps: tuple[Decision, ...] = ()
    """What never came, of what has been silence or nothing up to here."""


@dataclass(slots=True)
class _Entrance:
    """One channel's way in."""

    end: SamplePos
    """Position after what has been placed: nothing more can come before it."""
    aligner: Aligner | None = None
    origin: int = 0
    """Position of the aligner's first sample."""
    is_begun: bool = False
    """Whether the next sound follows on the last."""
    was_here: bool = False
    gap_samples: int = 0


class Intake:
    """The channels of one meeting; starts the meeting's clock with the first sound of all.

    Sound with an arrival comes from a device with a clock of its own: it is aligned. Sound without
    one is aligned by contract, and its time is the count of its samples. Numbered sound never lost
    anything unseen, however late it comes. Used from one thread.
    """

    def __init__(self, clock: MeetingClock) -> None:
        self._clock = clock
        self._entrances: dict[ChannelId, _Entrance] = {}

    def open(self, channel: ChannelId, start: SamplePos) -> None:
        """The channel's first sample stands at `start`, whenever it comes."""
        self._entrances[channel] = _Entrance(end=start, is_begun=True, was_here=True)

    def accept(
        self,
        channel: ChannelId,
        samples: Samples,
        arrived_s: float | None,
        *,
        is_numbered: bool = False,
    ) -> Placed:
        """Take a channel's next sound, mono 16 kHz; return what has its place now, maybe nothing.

        `arrived_s`: when its last sample came, on the steady clock that the meeting's clock reads.
        `is_numbered`: see NumberedSource.
        """
        entrance = self._entrances.setdefault(channel, _Entrance(START))
        if arrived_s is None:
            return self._count(channel, entrance, samples)
        if entrance.aligner is None:
            entrance.aligner = Aligner(is_numbered=is_numbered)
        sound = entrance.aligner.accept(samples, arrived_s)
        return self._place(channel, entrance, entrance.aligner, sound)

    def leave(self, channel: ChannelId) -> Placed:
        """The channel's sound ends: what was held back of it.

        If it comes back it begins anew, after a gap that lasts as long as it was away.
        """
        entrance = self._entrances.setdefault(channel, _Entrance(START))
        placed = Placed(np.zeros(0, np.float32), entrance.end)
        if (aligner := entrance.aligner) is not None:
            placed = self._place(channel, entrance, aligner, aligner.flush())
        if entrance.is_begun:  # its last frame is filled up with silence
            entrance.end = SamplePos((entrance.end // FRAME_SAMPLES + 2) * FRAME_SAMPLES)
        entrance.aligner, entrance.is_begun = None, False
        return placed

    def gap_s(self, channel: ChannelId) -> float:
        """Seconds of a channel's sound that never came, those among them that it was away."""
        entrance = self._entrances.get(channel)
        return 0.0 if entrance is None else samples_to_seconds(entrance.gap_samples)

    def drift_ppm(self, channel: ChannelId) -> float:
        """How fast the channel's device is, in millionths; 0 where that is not known."""
        entrance = self._entrances.get(channel)
        if entrance is None or entrance.aligner is None:
            return 0.0
        return entrance.aligner.drift_ppm

    def _count(self, channel: ChannelId, entrance: _Entrance, samples: Samples) -> Placed:
        """Place sound by the number of its samples alone."""
        if not self._clock.is_running:
            self._clock.start(samples_to_seconds(len(samples)))
        is_new = not entrance.is_begun
        gaps: tuple[Decision, ...] = ()
        if is_new:
            began = seconds_to_samples(self._clock.now_s()) - len(samples)
            gaps = self._begin(channel, entrance, max(began, entrance.end))
        return _placed(entrance, samples, is_new, gaps)

    def _place(
        self, channel: ChannelId, entrance: _Entrance, aligner: Aligner, sound: Samples
    ) -> Placed:
        """Place sound that its aligner gave."""
        is_new = not entrance.is_begun
        gaps: tuple[Decision, ...] = ()
        if is_new and len(sound):
            if not self._clock.is_running:
                self._clock.start_at(aligner.start_s)
            entrance.origin = seconds_to_samples(self._clock.at_s(aligner.start_s))
            began = entrance.origin + aligner.given - len(sound)
            # What was heard before the meeting's first sample is none of the meeting's.
            early = max(0, entrance.end - began)
            sound, began = sound[early:], began + early
        if not len(sound):
            return Placed(sound, entrance.end)
        if is_new:
            # Frames of every device begin at whole frames, so that two channels can be compared.
            before = began % FRAME_SAMPLES
            sound = np.concatenate((np.zeros(before, np.float32), sound))
            gaps = self._begin(channel, entrance, began - before)
        for gap in aligner.take_gaps():
            start = entrance.origin + gap.start
            gaps += (_told(channel, entrance, start, start + gap.length, LOST),)
        return _placed(entrance, sound, is_new, gaps)

    def _begin(self, channel: ChannelId, entrance: _Entrance, start: int) -> tuple[Decision, ...]:
        """The next sound stands at `start`; says what is missing before it."""
        gaps: tuple[Decision, ...] = ()
        if entrance.was_here:
            gaps = (_told(channel, entrance, entrance.end, start, AWAY),)
        entrance.end, entrance.is_begun, entrance.was_here = SamplePos(start), True, True
        return gaps


def _placed(
    entrance: _Entrance, sound: Samples, is_new: bool, gaps: tuple[Decision, ...]
) -> Placed:
    start = entrance.end
    entrance.end = SamplePos(start + len(sound))
    return Placed(sound, start, is_new, gaps)


def _told(channel: ChannelId, entrance: _Entrance, start: int, end: int, reason: str) -> Decision:
    entrance.gap_samples += end - start
    return Decision("gap", "sound", channel, SamplePos(start), SamplePos(end), reason)
