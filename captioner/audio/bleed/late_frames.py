"""Frames that a channel brings when the others' have been judged: whose voice is in them?"""

from dataclasses import replace

import numpy as np

from captioner.audio.bleed.profiles import Profiles
from captioner.audio.bleed.second_look import Seen
from captioner.audio.bleed.speaker_sets import SpeakerSets
from captioner.audio.bleed.spectrum import Numbers, Spectrum
from captioner.audio.bleed.weighing import HeardFrame, weigh_sets
from captioner.domain import ChannelId

KEPT_FRAMES = 406
"""13 s: a phone brings up to 10 s that it kept through a cut, some time after the cut's end."""


class LateFrames:
    """What was heard in the last seconds, so that a late channel can be added to it.

    Bounded by KEPT_FRAMES. A late frame teaches nothing, and changes nothing of what was said of
    the others; the next late channel is added to what this one heard.
    """

    def __init__(self) -> None:
        self._heard: dict[int, HeardFrame] = {}
        self._chains: dict[ChannelId, tuple[int, Numbers]] = {}
        """Of each channel its newest late frame, and the log-probability of every set after it."""

    def keep(self, heard: HeardFrame) -> None:
        """One more frame of the channels that were in time."""
        self._heard[heard.frame] = heard
        while len(self._heard) > KEPT_FRAMES:
            del self._heard[next(iter(self._heard))]

    def restart(self) -> None:
        """Channels came: earlier frames can't be compared."""
        self._heard.clear()
        self._chains.clear()

    def add(
        self, frame: int, channel: ChannelId, row: int, spectrum: Spectrum, voice: float
    ) -> HeardFrame | None:
        """The frame with what `channel`, a `row` of its arrays, heard; None: it is not kept."""
        known = self._heard.get(frame)
        if known is None:
            return None
        heard = replace(
            known,
            channels=(*known.channels, channel),
            present=_with(known.present, row, np.float64(1.0)),
            powers=_with(known.powers, row, spectrum.powers),
            floors=_with(known.floors, row, spectrum.floor),
            voices=_with(known.voices, row, np.float64(voice)),
        )
        self._heard[frame] = heard
        return heard

    def judge(
        self, channel: ChannelId, heard: HeardFrame, sets: SpeakerSets, profiles: Profiles
    ) -> Seen:
        """The frame, with what is known now and with the channel's late frames before it."""
        number, forward = self._chains.get(channel, (-1, np.zeros(0)))
        if number != heard.frame - 1:
            forward = np.zeros(len(sets.counts))
        likelihoods, explained = weigh_sets(sets, profiles, heard)
        forward = sets.forward(forward) + likelihoods
        forward -= forward.max()
        self._chains[channel] = heard.frame, forward
        return Seen(heard, forward, likelihoods, explained)


def _with(known: Numbers, row: int, heard: Numbers | np.float64) -> Numbers:
    changed = known.copy()
    changed[row] = heard
    return changed
