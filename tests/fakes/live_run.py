"""A live meeting whose sound, voices and decodes are all scripted, and what came out of it."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from captioner.asr.worker import DecodeWorker
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.captions.events import CaptionRevised, ChannelChanged, StatusChanged
from captioner.captions.meeting import Meeting
from captioner.captions.timeline import Entry
from captioner.clock import MeetingClock
from captioner.domain import ChannelId, UtteranceId
from captioner.service.live import LiveMeeting
from captioner.settings import AsrSettings, AudioSettings, Settings
from tests.fakes.fake_clock import FakeClock
from tests.fakes.sample_meeting import spec
from tests.fakes.scripted_engine import HeldWorker, PromptWorker, ScriptedEngine
from tests.fakes.tone_source import ToneDetector, silence, spoken

SETTINGS = Settings(
    audio=AudioSettings(
        voice_start_ms=64,  # 2 frames
        voice_end_ms=160,  # 5 frames
        pre_roll_ms=32,
        post_roll_ms=32,
        longest_utterance_s=5.0,
        bleed=False,  # the words of these tests are no sound that a room could carry
    ),
    asr=AsrSettings(partial_interval_s=0.6),
)


@dataclass
class LiveRun:
    """Two or more channels; sound is given with `hear`, and time passes as it comes."""

    names: tuple[str, ...] = ("Anna", "Bram")
    is_held: bool = False
    """Whether decodes wait until `worker.finish`."""
    settings: Settings = SETTINGS
    engine: ScriptedEngine = field(default_factory=ScriptedEngine)
    clock: FakeClock = field(default_factory=FakeClock)
    watch: Callable[[], None] = lambda: None
    """Called with every frame that is heard."""

    def __post_init__(self) -> None:
        self.entries: list[Entry] = []
        self.detectors: list[ToneDetector] = []
        self.worker: HeldWorker = (HeldWorker if self.is_held else PromptWorker)(self.engine)
        self.live = self._live(self.worker)

    def _live(self, worker: DecodeWorker) -> LiveMeeting:
        numbers = itertools.count(1)
        return LiveMeeting(
            Meeting(spec(*self.names)),
            worker,
            self._new_detector,
            self.settings,
            MeetingClock(self.clock),
            lambda: UtteranceId(f"u{next(numbers)}"),
            self.entries.append,
        )

    def _new_detector(self) -> ToneDetector:
        self.detectors.append(ToneDetector(self.watch))
        return self.detectors[-1]

    def hear(self, sounds: dict[int, Samples]) -> None:
        """So much sound at once on each channel, in blocks of one frame and in step."""
        longest = max(len(samples) for samples in sounds.values())
        for at in range(0, longest, FRAME_SAMPLES):
            self.clock.advance(FRAME_SAMPLES / SAMPLE_RATE)
            for channel, samples in sounds.items():
                self.live.accept_block(ChannelId(channel), samples[at : at + FRAME_SAMPLES])

    async def say(self, channel: int, *words: int, frames: int = 5) -> None:
        """Words, then a pause that ends the utterance; everything decoded by the end of it."""
        sound = [spoken(word, frames) for word in words]
        self.hear({channel: np.concatenate([*sound, silence(8)])})
        if not self.is_held:
            await self.live.settle()

    @property
    def captions(self) -> list[CaptionRevised]:
        return [each.event for each in self.entries if isinstance(each.event, CaptionRevised)]

    @property
    def finals(self) -> list[CaptionRevised]:
        return [caption for caption in self.captions if caption.state == "final"]

    @property
    def changes(self) -> list[ChannelChanged]:
        return [each.event for each in self.entries if isinstance(each.event, ChannelChanged)]

    @property
    def statuses(self) -> list[str]:
        return [each.event.state for each in self.entries if isinstance(each.event, StatusChanged)]

    def texts(self, channel: int = 0) -> list[str]:
        """Of the finals of one channel, or of all, in the order in which they came."""
        return [final.text for final in self.finals if channel in (0, final.channel)]
