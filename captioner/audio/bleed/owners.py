"""Whose voice it is: which speakers speak, frame by frame, from what all microphones hear.

A hidden Markov model over sets of speakers. What a set predicts comes from learnt profiles (how
loud each speaker is in each microphone), so gains do not matter once somebody has spoken for a
moment; until then the order in which microphones hear a voice names its speaker (lags.py). Frames
in which one speaker is sure, or in which a newcomer is clearly nearest, teach the profiles.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from captioner.audio.bleed.lags import Nearness, compare_lags
from captioner.audio.bleed.mixing import Explained, explain_frame
from captioner.audio.bleed.offsets import PairOffsets
from captioner.audio.bleed.profiles import YOUNG_FRAMES, Profiles
from captioner.audio.bleed.speaker_sets import SpeakerSets
from captioner.audio.bleed.spectrum import Numbers, Spectrum
from captioner.audio.frame import Samples
from captioner.domain import ChannelId

Flags = npt.NDArray[np.bool_]
"""One for each channel, shape (n,)."""

LOOK_FRAMES = 3
"""A frame is judged when the three after it are known: 0.1 s later."""

LAG_EVERY_FRAMES = 4
LAG_SNR = 4.0
"""Lags are compared every 0.13 s, where some microphone is at least 6 dB over its floor."""

SURE = 0.9
"""Probability of a speaker alone from which a frame teaches their profile."""

NEW_FRAMES = 30
"""A speaker with fewer frames than this also learns from lags alone."""

LAG_DOUBT = -3.0
"""A frame whose lags speak so much for somebody else teaches nothing."""

MISTAKEN_FRAMES = 30
"""About 1 s in which lags name another than the profiles do: the profile was somebody else's."""

HEARD_ONLY_HERE = 30.0
"""A voice 15 dB further over the floor of one microphone than of any other is its own speaker's. In
a headset no lag tells, and what is known of the others can contradict all that is heard."""

VOICED = 0.3
"""Probability of a voice in the own microphone under which nobody is learnt from."""

QUIET_DB = 6.0
QUIET_SLOPE_DB = 5.0
QUIETEST = 6.0
"""A speaker more than 6 dB under their usual level is unlikely, by a normal law of 5 dB, up to
six deviations."""

NEWCOMER_COSTS = 3.0
"""Log-likelihood in each frame of a pair with somebody who has not yet spoken alone."""

TWO_LAGS_COST = 0.3
"""Log-likelihood in each frame: of two who speak at once now one, now the other is heard first."""

VOICELESS_COSTS = 2.0
"""Log-likelihood in each frame of a speaker in whose microphone the detector hears no voice."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one microphone delivered for a frame."""

    samples: Samples
    voice: float
    """The detector's probability that a voice, anybody's, is in it."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who speaks in one frame."""

    frame: int
    owners: Mapping[ChannelId, float]
    """Probability that the channel's own speaker speaks, for every channel that was heard."""
    shares: Mapping[ChannelId, Numbers]
    """Of the power in each band, shape (BANDS,), what is not another speaker's, 0 to 1."""
    surplus_db: Mapping[ChannelId, float]
    """How much more a microphone hears than those who speak explain: a third voice, or one that
    no other microphone hears."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A frame that still waits for what comes after it."""

    frame: int
    channels: tuple[ChannelId, ...]
    forward: Numbers
    likelihoods: Numbers
    explained: Explained
    powers: Numbers
    floors: Numbers
    voices: Numbers
    nearness: Nearness


class VoiceOwners:
    """Judges all channels of a room together; `accept` takes one frame of each at a time.

    A channel that is missing from a frame is left out of it: its speaker does not speak then.
    """

    def __init__(self) -> None:
        self._channels: list[ChannelId] = []
        self._inexact: set[ChannelId] = set()
        self._spectra: list[Spectrum] = []
        self._profiles = Profiles()
        self._offsets = PairOffsets()
        self._mistaken = np.zeros(0)
        """Frames in which a speaker seemed sure and the lags clearly named another."""
        self._sets = SpeakerSets(0)
        self._forward = np.zeros(1)
        self._waiting: deque[_Seen] = deque()
        self._nearness = Nearness(np.zeros(0), None)

    def begin(self, channel: ChannelId, *, is_exact: bool) -> None:
        """A channel's sound begins, or begins anew. Exact: it shares a clock with the others."""
        if is_exact:
            self._inexact.discard(channel)
        else:
            self._inexact.add(channel)
        if channel in self._channels:
            self._offsets.restart(self._channels.index(channel), is_exact=is_exact)

    def accept(self, frame: int, heard: Mapping[ChannelId, Heard]) -> list[Ownership]:
        """The next frame of the channels in `heard`; says whose voice was in an earlier one."""
        new = [channel for channel in heard if channel not in self._channels]
        done = self.flush() if new else []
        self._add(new)
        present = np.array([channel in heard for channel in self._channels])
        delays = self._offsets.delays()
        for channel, spectrum, delay in zip(self._channels, self._spectra, delays, strict=True):
            if channel in heard:
                spectrum.accept(heard[channel].samples, int(delay))
        self._look(frame, heard, present)
        if len(self._waiting) > LOOK_FRAMES:
            done.append(self._judge())
        return done

    def flush(self) -> list[Ownership]:
        """Judge what still waits: no more frames will come."""
        return [self._judge() for _ in range(len(self._waiting))]

    def _add(self, channels: Sequence[ChannelId]) -> None:
        """Take in channels that were never heard before."""
        for channel in channels:
            self._channels.append(channel)
            self._spectra.append(Spectrum())
            self._profiles.add()
            self._offsets.add(is_exact=channel not in self._inexact)
            self._mistaken = np.append(self._mistaken, 0.0)
        if channels:
            self._sets = SpeakerSets(len(self._channels))
            self._forward = np.zeros(len(self._sets.counts))
            self._nearness = Nearness(np.zeros(len(self._channels)), None)

    def _look(self, frame: int, heard: Mapping[ChannelId, Heard], present: Flags) -> None:
        powers = np.stack([spectrum.powers for spectrum in self._spectra])
        floors = np.stack([spectrum.floor for spectrum in self._spectra])
        voices = np.array([heard[each].voice if each in heard else 0.0 for each in self._channels])
        if frame % LAG_EVERY_FRAMES == 0:
            self._nearness = self._compare(powers, floors, present)
        likelihoods, explained = self._weigh(powers, floors, voices, present)
        self._forward = self._sets.forward(self._forward) + likelihoods
        self._forward -= self._forward.max()
        seen = _Seen(
            frame,
            tuple(heard),
            self._forward,
            likelihoods,
            explained,
            powers,
            floors,
            voices,
            self._nearness,
        )
        self._waiting.append(seen)

    def _compare(self, powers: Numbers, floors: Numbers, present: Flags) -> Nearness:
        """Lags of the channels that are there; nothing said where it is quiet."""
        size = len(self._channels)
        there = np.flatnonzero(present)
        loud = (powers.sum(1) / floors.sum(1))[there]
        if len(there) < 2 or loud.max() < LAG_SNR:
            return Nearness(np.zeros(size), None)
        steps = self._offsets.offsets[np.ix_(there, there)]
        found = compare_lags([self._spectra[each].sound for each in there], steps)
        self._offsets.accept(there, found.peaks)
        scores = np.zeros(size)
        scores[there] = found.scores
        return Nearness(scores, None if found.nearest is None else int(there[found.nearest]))

    def _weigh(
        self, powers: Numbers, floors: Numbers, voices: Numbers, present: Flags
    ) -> tuple[Numbers, Explained]:
        """Log-likelihood of every set in this frame, shape (sets,), and what it explains."""
        sets, members = self._sets, self._sets.members
        ratios, spread_db = self._profiles.attenuations()
        if not present.all():  # a microphone that is not heard says nothing for or against
            powers = np.where(present[:, None], powers, floors)
            ratios = np.where(present[None, :, None], ratios, 1e-9)
        explained = explain_frame(powers, floors, ratios, spread_db, members)
        under_db = self._profiles.usual_levels_db() - QUIET_DB - explained.levels_db
        under = np.clip(under_db / QUIET_SLOPE_DB, 0.0, QUIETEST)
        young = 1 / (1 + self._profiles.frames / YOUNG_FRAMES)
        absent = members @ (~present).astype(np.float64)
        lags = np.where(members > 0, self._nearness.scores[None], -np.inf).max(1, initial=-np.inf)
        weighed: Numbers = (
            explained.likelihoods
            - (members * under**2).sum(1) / 2
            - NEWCOMER_COSTS * sets.is_pair * (members @ young)
            - VOICELESS_COSTS * (members @ (1 - voices))
            - 1e6 * absent
            - TWO_LAGS_COST * sets.is_pair
            + np.where(sets.counts > 0, lags, 0.0)
        )
        return weighed, explained

    def _judge(self) -> Ownership:
        """The oldest frame that waits, with all that is known of what came after it."""
        after = np.zeros(len(self._sets.counts))
        first, *later = self._waiting
        for seen in reversed(later):
            after = self._sets.backward(after + seen.likelihoods)
        self._waiting.popleft()
        posterior = np.exp(first.forward + after - (first.forward + after).max())
        posterior /= posterior.sum()
        nearness = later[LOOK_FRAMES - 2].nearness if len(later) >= LOOK_FRAMES else first.nearness
        self._learn(first, posterior, nearness)
        owners = posterior @ self._sets.members
        shares = np.einsum("bsn,s->nb", first.explained.shares, posterior)
        surplus_db = posterior @ first.explained.surplus_db
        index = {channel: at for at, channel in enumerate(self._channels)}
        return Ownership(
            first.frame,
            {channel: float(owners[index[channel]]) for channel in first.channels},
            {channel: shares[index[channel]] for channel in first.channels},
            {channel: float(surplus_db[index[channel]]) for channel in first.channels},
        )

    def _learn(self, seen: _Seen, posterior: Numbers, nearness: Nearness) -> None:
        size = len(self._channels)
        singles = posterior[1 : 1 + size]
        for speaker in range(size):
            self._doubt(speaker, singles[speaker] >= SURE, nearness.nearest)
            is_new = self._profiles.frames[speaker] < NEW_FRAMES
            by_lag = is_new and nearness.nearest == speaker and posterior[0] < 0.5
            by_itself = (
                is_new and nearness.nearest in (None, speaker) and _heard_only_by(seen, speaker)
            )
            if singles[speaker] < SURE and not by_lag and not by_itself:
                continue
            own, floor = seen.powers[speaker].sum(), seen.floors[speaker].sum()
            is_clear = own > LAG_SNR * floor and seen.voices[speaker] >= VOICED
            if is_clear and nearness.scores[speaker] >= LAG_DOUBT:
                above = np.maximum(seen.powers - seen.floors, 1e-3 * seen.floors)
                self._profiles.learn(speaker, above)

    def _doubt(self, speaker: int, is_sure: bool, nearest: int | None) -> None:
        """Forget a profile that was learnt from somebody else's voice."""
        if not is_sure or nearest is None:
            return
        step = 1.0 if nearest != speaker else -1.0
        self._mistaken[speaker] = max(0.0, self._mistaken[speaker] + step)
        if self._mistaken[speaker] >= MISTAKEN_FRAMES:
            self._mistaken[speaker] = 0.0
            self._profiles.forget(speaker)


def _heard_only_by(seen: _Seen, speaker: int) -> bool:
    """Whether a sound stands out in one microphone alone; never while some other is away."""
    over_floor = seen.powers.sum(1) / seen.floors.sum(1)
    others = np.delete(over_floor, speaker).max(initial=1.0)
    return len(seen.channels) == len(over_floor) and bool(
        over_floor[speaker] > HEARD_ONLY_HERE * others
    )
