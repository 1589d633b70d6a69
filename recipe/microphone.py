"""What a microphone hears: voices through rooms, other voices below, noise, at some level."""

import random

import numpy as np
from scipy.signal import oaconvolve

from recipe.difficulty import Recipe
from recipe.passages import RATE, Sound
from recipe.speech import Split


class Microphone:
    """Changes sounds by chance; the same state of `chance` gives the same.

    `rooms`: impulse responses "near" and "far", shape (count, samples), 16 kHz.
    """

    def __init__(
        self, splits: dict[str, Split], rooms: dict[str, Sound], chance: random.Random
    ) -> None:
        self.chance = chance
        self._noise = np.random.default_rng(chance.getrandbits(64))
        self._splits = splits
        self._rooms = rooms

    def heard(self, sound: Sound, window_s: float, recipe: Recipe) -> Sound:
        """Through a room, beside another voice, in noise, at some level."""
        chance, room = self.chance, round(window_s * RATE)
        if chance.random() < recipe.rooms:
            response = chance.choice(self._rooms["near"])
            sound = oaconvolve(sound, response)[:room].astype(np.float32)
            sound /= level(sound) + 1e-6
        if chance.random() < recipe.bleed:
            other = self._splits[chance.choice(list(self._splits))]
            voice = oaconvolve(
                other.sound(chance.choice(other.lines)), chance.choice(self._rooms["far"])
            ).astype(np.float32)
            voice *= ratio(-chance.uniform(6, 26)) / (level(voice) + 1e-6)
            start = chance.randrange(max(1, len(sound)))
            voice = voice[: len(sound) - start]
            sound = sound.copy()
            sound[start : start + len(voice)] += voice
        if chance.random() < 0.25:  # the recording goes on until the window's end
            sound = np.pad(sound, (0, max(0, room - len(sound))))
        if chance.random() < recipe.noise:
            sound = sound + self._room_noise(len(sound)) * ratio(
                -chance.uniform(*recipe.quiet_noise_db)
            )
        if recipe.rooms and chance.random() < 0.5:
            sound = tilted(sound, chance.uniform(-0.6, 0.6))
        return sound * np.float32(ratio(-23 + chance.uniform(-14, 8)))

    def empty(self, window_s: float) -> Sound:
        """Silence, noise, or a voice far off."""
        room = round(window_s * RATE * self.chance.uniform(0.2, 1.0))
        sound = self._room_noise(room) * np.float32(ratio(-self.chance.uniform(25, 75)))
        if self.chance.random() < 0.15:
            sound[:] = 0
        if self.chance.random() < 0.2:  # a knock
            at = self.chance.randrange(room)
            knock = self._noise.standard_normal(min(1600, room - at)).astype(np.float32)
            sound[at : at + len(knock)] += knock * np.exp(-np.arange(len(knock)) / 200) * 0.05
        return sound

    def _room_noise(self, length: int) -> Sound:
        """Hiss and hum in some mixture, 0 dBFS rms."""
        white = self._noise.standard_normal(length, dtype=np.float32)
        exponent = self.chance.choice((0.0, 0.5, 1.0, 1.0))
        if exponent == 0.0:
            return white
        spectrum = np.fft.rfft(white).astype(np.complex64)
        spectrum /= np.maximum(np.fft.rfftfreq(length, 1 / RATE), 50.0) ** exponent
        hum = np.fft.irfft(spectrum, length).astype(np.float32)
        hum /= level(hum) + 1e-9
        noise = hum + white * self.chance.random()
        return np.asarray(noise / (level(noise) + 1e-9), np.float32)


def level(sound: Sound) -> np.float32:
    """RMS of what is not silence."""
    return np.float32(
        np.sqrt(np.mean(np.square(sound[np.abs(sound) > 1e-4]))) if sound.any() else 0
    )


def ratio(db: float) -> np.float32:
    return np.float32(10 ** (db / 20))


def tilted(sound: Sound, amount: float) -> Sound:
    """Brighter or duller, by a first-order filter."""
    shifted = np.concatenate([sound[:1], sound[:-1]])
    return np.asarray((sound - amount * shifted) / (1 + abs(amount)) * 1.2, np.float32)
