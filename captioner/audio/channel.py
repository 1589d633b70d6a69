"""One microphone: its recent sound, its level, and the voice in it."""

from collections.abc import Iterable

from captioner.audio.advice import Advice, Adviser
from captioner.audio.bleed.mask import BandGains
from captioner.audio.bleed.spectrum import Numbers
from captioner.audio.endpoint import Endpointer, SegmentEvent
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Samples
from captioner.audio.level import Level, LevelMeter, level_of
from captioner.audio.ring import SampleRing
from captioner.domain import ChannelId, SamplePos, Segment
from captioner.settings import AudioSettings

RING_MARGIN_S = 5.0
"""Seconds kept beyond the longest utterance: pre-roll, and a loop that was late."""


def frames_held(settings: AudioSettings) -> int:
    """How many frames of every channel anything is remembered of."""
    return _samples_held(settings) // FRAME_SAMPLES + 2


def _samples_held(settings: AudioSettings) -> int:
    return round((settings.longest_utterance_s + RING_MARGIN_S) * SAMPLE_RATE)


class Channel:
    """Takes one microphone's frames in order; says when segments open and close.

    Used from one thread. `start` is the position of its first sample on the meeting's clock.
    """

    def __init__(self, number: ChannelId, settings: AudioSettings, start: SamplePos) -> None:
        self.number = number
        capacity = _samples_held(settings)
        self.ring = SampleRing(capacity, start)
        """Its newest sound, as the microphone heard it."""
        self.gains = BandGains(frames_held(settings))
        """By which other people's voices in it are made quieter."""
        self._endpointer = Endpointer(number, settings, start)
        self._meter = LevelMeter()
        self._adviser = Adviser()
        self._voice_threshold = settings.voice_threshold

    @property
    def level(self) -> Level:
        """How loud it has been just now."""
        return self._meter.level

    @property
    def advice(self) -> Advice | None:
        """What a host should do about it; None: nothing."""
        return self._adviser.advice

    @property
    def end(self) -> SamplePos:
        """Position after the newest sample."""
        return self.ring.end

    @property
    def open_segment(self) -> Segment | None:
        """The segment that takes in sound now."""
        return self._endpointer.open_segment

    def accept_frame(
        self, frame: AudioFrame, speech_probability: float, shares: Numbers | None = None
    ) -> list[SegmentEvent]:
        """Take the next frame with the detector's verdict on it, 0 to 1.

        `shares`: of its power in each band, what is not another speaker's; None: all of it.
        """
        if shares is not None:
            self.gains.put(frame.start // FRAME_SAMPLES, shares)
        self.ring.append(frame.samples)
        self._meter.accept(frame.samples)
        self._adviser.accept(frame.samples, speech_probability >= self._voice_threshold)
        level_db = level_of(frame.samples).rms_db
        return self._endpointer.accept(frame.start, speech_probability, level_db)

    def hear_again(
        self, frames: Iterable[tuple[AudioFrame, float, Numbers | None]]
    ) -> list[SegmentEvent]:
        """Its newest frames were judged again: each with what `accept_frame` takes."""
        heard = []
        for frame, probability, shares in frames:
            if shares is not None:
                self.gains.put(frame.start // FRAME_SAMPLES, shares)
            heard.append((frame.start, probability, level_of(frame.samples).rms_db))
        return self._endpointer.hear_again(heard)

    def recent(self, length: int) -> Samples:
        """A copy of the last samples as the microphone heard them."""
        end = self.ring.end
        return self.ring.read(SamplePos(max(end - length, self.ring.start)), end)

    def flush(self) -> list[SegmentEvent]:
        """No more sound will come: close what is open."""
        return self._endpointer.flush()

    def audio(self, start: SamplePos, end: SamplePos) -> Samples:
        """A copy of the samples in [start, end), other people's voices in them made quieter."""
        held = SamplePos(max(start, self.ring.start))
        return self.gains.apply(self.ring.read(start, end), held)
