"""Other people's voices filtered out of one microphone with the help of the other microphones."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from captioner.audio.bleed.gate import OWNS
from captioner.audio.bleed.mask import BandGains, gains_of_bins
from captioner.audio.bleed.owners import SURE, Ownership
from captioner.audio.bleed.spatial import (
    Covariance,
    SpatialProfiles,
    Spectra,
    Weights,
    covariance_of,
)
from captioner.audio.bleed.spectrum import only_sound
from captioner.audio.frame import FRAME_SAMPLES, Samples
from captioner.audio.ring import SampleRing
from captioner.domain import ChannelId, SamplePos

WINDOW_FRAMES = 4
WINDOW_SAMPLES = WINDOW_FRAMES * FRAME_SAMPLES
"""128 ms: a filter as long as the first echoes. Of 64, 128 and 256 ms the best."""

BINS = WINDOW_SAMPLES // 2 + 1

CHANGED_FRAMES = 31
"""Microphones that come or go for longer than 1 s: all is learnt anew."""

FRESH_FRAMES = 8
"""A filter is made anew when so many more frames were learnt."""

LEAST_LEFT = 10**-1.2
"""-12 dB. In two simulated meetings less was left of 5 of the 6 segments that somebody else's voice
had opened (-6 dB of the other), and more of all 43 that were the speaker's own (-11 dB and up)."""

_WINDOW = np.sqrt(np.hanning(WINDOW_SAMPLES + 1)[:-1]).astype(np.float32)
_OVERLAPS = WINDOW_FRAMES / 2
"""What the squared windows add up to."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What to do with one window of a microphone."""

    others: tuple[int, ...]
    """Who speak besides and can be filtered out."""
    is_masked: bool
    """Whether the gains of the bands apply: somebody speaks who cannot be filtered out."""
    is_own: bool
    """Whether the own speaker speaks."""


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """What is left of a stretch of one microphone without the voices of others."""

    samples: Samples
    left: float = 1.0
    """Of the power that was heard."""

    @property
    def is_bleed(self) -> bool:
        """Whether hardly anything is left: it was somebody else's voice."""
        return self.left < LEAST_LEFT


class Separation:
    """For channels that share one clock to the sample; the others are left as they are.

    Learns from frames whose owners are known, and filters the stretches that are decoded.
    """

    def __init__(self, capacity: int) -> None:
        """`capacity`: frames that are remembered."""
        self._rings: dict[ChannelId, SampleRing] = {}
        self._heard: tuple[ChannelId, ...] = ()
        """The microphones that are learnt about, in this order."""
        self._changed = 0
        """Frames since other microphones were heard than these."""
        self._profiles = SpatialProfiles(0, BINS)
        self._speaking: list[tuple[ChannelId, ...]] = [()] * capacity
        self._frames = np.full(capacity, -1)
        self._learnt = 0
        self._filters: dict[tuple[int, tuple[int, ...]], Weights] = {}
        self._filtered_at = 0

    def open(self, channel: ChannelId, ring: SampleRing, *, is_exact: bool) -> None:
        """A channel's sound begins, or begins anew."""
        self.drop(channel)
        if is_exact:
            self._rings[channel] = ring

    def drop(self, channel: ChannelId) -> None:
        """Forget a channel with its sound."""
        self._rings.pop(channel, None)
        if channel in self._heard:
            self._restart(())

    def put(self, ownership: Ownership) -> None:
        """Remember who speaks in a frame; of a frame judged again the last word counts."""
        speaking = [each for each, chance in ownership.owners.items() if chance >= OWNS]
        at = ownership.frame % len(self._frames)
        self._frames[at] = ownership.frame
        self._speaking[at] = tuple(speaking)

    def learn(self, ownership: Ownership) -> None:
        """Take a frame of which all channels' sound has come."""
        for channel in ownership.doubted:
            if channel in self._heard:
                self._profiles.forget(self._heard.index(channel))
        owners = {each: chance for each, chance in ownership.owners.items() if each in self._rings}
        if len(owners) < 2 or not self._is_settled(tuple(sorted(owners))):
            return
        chances = np.array([owners[each] for each in self._heard])
        end = SamplePos((ownership.frame + 1) * FRAME_SAMPLES)
        strangers = [c for each, c in ownership.owners.items() if each not in self._rings]
        if max(strangers, default=0.0) > 1 - SURE:
            return  # a voice whose microphone is not in step would be taken for somebody's
        speaker = int(chances.argmax())
        if chances[speaker] >= SURE and (np.delete(chances, speaker) <= 1 - SURE).all():
            self._profiles.learn(speaker, self._spectra(end))
        elif chances[speaker] >= OWNS:
            spectra = self._spectra(end)
            for each in np.flatnonzero(chances >= OWNS):
                shares = gains_of_bins(ownership.shares[self._heard[each]][None], BINS)[0]
                self._profiles.learn_mixed(int(each), spectra, shares)
        elif (chances <= 1 - SURE).all():
            self._profiles.learn_noise(self._spectra(end))
        self._learnt += 1

    def apply(
        self, channel: ChannelId, start: SamplePos, end: SamplePos, gains: BandGains
    ) -> Own | None:
        """The samples of [start, end) that are still held, other voices filtered out; where one of
        them is not known yet, made quieter by the `gains`. None where nothing can be filtered."""
        if channel not in self._heard:
            return None
        ring = self._rings[channel]
        start, end = SamplePos(max(start, ring.start)), SamplePos(min(end, ring.end))
        first = start // FRAME_SAMPLES
        frames = np.arange(first, (end - 1) // FRAME_SAMPLES + WINDOW_FRAMES)
        plans = [self._plan(channel, int(frame)) for frame in frames]
        if start >= end or not any(each.others for each in plans):
            return None
        begin = SamplePos((first - WINDOW_FRAMES + 1) * FRAME_SAMPLES)
        stop = SamplePos((int(frames[-1]) + 1) * FRAME_SAMPLES)
        sounds = np.stack([_padded(self._rings[each], begin, stop) for each in self._heard])
        own, quieter = self._heard.index(channel), gains_of_bins(gains.of(frames), BINS)
        filters = self._filters_for(own, plans, sounds)
        summed = np.zeros(stop - begin)
        for index, plan in enumerate(plans):
            window = _window(sounds, index)
            if plan.others:
                spectrum = np.einsum("kn,nk->k", filters[plan.others].conj(), _spectra(window))
            else:
                spectrum = _spectra(window[own])
            if plan.is_masked:
                spectrum = spectrum * quieter[index]
            summed_there = _window(summed, index)
            summed_there += np.fft.irfft(spectrum, WINDOW_SAMPLES) * _WINDOW
        separated = (summed[start - begin : end - begin] / _OVERLAPS).astype(np.float32)
        heard_power = float(np.sum(sounds[own, start - begin : end - begin] ** 2))
        return Own(separated, float(np.sum(separated**2)) / (heard_power + 1e-12))

    def _is_settled(self, heard: tuple[ChannelId, ...]) -> bool:
        """Whether the same microphones are heard as before; if others are for long, begin anew."""
        if heard == self._heard:
            self._changed = 0
            return True
        self._changed += 1
        if self._heard and self._changed < CHANGED_FRAMES:
            return False
        self._restart(heard)
        return True

    def _restart(self, heard: tuple[ChannelId, ...]) -> None:
        self._heard, self._changed = heard, 0
        self._profiles = SpatialProfiles(len(heard), BINS)
        self._filters.clear()

    def _spectra(self, end: SamplePos) -> Spectra:
        begin = SamplePos(end - WINDOW_SAMPLES)
        sounds = np.stack([_padded(self._rings[each], begin, end) for each in self._heard])
        return _spectra(sounds)

    def _plan(self, channel: ChannelId, frame: int) -> _Plan:
        """What to do with the window that ends with a frame."""
        speaking: set[ChannelId] = set()
        for each in range(frame - WINDOW_FRAMES + 1, frame + 2):
            at = each % len(self._frames)
            if self._frames[at] == each:
                speaking.update(self._speaking[at])
        others = sorted(self._heard.index(each) for each in speaking if each in self._heard)
        speaker = self._heard.index(channel)
        known = tuple(each for each in self._profiles.known(others) if each != speaker)
        is_masked = not known or len(known) < len(speaking - {channel})
        return _Plan(known, is_masked, channel in speaking)

    def _filters_for(
        self, speaker: int, plans: list[_Plan], sounds: Samples
    ) -> dict[tuple[int, ...], Weights]:
        """One for each set of others in the plans."""
        found = {}
        for others in {plan.others for plan in plans if plan.others}:
            shown = _shown(others, plans, sounds) if self._profiles.is_young(speaker) else None
            if shown is not None:
                found[others] = self._profiles.filter(speaker, others, shown)
            else:
                found[others] = self._filter(speaker, others)
        return found

    def _filter(self, speaker: int, others: tuple[int, ...]) -> Weights:
        if self._learnt >= self._filtered_at + FRESH_FRAMES:
            self._filters.clear()
            self._filtered_at = self._learnt
        key = (speaker, others)
        if key not in self._filters:
            self._filters[key] = self._profiles.filter(speaker, others)
        return self._filters[key]


def _padded(ring: SampleRing, start: SamplePos, end: SamplePos) -> Samples:
    """What a ring holds of [start, end), silence where it holds nothing or no number."""
    held = np.zeros(end - start, np.float32)
    first, last = max(start, ring.start), min(end, ring.end)
    if first < last:
        held[first - start : last - start] = only_sound(
            ring.read(SamplePos(first), SamplePos(last))
        )
    return held


def _window(sounds: npt.NDArray[Any], index: int) -> npt.NDArray[Any]:
    """A view of one window of a row of them."""
    begin = index * FRAME_SAMPLES
    return sounds[..., begin : begin + WINDOW_SAMPLES]


def _spectra(window: Samples) -> Spectra:
    return np.asarray(np.fft.rfft(window * _WINDOW), np.complex64)


def _shown(others: tuple[int, ...], plans: list[_Plan], sounds: Samples) -> Covariance | None:
    """Of the windows in which the own speaker speaks, with nobody besides but the others."""
    own = [i for i, plan in enumerate(plans) if plan.is_own and set(plan.others) <= set(others)]
    size = len(sounds)
    summed = np.zeros((BINS, size, size), np.complex64)
    for index in own:
        summed += covariance_of(_spectra(_window(sounds, index)))
    return summed / np.float32(len(own)) if own else None
