"""Which voice in a microphone counts: its speaker's own, not one that another microphone owns."""

from collections.abc import Mapping
from dataclasses import dataclass

from captioner.audio.bleed.owners import Ownership
from captioner.audio.frame import FRAME_SAMPLES
from captioner.domain import ChannelId, SamplePos

OWNS = 0.5
"""Probability from which a speaker is taken to speak."""

SURE = 0.9
"""Probability from which it is enough that the detector hears the voice in anybody's microphone: in
an insensitive one it may hear none at 20 dB above the noise."""

ECHO_FRAMES = 6
"""In the last frame of somebody else and the five after it, 0.2 s, a voice that nobody owns is
their echo."""

SURPLUS_DB = 6.0
"""A microphone that hears so much more than all who are taken to speak explain hears its own
speaker: the third at once, or one whom no other microphone hears."""

SHARED_FRAMES = 3
"""A speaker who begins while another speaks is believed after 0.1 s: for a syllable, an echo is
sometimes taken for a second speaker. What was said before is decoded all the same."""

GOES_ON_FRAMES = 16
"""For 0.5 s after a speaker has spoken, no proof is asked for."""

VOICED = 0.5
"""What the detector must say of a frame for its being left out to be worth telling."""

SHORTEST_TOLD_FRAMES = 10
"""Bleed of less than 0.3 s is not told."""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A stretch of voice in a microphone that was somebody else's."""

    channel: ChannelId
    owner: ChannelId
    start: SamplePos
    end: SamplePos


class BleedGate:
    """Follows one channel. Only what somebody else owns is left out: a voice that nobody owns is
    let through, so that a speaker who is not yet known is not lost."""

    def __init__(self, channel: ChannelId) -> None:
        self._channel = channel
        self._others_left = 0
        """Frames for which an echo of somebody else may still be heard."""
        self._shared = 0.0
        """Frames in which the speaker spoke while another did; others count half against them."""
        self._goes_on = 0
        self._owner = channel
        self._start = 0
        self._frames = 0
        """Frames of a voice left out so far."""
        self.suppressed_frames = 0
        """Frames of voices left out since the beginning."""

    def decide(
        self, frame: int, voice: float, ownership: Ownership | None
    ) -> tuple[float, Suppressed | None]:
        """The probability of a voice that counts, and a stretch left out that ends here.

        `voice` is the detector's probability; without an ownership everything counts.
        """
        owners: Mapping[ChannelId, float] = {} if ownership is None else ownership.owners
        surplus_db = 0.0 if ownership is None else ownership.surplus_db.get(self._channel, 0.0)
        speaks = owners.get(self._channel, 0.0) >= OWNS or surplus_db >= SURPLUS_DB
        others = [each for each in owners if each != self._channel and owners[each] >= OWNS]
        self._others_left = ECHO_FRAMES if others else max(0, self._others_left - 1)
        if others:
            self._owner = max(others, key=owners.__getitem__)
        is_own = self._believe(speaks, bool(others))
        if is_own and ownership is not None and owners.get(self._channel, 0.0) >= SURE:
            voice = max(voice, ownership.voice)
        if is_own or not self._others_left:
            return voice, self._finish(frame)
        if voice >= VOICED:
            if not self._frames:
                self._start = frame
            self._frames += 1
            self.suppressed_frames += 1
        return 0.0, None

    def flush(self, frame: int) -> Suppressed | None:
        """The stretch that is being left out, if it is worth telling: no more sound will come."""
        return self._finish(frame)

    def _believe(self, speaks: bool, others_speak: bool) -> bool:
        self._shared = self._shared + 1 if speaks and others_speak else max(0.0, self._shared - 0.5)
        is_own = speaks and (not others_speak or self._goes_on > 0 or self._shared >= SHARED_FRAMES)
        self._goes_on = GOES_ON_FRAMES if is_own else max(0, self._goes_on - 1)
        return is_own

    def _finish(self, frame: int) -> Suppressed | None:
        frames, self._frames = self._frames, 0
        if frames < SHORTEST_TOLD_FRAMES:
            return None
        start, end = SamplePos(self._start * FRAME_SAMPLES), SamplePos(frame * FRAME_SAMPLES)
        return Suppressed(self._channel, self._owner, start, end)
