"""Sound for a measurement: utterances of a recorded meeting, laid end to end on every channel."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.audio.sources.meeting_file import FILE_NAME, RecordedChannel, bad_recording
from captioner.audio.sources.recording import RecordedMeeting
from captioner.bench.script import Line, Script
from captioner.domain import ChannelId

SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.3, 0.8
QUIET_S = 1.0
"""Without speech at the end, so that the last voice is heard to end."""

EDGE_S = 0.05
"""Kept on both sides of an utterance, faded."""

NOISE = 1e-4
"""Standard deviation of each channel's own noise, -80 dB: no two stretches are the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """One utterance of one speaker, alone."""

    samples: Samples
    """With EDGE_S before and after the speech."""
    text: str

    @property
    def speech_s(self) -> float:
        """Seconds of the utterance itself."""
        return len(self.samples) / SAMPLE_RATE - 2 * EDGE_S


def read_clips(folder: Path) -> list[Clip]:
    """The English utterances of a recorded meeting, cut by its reference. Raises AudioError."""
    recording = RecordedMeeting.open(folder)
    parts: dict[ChannelId, list[Samples]] = {each.channel: [] for each in recording.channels}
    for step in recording.steps():
        for channel, samples in step.items():
            parts[channel].append(samples)
    sounds = {channel: np.concatenate(pieces) for channel, pieces in parts.items()}
    english = {each.channel for each in recording.channels if each.language in (None, "en")}
    meeting = json.loads((folder / FILE_NAME).read_text("utf-8-sig"))
    try:
        clips = [
            Clip(_cut(sounds[each["channel"]], each["start"], each["end"]), each["text"])
            for each in meeting["utterances"]
            if each["channel"] in english
        ]
    except (KeyError, TypeError):
        clips = []
    if not clips:
        raise bad_recording(
            f"{folder / FILE_NAME} says of nothing in English when it was said:"
            " choose a meeting with a reference."
        )
    return clips


class Material(RecordedMeeting):
    """A made-up recorded meeting in which everybody speaks all the time."""

    def __init__(self, script: Script, sounds: dict[ChannelId, Samples]) -> None:
        channels = tuple(
            RecordedChannel(channel, f"Speaker {channel}", "en", Path()) for channel in sounds
        )
        longest = max(len(sound) for sound in sounds.values())
        super().__init__("Everybody at once", channels, longest / SAMPLE_RATE)
        self.script = script
        self.sounds = sounds
        """Whole frames, of one length."""

    def steps(self) -> Iterator[dict[ChannelId, Samples]]:
        """As a recorded meeting gives them."""
        longest = max(len(sound) for sound in self.sounds.values())
        for at in range(0, longest, FRAME_SAMPLES):
            yield {
                channel: sound[at : at + FRAME_SAMPLES] for channel, sound in self.sounds.items()
            }


def lay_out(clips: Sequence[Clip], channels: int, seconds: float) -> Material:
    """Every channel says the clips in an order of its own, over and over, for `seconds`.

    The same for the same arguments, and channel 1 of two is channel 1 of eight. What would be cut
    off at the end is not begun.
    """
    lines: list[Line] = []
    sounds: dict[ChannelId, Samples] = {}
    frames = round((seconds + QUIET_S) * SAMPLE_RATE / FRAME_SAMPLES)
    for number in range(1, channels + 1):
        channel = ChannelId(number)
        sound = np.random.default_rng(number).standard_normal(frames * FRAME_SAMPLES, np.float32)
        sound *= np.float32(NOISE)
        for at_s, clip in _turns(clips, random.Random(number), seconds):
            first = round((at_s - EDGE_S) * SAMPLE_RATE)
            sound[first : first + len(clip.samples)] += clip.samples
            lines.append(Line(channel, at_s, at_s + clip.speech_s, clip.text))
        sounds[channel] = np.clip(sound, -1.0, 1.0)
    return Material(Script(lines), sounds)


def _turns(
    clips: Sequence[Clip], chance: random.Random, seconds: float
) -> Iterator[tuple[float, Clip]]:
    at_s = 0.2 + chance.random()
    while True:
        for clip in chance.sample(list(clips), len(clips)):
            if at_s + clip.speech_s + EDGE_S > seconds:
                return
            yield at_s, clip
            at_s += clip.speech_s + chance.uniform(SHORTEST_PAUSE_S, LONGEST_PAUSE_S)


def _cut(sound: Samples, start_s: float, end_s: float) -> Samples:
    edge = round(EDGE_S * SAMPLE_RATE)
    first, last = round(start_s * SAMPLE_RATE) - edge, round(end_s * SAMPLE_RATE) + edge
    cut = np.zeros(last - first, np.float32)
    inside = sound[max(first, 0) : last]
    cut[max(-first, 0) : max(-first, 0) + len(inside)] = inside
    fade = np.linspace(0, 1, edge, dtype=np.float32)
    cut[:edge] *= fade
    cut[-edge:] *= fade[::-1]
    return cut
