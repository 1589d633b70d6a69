"""A room of talkers, as its microphones hear it: numbers, no recording, the same for a seed.

Unrealistic: no echo, a talker's spectrum hardly changes, and a voice comes to a microphone later by
whole samples.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from captioner.audio.bleed.owners import Heard, Ownership
from captioner.audio.bleed.spectrum import Numbers
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.domain import ChannelId
from tests.fakes.tone_source import ToneDetector

LOUD_DB = -30.0
"""Level of a voice in its own microphone, before its gain."""

NOISE_DB = -65.0
"""Of every microphone, before its gain."""

Turn = tuple[int, float, float]
"""Who (from 0), from when, until when, in seconds."""


def voice(seconds: float, speaker: int, seed: int = 1) -> Samples:
    """Syllables at four a second: noise through the formants of this speaker's own throat."""
    chance = np.random.default_rng((seed, speaker))
    throat = np.random.default_rng(1000 + speaker)
    length = round(seconds * SAMPLE_RATE)
    hertz = np.fft.rfftfreq(length, 1 / SAMPLE_RATE)
    peaks = (throat.uniform(300, 800), throat.uniform(900, 2200), throat.uniform(2300, 4500))
    shape = 0.05 + sum(1 / (1 + ((hertz - peak) / 150) ** 2) for peak in peaks)
    sound = np.fft.irfft(np.fft.rfft(chance.normal(size=length)) * shape, length)
    times = np.arange(length) / SAMPLE_RATE
    beat = 4.0 + throat.uniform(-1, 1)
    sound *= 0.15 + np.abs(np.sin(np.pi * beat * times + throat.uniform(0, 3)))
    scaled: Samples = (sound / sound.std() * 10 ** (LOUD_DB / 20)).astype(np.float32)
    return scaled


@dataclass(frozen=True, slots=True)
class RoomSound:
    """What every microphone hears of every talker, and how long after the talker's own."""

    attenuations_db: Numbers
    """Shape (microphone, talker), 0 on the diagonal: before gains."""
    gains_db: Sequence[float]

    @property
    def size(self) -> int:
        return len(self.gains_db)

    @property
    def heard_db(self) -> Numbers:
        """Attenuations as they are measured, gains of the microphones included."""
        gains = np.asarray(self.gains_db)
        measured: Numbers = self.attenuations_db + gains[:, None] - gains[None, :]
        return measured

    def hear(self, turns: Iterable[Turn], seconds: float, seed: int = 1) -> list[Samples]:
        """One sound a microphone."""
        said = np.zeros((self.size, round(seconds * SAMPLE_RATE)), np.float32)
        for number, (who, start_s, end_s) in enumerate(turns):
            begin, end = round(start_s * SAMPLE_RATE), round(end_s * SAMPLE_RATE)
            said[who, begin:end] += voice((end - begin) / SAMPLE_RATE, who, seed + number)
        return [self._microphone(said, at, seed) for at in range(self.size)]

    def _microphone(self, said: Samples, at: int, seed: int) -> Samples:
        chance = np.random.default_rng((seed, 77, at))
        sound = chance.normal(size=said.shape[1]) * 10 ** (NOISE_DB / 20)
        for who, voiced in enumerate(said):
            later = 0 if who == at else 20 + 11 * abs(who - at)
            carried = np.concatenate((np.zeros(later), voiced[: len(voiced) - later]))
            sound += carried * 10 ** (self.attenuations_db[at, who] / 20)
        gained: Samples = np.multiply(sound, 10 ** (self.gains_db[at] / 20)).astype(np.float32)
        return gained


def room(size: int, gains_db: Sequence[float] | None = None, bleed_db: float = -10.0) -> RoomSound:
    """Microphones around a table: the further apart, the quieter, by up to 4 dB more."""
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    attenuations = np.where(apart == 0, 0.0, bleed_db - 4.0 * (apart - 1) / max(1, size - 2 or 1))
    return RoomSound(attenuations, gains_db if gains_db is not None else (0.0,) * size)


def frames_of(sounds: Sequence[Samples]) -> Iterable[dict[ChannelId, Heard]]:
    """Row by row what all microphones deliver, channels from 1; a voice where it is loud."""
    for at in range(0, len(sounds[0]) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        parts = [sound[at : at + FRAME_SAMPLES] for sound in sounds]
        yield {ChannelId(n): Heard(part, voiced(part)) for n, part in enumerate(parts, 1)}


def judgement(frame: int, chances: Mapping[ChannelId, float]) -> Ownership:
    """Who speaks in a frame, each with a probability; all else that it may say is empty."""
    empty: dict[str, Any] = {each.name: {} for each in fields(Ownership)}
    return Ownership(**(empty | {"frame": frame, "owners": chances, "voice": 0.0}))


class LoudnessDetector(ToneDetector):
    """Hears everything that is louder than noise as a voice."""

    def speech_probability(self, samples: Samples) -> float:
        super().speech_probability(samples)
        return voiced(samples)


def voiced(samples: Samples) -> float:
    """What a detector says that hears everything above the noise of any gain as a voice."""
    return float(
        np.sqrt(np.mean(np.square(samples, dtype=np.float64))) > 10 ** ((NOISE_DB + 15) / 20)
    )
