"""A recorded call of two people, each alone on one side, mixed as if they sat in one room."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.bench.bleed import Flags
from tests.rooms.dry import Sound
from tests.rooms.simulator import VOICE_DBFS, speech_frames
from tools.make_demo_meeting import ratio, rms

DIRECT_MS = 3.0
"""A metre from one microphone to the other."""

ECHOES = ((17.0, -5.0), (41.0, -8.0), (83.0, -13.0))
"""Milliseconds and decibels of the bleed's echoes, which have lost what is above ECHO_HZ."""

ECHO_HZ = 2000.0


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """Both sides in step, as loud as one another, and who speaks on each."""

    sides: tuple[Sound, Sound]
    truth: Flags
    """Shape (side, frame), by the energy of the clean sides."""


def read_call(folder: Path) -> Call:
    """The two `*_agent.wav` and `*_caller.wav` of a folder."""
    sides = []
    for name in ("agent", "caller"):
        raw, rate = soundfile.read(next(folder.glob(f"*_{name}.wav")), dtype="float64")
        sound = soxr.resample(raw, rate, SAMPLE_RATE, quality="VHQ")
        sides.append(sound[: len(sound) // FRAME_SAMPLES * FRAME_SAMPLES])
    length = min(map(len, sides))
    sides = [side[:length] for side in sides]
    truth = np.array([speech_frames(side) for side in sides])
    spoken = [np.repeat(flags, FRAME_SAMPLES) for flags in truth]
    agent, caller = (side / rms(side[on]) for side, on in zip(sides, spoken, strict=True))
    return Call((agent, caller), truth)


def mix_call(
    call: Call, level_db: float, *, gain_db: float = 0.0, late_ms: float = 0.0
) -> tuple[list[Samples], Flags]:
    """Two microphones, each with the other voice `level_db` louder than at home, and the truth.

    The second microphone is more sensitive by `gain_db` and comes later by `late_ms` (either may be
    negative). The truth has shape (microphone, speaker, frame).
    """
    microphones, truth = [], []
    for at, side in enumerate(call.sides):
        other = _bleed(call.sides[1 - at])
        other *= ratio(level_db) / rms(other) * rms(call.sides[1 - at])
        gain = ratio(VOICE_DBFS - abs(gain_db) / 2 + (gain_db / 2 if at else -gain_db / 2))
        late = round(max(0.0, late_ms if at else -late_ms) * SAMPLE_RATE / 1000)
        heard = np.concatenate((np.zeros(late), (side + other) * gain))[: len(side)]
        microphones.append(np.clip(heard, -1, 1).astype(np.float32))
        frames = round(late / FRAME_SAMPLES)
        moved = np.concatenate((np.zeros((2, frames), bool), call.truth), 1)
        truth.append(moved[:, : call.truth.shape[1]])
    return microphones, np.array(truth)


def _bleed(sound: Sound) -> Sound:
    spectrum = np.fft.rfft(sound, 2 * len(sound))
    hz = np.fft.rfftfreq(2 * len(sound), 1 / SAMPLE_RATE)
    dull = 1 / (1 + (hz / ECHO_HZ) ** 2)
    way = np.exp(-2j * np.pi * hz * DIRECT_MS / 1000)
    for late_ms, level_db in ECHOES:
        way = way + ratio(level_db) * dull * np.exp(-2j * np.pi * hz * late_ms / 1000)
    heard: Sound = np.fft.irfft(spectrum * way, 2 * len(sound))[: len(sound)]
    return heard
