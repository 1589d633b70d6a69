"""What a room decides of every frame, watched."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from captioner.audio import room
from captioner.audio.bleed.gate import BleedGate, Suppressed
from captioner.audio.bleed.owners import Ownership
from captioner.audio.frame import FRAME_SAMPLES, Samples
from captioner.audio.vad import SpeechDetector
from captioner.bench.bleed import Flags, FrameFigures, count_frames
from captioner.domain import ChannelId, SamplePos
from captioner.settings import AudioSettings

VOICED = 0.5


@dataclass(slots=True)
class Watched:
    """What the detector heard of each frame, and what the gate made of it: by channel."""

    heard: dict[ChannelId, dict[int, float]] = field(default_factory=dict)
    counted: dict[ChannelId, dict[int, float]] = field(default_factory=dict)

    def left_out(self) -> dict[int, set[int]]:
        """Frames with a voice that did not count, by channel."""
        return {
            channel: {
                frame
                for frame, voice in voices.items()
                if voice >= VOICED and not self.counted[channel][frame]
            }
            for channel, voices in self.heard.items()
        }

    def count(self, truth: Flags) -> FrameFigures:
        """Against the truth; microphone 0 is channel 1."""
        voiced, passed = (
            np.zeros((truth.shape[0], truth.shape[2]), bool),
            np.zeros((truth.shape[0], truth.shape[2]), bool),
        )
        for channel, voices in self.heard.items():
            for frame, voice in voices.items():
                if frame < truth.shape[2]:
                    voiced[channel - 1, frame] = voice >= VOICED
                    passed[channel - 1, frame] = self.counted[channel][frame] >= VOICED
        return count_frames(truth, voiced, passed)


@contextmanager
def watched_gates() -> Iterator[Watched]:
    """Every room that is made meanwhile tells what its gates decide."""
    watched = Watched()

    class WatchedGate(BleedGate):
        def decide(
            self, frame: int, voice: float, ownership: Ownership | None
        ) -> tuple[float, Suppressed | None]:
            counted, told = super().decide(frame, voice, ownership)
            watched.heard.setdefault(self._channel, {})[frame] = voice
            watched.counted.setdefault(self._channel, {})[frame] = counted
            return counted, told

    before = vars(room)["BleedGate"]
    vars(room)["BleedGate"] = WatchedGate
    try:
        yield watched
    finally:
        vars(room)["BleedGate"] = before


def listen(
    microphones: Sequence[Samples],
    new_detector: Callable[[int], SpeechDetector],
    *,
    bleed: bool = True,
    is_exact: bool = True,
) -> Watched:
    """Play all microphones to one room, frame by frame; `new_detector` gets their numbers."""
    with watched_gates() as watched:
        house = room.Room(AudioSettings(bleed=bleed))
        channels = [ChannelId(at + 1) for at in range(len(microphones))]
        for channel in channels:
            house.open_channel(channel, SamplePos(0), new_detector(channel - 1), is_exact=is_exact)
        for at in range(0, len(microphones[0]), FRAME_SAMPLES):
            for channel, sound in zip(channels, microphones, strict=True):
                list(house.accept(channel, sound[at : at + FRAME_SAMPLES]))
        list(house.close(channels))
    return watched


class Oracle:
    """A detector that is never wrong: it hears a voice wherever anybody speaks."""

    def __init__(self, truth: Flags) -> None:
        self._anybody: Flags = np.asarray(truth.any(0))
        self._frame = 0

    def speech_probability(self, samples: Samples) -> float:
        """Of the next frame, whatever is in it."""
        del samples
        frame, self._frame = self._frame, self._frame + 1
        return 0.95 if frame < len(self._anybody) and self._anybody[frame] else 0.02

    def reset(self) -> None:
        """From the beginning again."""
        self._frame = 0
