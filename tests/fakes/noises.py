"""What a microphone hears while nobody speaks, made of numbers; no recording is in here.

Every noise is mono, 16 kHz, and the same for the same seed. Levels are RMS in dBFS of its loud
parts. Unrealistic: rooms have echoes, and a real cough is different every time. One person behind
a wall is not here: to a voice detector that is a voice, and it is one.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from captioner.audio.frame import SAMPLE_RATE, Samples

Wave = npt.NDArray[np.float64]
Chance = np.random.Generator


def fan(seconds: float, chance: Chance, level_db: float = -45.0) -> Samples:
    """Room tone: pink noise, the mains' hum, and a blade that goes round."""
    times = _times(seconds)
    blade = 1.0 + 0.2 * np.sin(2 * np.pi * 7.3 * times)
    hum = 0.3 * np.sin(2 * np.pi * 50 * times) + 0.15 * np.sin(2 * np.pi * 150 * times)
    return _at(_pink(len(times), chance) * blade + hum, level_db)


def typing(seconds: float, chance: Chance, level_db: float = -25.0) -> Samples:
    """Keys at six a second: a click down and a softer one up."""
    sound = np.zeros(round(seconds * SAMPLE_RATE))
    at = 0.0
    while at < seconds - 0.1:
        for after_s, gain in ((0.0, 1.0), (0.07, 0.4)):
            length = round(0.02 * SAMPLE_RATE)
            click = chance.normal(size=length) * np.exp(-np.arange(length) / 60)
            _add(sound, gain * chance.uniform(0.5, 1.0) * click, at + after_s)
        at += chance.exponential(1 / 6) + 0.05
    return _at(sound, level_db)


def slams(seconds: float, chance: Chance, level_db: float = -15.0) -> Samples:
    """A door every few seconds: a thud, its panel, and a rattle."""
    sound = np.zeros(round(seconds * SAMPLE_RATE))
    times = _times(0.8)
    for at in np.arange(0.5, seconds - 1.0, 3.1):
        thud = sum(
            np.sin(2 * np.pi * hertz * times + chance.uniform(0, 6)) * np.exp(-times * decay)
            for hertz, decay in ((62, 6), (118, 9), (236, 14), (410, 25))
        )
        rattle = _band(chance.normal(size=len(times)), 800, 4000) * np.exp(-times * 18)
        _add(sound, thud + 0.5 * rattle, at)
    return _at(sound, level_db)


def coughs(seconds: float, chance: Chance, level_db: float = -20.0) -> Samples:
    """Bursts of noise through a throat: two or three in a row, a voiced tail now and then."""
    sound = np.zeros(round(seconds * SAMPLE_RATE))
    at = 0.4
    while at < seconds - 1.5:
        for _ in range(chance.integers(2, 4)):
            times = _times(chance.uniform(0.18, 0.35))
            push = np.minimum(times / 0.01, 1.0) * np.exp(-times * 12)
            voiced = 0.6 * np.sign(np.sin(2 * np.pi * chance.uniform(110, 180) * times))
            throat = _formants(chance.normal(size=len(times)) + voiced, (600, 1400, 2600))
            _add(sound, throat / (np.abs(throat).max() + 1e-9) * push, at)
            at += chance.uniform(0.3, 0.5)
        at += chance.uniform(1.0, 2.5)
    return _at(sound, level_db)


def music(seconds: float, chance: Chance, level_db: float = -28.0) -> Samples:
    """Chords of four in a bar, a melody over them, and a drum."""
    sound = np.zeros(round(seconds * SAMPLE_RATE))
    chords = ((220.0, 261.6, 329.6), (174.6, 220.0, 261.6), (196.0, 246.9, 293.7))
    for beat, at in enumerate(np.arange(0.0, seconds - 0.6, 0.5)):
        times = _times(0.5)
        chord = chords[beat // 4 % len(chords)]
        tune = chord[int(chance.integers(3))] * 2
        for hertz, gain in (*((note, 0.5) for note in chord), (tune, 1.0)):
            for partial in range(1, 6):
                ring = np.sin(2 * np.pi * hertz * partial * times) / partial
                _add(sound, gain * ring * np.exp(-times * 4), at)
        drum = chance.normal(size=len(times)) * np.exp(-times * 40)
        _add(sound, (1.5 if beat % 2 == 0 else 0.7) * drum, at)
    return _at(sound, level_db)


def babble(seconds: float, chance: Chance, level_db: float = -38.0) -> Samples:
    """People behind a wall: five throats that say vowels at four a second, without their highs."""
    sound = np.zeros(round(seconds * SAMPLE_RATE))
    for _ in range(5):
        sound += _throat(seconds, chance) * chance.uniform(0.4, 1.0)
    return _at(_band(sound, 80, 700), level_db)


NOISES: dict[str, Callable[[float, Chance], Samples]] = {
    "fan": fan,
    "typing": typing,
    "slams": slams,
    "coughs": coughs,
    "music": music,
    "babble": babble,
}
"""Everything above, by name."""


def noise(name: str, seconds: float, seed: int = 1) -> Samples:
    """A noise over a quiet room, which no microphone is without."""
    made = NOISES[name](seconds, np.random.default_rng(seed))
    room = fan(seconds, np.random.default_rng(seed + 1000), level_db=-62.0)
    mixed: Samples = np.clip(made + room, -1.0, 1.0)
    return mixed


def _throat(seconds: float, chance: Chance) -> Wave:
    """A glottis whose pitch wanders, through formants that change with every syllable."""
    length = round(seconds * SAMPLE_RATE)
    sound = np.zeros(length)
    pitch = chance.uniform(95, 210)
    at = 0.0
    while at < seconds - 0.4:
        times = _times(chance.uniform(0.12, 0.3))
        glide = pitch * (1 + chance.uniform(-0.15, 0.15) * times / times[-1])
        pulses = (np.cumsum(glide) / SAMPLE_RATE) % 1.0
        vowel = (chance.uniform(280, 800), chance.uniform(900, 2200), chance.uniform(2300, 3000))
        voiced = _formants(np.exp(-6 * pulses) - 0.2, vowel)
        shape = np.sqrt(np.abs(np.sin(np.pi * times / times[-1])))
        _add(sound, voiced / (np.abs(voiced).max() + 1e-9) * shape, at)
        at += len(times) / SAMPLE_RATE + chance.uniform(0.0, 0.08)
    return sound


def _times(seconds: float) -> Wave:
    return np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _add(sound: Wave, piece: Wave, at_s: float) -> None:
    start = round(at_s * SAMPLE_RATE)
    room = sound[start : start + len(piece)]
    room += piece[: len(room)]


def _at(sound: Wave, level_db: float) -> Samples:
    """The sound, with its loud half second at this level."""
    size = SAMPLE_RATE // 2
    whole = max(1, len(sound) // size)
    loudest = max(float(np.mean(part**2)) for part in np.array_split(sound, whole))
    scaled: Samples = (sound * 10 ** (level_db / 20) / np.sqrt(loudest + 1e-12)).astype(np.float32)
    return scaled


def _pink(length: int, chance: Chance) -> Wave:
    spectrum = np.fft.rfft(chance.normal(size=length))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[0] = 0.0
    made: Wave = np.fft.irfft(spectrum, length)
    made /= made.std()
    return made


def _band(sound: Wave, low: float, high: float) -> Wave:
    """Without what lies outside, with soft edges."""
    hertz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    keep = 1 / (1 + (low / np.maximum(hertz, 1e-3)) ** 6) / (1 + (hertz / high) ** 6)
    made: Wave = np.fft.irfft(np.fft.rfft(sound) * keep, len(sound))
    return made


def _formants(sound: Wave, peaks: tuple[float, ...]) -> Wave:
    """Through a throat that rings at these frequencies."""
    hertz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    shape = sum(1 / (1 + ((hertz - peak) / 90) ** 2) for peak in peaks)
    made: Wave = np.fft.irfft(np.fft.rfft(sound) * shape, len(sound))
    return made
