"""Dry speech for simulated rooms: espeak-ng's where it is installed, else something like it."""

import io
import random
import shutil
import subprocess
from collections.abc import Callable
from functools import cache

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from captioner.audio.frame import SAMPLE_RATE

Sound = NDArray[np.float64]

VOICES = (
    ("en-gb+f2", 150, 55),
    ("en-us+m3", 155, 45),
    ("en-gb-scotland+m1", 160, 50),
    ("en-us+f3", 145, 60),
    ("en-gb+m5", 160, 35),
    ("en-gb-x-rp+f4", 150, 50),
    ("en-us+m7", 165, 55),
    ("en-gb-scotland+f1", 155, 65),
)
"""Voice, words a minute and pitch of each speaker, for espeak-ng."""

_WHO = ("Anna", "Bram", "Chen", "Fatima", "Omar", "Sofie", "Tom", "Lucas", "Yusuf", "Daan")
_WHAT = ("invoice", "contract", "budget", "transcript", "training")
_DAY = ("Monday", "Tuesday", "Thursday", "Friday")
_MONTH = ("March", "May", "June", "October", "December")
_TEAM = ("the board", "the finance department", "the interpreter", "everyone")
_FRAMES = (
    "{who}, can you send the {what} before {day}?",
    "I will review the {what} with {team}.",
    "{who} said that the {what} is almost ready.",
    "We need to check the {what} and then approve the {other}.",
    "Could you wait a moment, {who}?",
    "We have three open questions about the {what}.",
    "Let us discuss that with the board in {month}.",
    "Okay, I agree. I will share the {what} with {team}.",
)

Voice = Callable[[int, random.Random], tuple[Sound, str]]
"""Something that speaker says: its sound at 0 dBFS rms, without silence around it, and its text."""


def has_espeak() -> bool:
    """Whether real words can be spoken here."""
    return shutil.which("espeak-ng") is not None


def speak_sentence(speaker: int, chance: random.Random) -> tuple[Sound, str]:
    """A sentence in the style of the demo meeting, from espeak-ng."""
    what, other = chance.sample(_WHAT, 2)
    who, day, team = chance.choice(_WHO), chance.choice(_DAY), chance.choice(_TEAM)
    month = chance.choice(_MONTH)
    parts = {"who": who, "what": what, "other": other, "day": day, "team": team, "month": month}
    text = chance.choice(_FRAMES).format(**parts)
    return _espeak(speaker % len(VOICES), text), text


@cache
def _espeak(speaker: int, text: str) -> Sound:
    voice, speed, pitch = VOICES[speaker]
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "--stdout", text]
    wav = subprocess.run(command, check=True, capture_output=True).stdout
    raw, rate = soundfile.read(io.BytesIO(wav), dtype="float64")
    sound: Sound = soxr.resample(raw, rate, SAMPLE_RATE, quality="VHQ")
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
    sound = sound[loud[0] : loud[-1] + 1]
    loudness = float(np.sqrt(np.mean(sound**2)))
    sound /= loudness
    return sound


def babble(speaker: int, chance: random.Random) -> tuple[Sound, str]:
    """Two seconds of something that moves as speech does, without words: no program is needed.

    Pulses of a voice's pitch through moving resonances, hiss between them, four syllables a second.
    """
    pitch_hz = 95.0 + 23.0 * (speaker % 8)
    syllables = [_syllable(pitch_hz, chance) for _ in range(chance.randint(6, 10))]
    sound: Sound = np.concatenate(syllables)
    return sound / np.sqrt(np.mean(sound**2)), ""


def _syllable(pitch_hz: float, chance: random.Random) -> Sound:
    noise = np.random.default_rng(chance.getrandbits(32))
    length = round(SAMPLE_RATE * chance.uniform(0.18, 0.3))
    at_s = np.arange(length) / SAMPLE_RATE
    bend = 1 + chance.uniform(-0.15, 0.15) * at_s / at_s[-1]
    pulses = np.diff(np.floor(np.cumsum(pitch_hz * bend) / SAMPLE_RATE), prepend=0.0)
    formants = chance.uniform(300, 800), chance.uniform(900, 2200), chance.uniform(2300, 3200)
    hz = np.fft.rfftfreq(2 * length, 1 / SAMPLE_RATE)
    shape = sum(
        level / (1 + ((hz - formant) / width) ** 2)
        for formant, width, level in zip(formants, (80, 110, 160), (1.0, 0.6, 0.35), strict=True)
    )
    spectrum = np.fft.rfft(pulses + 0.02 * noise.standard_normal(length), 2 * length)
    voiced: Sound = np.fft.irfft(spectrum * shape, 2 * length)[:length]
    voiced *= np.sqrt(np.hanning(length))
    hiss_length = round(0.05 * SAMPLE_RATE)
    hiss = np.diff(noise.standard_normal(hiss_length + 1)) * np.hanning(hiss_length)
    voiced /= np.sqrt(np.mean(voiced**2))
    return np.concatenate((0.2 * hiss, voiced))
