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
from captioner.audio.bleed.late_frames import LateFrames
from captioner.audio.bleed.offsets import PairOffsets
from captioner.audio.bleed.profiles import Profiles
from captioner.audio.bleed.second_look import SecondLook, Seen
from captioner.audio.bleed.speaker_sets import SpeakerSets
from captioner.audio.bleed.spectrum import Numbers, Spectrum
from captioner.audio.bleed.weighing import HeardFrame, weigh_sets
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

CONFIRMED_FRAMES = 90
"""After 3 s in which lags named who the profile names, the profile is right: if lags then say
something else for a second, the devices have moved against each other."""

HEARD_ONLY_HERE = 30.0
"""A voice 15 dB further over the floor of one microphone than of any other is its own speaker's. In
a headset no lag tells, and what is known of the others can contradict all that is heard."""

VOICED = 0.3
"""Probability of a voice in the own microphone under which nobody is learnt from."""


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
    voice: float = 0.0
    """The detector's largest probability in any microphone."""
    doubted: tuple[ChannelId, ...] = ()
    """Speakers of whom everything was forgotten just now: it was somebody else's voice."""


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
        self._confirmed = np.zeros(0)
        """Frames in which a speaker seemed sure and the lags agreed."""
        self._sets = SpeakerSets(0)
        self._forward = np.zeros(1)
        self._waiting: deque[Seen] = deque()
        self._second_look = SecondLook()
        self._late = LateFrames()
        self._doubted: list[ChannelId] = []
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

    def accept_late(self, frame: int, channel: ChannelId, heard: Heard) -> Ownership | None:
        """A frame that `channel` brings when `accept` has had it without; None: nobody can tell."""
        if channel not in self._channels:
            return None
        row = self._channels.index(channel)
        self._spectra[row].accept(heard.samples, int(self._offsets.delays()[row]))
        whole = self._late.add(frame, channel, row, self._spectra[row], heard.voice)
        if whole is None:
            return None
        seen = self._late.judge(channel, whole, self._sets, self._profiles)
        return self._conclude(seen, _normalised(seen.forward))

    def flush(self) -> list[Ownership]:
        """Judge what still waits: no more frames will come."""
        return [self._judge() for _ in range(len(self._waiting))]

    def look_again(self) -> list[Ownership]:
        """The last 3 s judged once more, oldest first, if somebody has become better known.

        Who begins while another speaks is known only once alone; then it shows when it was.
        """
        if not self._second_look.is_due(self._profiles.frames):
            return []
        self._doubted.clear()
        self._forward = np.zeros(len(self._sets.counts))
        judged = len(self._second_look.past)
        again = [self._see(each.heard) for each in (*self._second_look.past, *self._waiting)]
        self._waiting = deque(again[judged:])
        found: list[Ownership] = []
        after = np.zeros(len(self._sets.counts))
        for seen in reversed(again):
            found.append(self._conclude(seen, _normalised(seen.forward + after)))
            after = self._sets.backward(after + seen.likelihoods)
        return found[::-1][:judged]

    def _add(self, channels: Sequence[ChannelId]) -> None:
        """Take in channels that were never heard before."""
        for channel in channels:
            self._channels.append(channel)
            self._spectra.append(Spectrum())
            self._profiles.add()
            self._offsets.add(is_exact=channel not in self._inexact)
            self._mistaken = np.append(self._mistaken, 0.0)
            self._confirmed = np.append(self._confirmed, 0.0)
        if channels:
            self._sets = SpeakerSets(len(self._channels))
            self._forward = np.zeros(len(self._sets.counts))
            self._nearness = Nearness(np.zeros(len(self._channels)), None)
            self._second_look.restart(len(self._channels))
            self._late.restart()

    def _look(self, frame: int, heard: Mapping[ChannelId, Heard], present: Flags) -> None:
        powers = np.stack([spectrum.powers for spectrum in self._spectra])
        floors = np.stack([spectrum.floor for spectrum in self._spectra])
        voices = np.array([heard[each].voice if each in heard else 0.0 for each in self._channels])
        if frame % LAG_EVERY_FRAMES == 0:
            self._nearness = self._compare(powers, floors, present)
        there, channels = present.astype(np.float64), tuple(heard)
        seen = HeardFrame(frame, channels, there, powers, floors, voices, self._nearness)
        self._waiting.append(self._see(seen))
        self._late.keep(seen)

    def _see(self, heard: HeardFrame) -> Seen:
        """The next frame, with what is known now."""
        likelihoods, explained = weigh_sets(self._sets, self._profiles, heard)
        self._forward = self._sets.forward(self._forward) + likelihoods
        self._forward -= self._forward.max()
        return Seen(heard, self._forward, likelihoods, explained)

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

    def _judge(self) -> Ownership:
        """The oldest frame that waits, with all that is known of what came after it."""
        after = np.zeros(len(self._sets.counts))
        first, *later = self._waiting
        for seen in reversed(later):
            after = self._sets.backward(after + seen.likelihoods)
        self._waiting.popleft()
        self._second_look.keep(first)
        posterior = _normalised(first.forward + after)
        nearness = (
            later[LOOK_FRAMES - 2].heard.nearness
            if len(later) >= LOOK_FRAMES
            else first.heard.nearness
        )
        self._doubted.clear()
        self._learn(first, posterior, nearness)
        return self._conclude(first, posterior)

    def _conclude(self, seen: Seen, posterior: Numbers) -> Ownership:
        owners = posterior @ self._sets.members
        shares = np.einsum("bsn,s->nb", seen.explained.shares, posterior)
        surplus_db = posterior @ seen.explained.surplus_db
        index = {channel: at for at, channel in enumerate(self._channels)}
        return Ownership(
            seen.heard.frame,
            {channel: float(owners[index[channel]]) for channel in seen.heard.channels},
            {channel: shares[index[channel]] for channel in seen.heard.channels},
            {channel: float(surplus_db[index[channel]]) for channel in seen.heard.channels},
            float(seen.heard.voices.max(initial=0.0)),
            tuple(self._doubted),
        )

    def _learn(self, seen: Seen, posterior: Numbers, nearness: Nearness) -> None:
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
            own, floor = seen.heard.powers[speaker].sum(), seen.heard.floors[speaker].sum()
            is_clear = own > LAG_SNR * floor and seen.heard.voices[speaker] >= VOICED
            if is_clear and nearness.scores[speaker] >= LAG_DOUBT:
                above = np.maximum(seen.heard.powers - seen.heard.floors, 1e-3 * seen.heard.floors)
                self._profiles.learn(speaker, above, seen.heard.present)

    def _doubt(self, speaker: int, is_sure: bool, nearest: int | None) -> None:
        """Forget a profile that was learnt from somebody else's voice, or offsets that moved."""
        if not is_sure or nearest is None:
            return
        if nearest == speaker:
            self._mistaken[speaker] = max(0.0, self._mistaken[speaker] - 1.0)
            self._confirmed[speaker] += 1
            return
        self._mistaken[speaker] += 1
        if self._mistaken[speaker] < MISTAKEN_FRAMES:
            return
        self._mistaken[speaker] = 0.0
        if self._confirmed[speaker] >= CONFIRMED_FRAMES and self._offsets.shifted(speaker):
            self._confirmed[speaker] = 0.0  # a second time it is the profile
        else:
            self._profiles.forget(speaker)
            self._doubted.append(self._channels[speaker])


def _normalised(logarithms: Numbers) -> Numbers:
    chances = np.exp(logarithms - logarithms.max())
    found: Numbers = chances / chances.sum()
    return found


def _heard_only_by(seen: Seen, speaker: int) -> bool:
    """Whether a sound stands out in one microphone alone; never while some other is away."""
    over_floor = seen.heard.powers.sum(1) / seen.heard.floors.sum(1)
    others = np.delete(over_floor, speaker).max(initial=1.0)
    return len(seen.heard.channels) == len(over_floor) and bool(
        over_floor[speaker] > HEARD_ONLY_HERE * others
    )
