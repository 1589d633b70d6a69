"""Meetings in simulated rooms: what every microphone hears, and what is true of it.

Image sources (pyroomacoustics), a voice for each speaker, a microphone for each, noise of its own
in each microphone. Somebody who walks is crossfaded between impulse responses along their way.
"""

import itertools
import random
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyroomacoustics
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.bench.bleed import Flags
from captioner.domain import ChannelId
from captioner.scoring import Reference
from tests.rooms.dry import Sound, Voice
from tools.make_demo_meeting import ratio, rms, room_noise

ROOM_M = (7.0, 5.5, 2.8)
VOICE_DBFS = -23.0
MOUTH_M = 1.2
PAUSE_S = 0.5
UNEQUAL = 1.2
"""Utterances that overlap are of unequal length and hold pauses, so they are laid so much more
over one another to reach the overlap that was asked for."""

TAIL_S = 1.5

MOST_REFLECTIONS = 30
"""0.6 s of echo in this room."""

PLACES = 8
"""Impulse responses along the way of somebody who moves."""

ACTIVE_DB = -30.0
"""A frame of dry speech so far below its usual level still belongs to it."""

SHORTEST_PAUSE_FRAMES = 8
"""Pauses of less than 0.26 s within an utterance are speech."""

Points = NDArray[np.float64]
"""Places in metres, shape (n, 3)."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One kind of meeting. Everybody sits around a table, each with a microphone."""

    name: str = "base"
    speakers: int = 4
    distance_m: float = 0.3
    """From each mouth to its own microphone."""
    rt60_s: float = 0.4
    """By Sabine's formula."""
    gains_db: float = 0.0
    """Between the most and the least sensitive microphone; the others lie between them."""
    snr_db: float = 30.0
    """Of a voice in its own microphone."""
    overlap: float = 0.1
    """Share of the time with speech in which two speak."""
    quiet_db: float = 0.0
    """By how much the first speaker speaks more softly than the others."""
    moves: Literal["", "leaves", "passes", "leans"] = ""
    """The first speaker walks away from the table, 1.5 m, or past a neighbour, half a metre behind
    them, with the microphone on them; or leans away from one that stays, to twice the distance.
    All of it there and back, once in the meeting."""
    offset_ms: float = 0.0
    """By which the latest channel is late; the others lie between, one is not."""
    seconds: float = 40.0


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance; `start` and `end` in samples."""

    speaker: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """A meeting with its truth. Microphone n is that of speaker n; all are of one length."""

    microphones: list[Samples]
    alone: list[Samples]
    """The same without the other speakers' voices."""
    said: list[Said]
    truth: Flags
    """Shape (microphone, speaker, frame): who speaks, on each channel's own count of frames."""
    bleed_db: float
    """Mean power of another's voice in a microphone, against its own speaker's, gains apart."""

    def references(self) -> list[Reference]:
        """What was said, as the scorer wants it; channels count from 1."""
        return [
            Reference(each.speaker + 1, each.start / SAMPLE_RATE, each.end / SAMPLE_RATE, each.text)
            for each in self.said
        ]

    def sounds(self) -> dict[ChannelId, Samples]:
        """The microphones by channel."""
        return {ChannelId(at + 1): sound for at, sound in enumerate(self.microphones)}

    @property
    def overlap(self) -> float:
        """Share of the time with speech in which more than one speaks."""
        counts = self.truth[0].sum(0)
        return float((counts > 1).sum() / max((counts > 0).sum(), 1))


def simulate_room(condition: Condition, seed: int, voice: Voice) -> Simulated:
    """The same meeting for the same arguments."""
    chance = random.Random(seed)
    said, dry = _perform(condition, chance, voice)
    mouths, microphones = _places(condition, chance)
    heard = _hear(condition, dry, mouths, microphones)  # microphone, speaker, sample
    size, length = condition.speakers, dry.shape[1]
    gains = _spread(size, -condition.gains_db, chance)
    lates = _spread(size, condition.offset_ms, chance)
    noise = np.random.default_rng(seed)
    powers = (heard**2).mean(2) / (dry**2).mean(1)
    mixed, alone, truth = [], [], []
    for at in range(size):
        level = rms(heard[at, at][dry[at] != 0]) / (ratio(-condition.quiet_db) if at == 0 else 1)
        hiss = room_noise(noise, length) * level * ratio(-condition.snr_db)
        gain = ratio(VOICE_DBFS + gains[at]) / level
        late = round(lates[at] * SAMPLE_RATE / 1000)
        mixed.append(_as_channel((heard[at].sum(0) + hiss) * gain, late))
        alone.append(_as_channel((heard[at, at] + hiss) * gain, late))
        truth.append([speech_frames(_late(sound, late)) for sound in dry])
    others = ~np.eye(size, dtype=bool)
    bleed = 10 * np.log10((powers / np.diag(powers)[:, None])[others])
    return Simulated(mixed, alone, said, np.array(truth), float(bleed.mean()))


def speech_frames(sound: Sound) -> Flags:
    """In which frames somebody speaks, by the energy of a clean voice."""
    whole = len(sound) // FRAME_SAMPLES * FRAME_SAMPLES
    power = (sound[:whole].reshape(-1, FRAME_SAMPLES) ** 2).mean(1)
    usual = np.percentile(power[power > 0], 80) if power.any() else 1.0
    speaks: Flags = power > usual * 10 ** (ACTIVE_DB / 10)
    ends = np.flatnonzero(speaks)
    for before, after in itertools.pairwise(ends):
        if after - before <= SHORTEST_PAUSE_FRAMES:
            speaks[before:after] = True
    return speaks


def _perform(
    condition: Condition, chance: random.Random, voice: Voice
) -> tuple[list[Said], NDArray[np.float64]]:
    """Who says what when: pairs that overlap by about so much, and a pause behind each pair."""
    share = UNEQUAL * 2 * condition.overlap / (1 + condition.overlap)
    said: list[Said] = []
    sounds: list[Sound] = []
    speakers: list[int] = []
    at = SAMPLE_RATE
    while True:
        if not speakers:
            last = said[-1].speaker if said else -1
            speakers = chance.sample(range(condition.speakers), condition.speakers)
            if speakers[0] == last:
                speakers.reverse()
        speaker = speakers.pop(0)
        sound, text = voice(speaker, chance)
        if len(said) % 2 and share:
            at = said[-1].end - round(share * min(len(sound), said[-1].end - said[-1].start))
        elif said:
            last_end = max(each.end for each in said[-2:])
            at = last_end + round(SAMPLE_RATE * chance.uniform(PAUSE_S, 2 * PAUSE_S))
        if at + len(sound) > condition.seconds * SAMPLE_RATE and len(said) >= condition.speakers:
            break
        said.append(Said(speaker, at, at + len(sound), text))
        sounds.append(sound)
    total = max(each.end for each in said) + round(TAIL_S * SAMPLE_RATE)
    dry = np.zeros((condition.speakers, -(-total // FRAME_SAMPLES) * FRAME_SAMPLES))
    for each, sound in zip(said, sounds, strict=True):
        dry[each.speaker, each.start : each.end] += sound
    dry[0] *= ratio(-condition.quiet_db)
    return said, dry


def _places(condition: Condition, chance: random.Random) -> tuple[list[Points], list[Points]]:
    """Mouths and microphones at each place of the way; one place where nobody moves."""
    middle = np.array([ROOM_M[0] / 2 + 0.2, ROOM_M[1] / 2 - 0.15])
    table = np.array([0.8, 0.7]) if condition.speakers <= 4 else np.array([1.6, 1.0])
    turns = (np.arange(condition.speakers) + chance.uniform(0, 0.3)) / condition.speakers
    out = np.stack([np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)], 1)
    mouths = np.column_stack([middle + out * table, np.full(condition.speakers, MOUTH_M)])
    mouths[:, :2] += [[chance.uniform(-0.1, 0.1) for _ in "xy"] for _ in mouths]
    towards = np.column_stack([-out, np.full(condition.speakers, -0.7)])
    towards /= np.linalg.norm(towards, axis=1, keepdims=True)
    microphones = mouths + condition.distance_m * towards
    if not condition.moves:
        return [mouths], [microphones]
    aims = {
        "leaves": np.array([*out[0] * 1.5, 0.3]),
        "passes": mouths[1] + [*out[1] * 0.5, 0.3] - mouths[0],
        "leans": -towards[0] * condition.distance_m,
    }
    way = np.linspace(0, 1, PLACES)[:, None] * aims[condition.moves]
    first = np.eye(condition.speakers, 1)
    moved = [mouths + first * step for step in way]
    if condition.moves == "leans":
        return moved, [microphones for _ in way]
    return moved, [microphones + first * step for step in way]


def _hear(
    condition: Condition, dry: Sound, mouths: list[Points], microphones: list[Points]
) -> NDArray[np.float64]:
    """What each microphone hears of each speaker, shape (microphone, speaker, sample)."""
    length = dry.shape[1]
    responses = [
        _responses(condition.rt60_s, *each) for each in zip(mouths, microphones, strict=True)
    ]
    there_and_back = 1 - np.abs(np.linspace(-1, 1, length))
    place = there_and_back * (len(responses) - 1)
    heard = np.zeros((len(dry), *dry.shape))
    for microphone in range(len(dry)):
        for speaker in range(len(dry)):
            is_moved = 0 in (microphone, speaker)
            for at, response in enumerate(responses if is_moved else responses[:1]):
                weight = np.clip(1 - np.abs(place - at), 0, 1) if is_moved else 1.0
                voice = fftconvolve(dry[speaker] * weight, response[microphone][speaker])
                heard[microphone, speaker] += voice[:length]
    return heard


def _responses(rt60_s: float, mouths: Points, microphones: Points) -> list[list[Sound]]:
    """Of the room, by microphone and then by speaker, without the simulator's own delay."""
    absorption, order = pyroomacoustics.inverse_sabine(rt60_s, ROOM_M)
    room = pyroomacoustics.ShoeBox(
        ROOM_M,
        fs=SAMPLE_RATE,
        materials=pyroomacoustics.Material(absorption),
        max_order=min(order, MOST_REFLECTIONS),
    )
    for mouth in mouths:
        room.add_source(mouth)
    room.add_microphone_array(microphones.T)
    room.compute_rir()
    delay = pyroomacoustics.constants.get("frac_delay_length") // 2
    return [[response[delay:] for response in microphone] for microphone in room.rir]


def _spread(size: int, most: float, chance: random.Random) -> list[float]:
    """From nothing to `most` in equal steps, in any order."""
    steps = [most * step / max(size - 1, 1) for step in range(size)]
    return chance.sample(steps, size)


def _late(sound: Sound, samples: int) -> Sound:
    return np.concatenate((np.zeros(samples), sound))[: len(sound)]


def _as_channel(sound: Sound, late: int) -> Samples:
    return np.clip(_late(sound, late), -1, 1).astype(np.float32)
