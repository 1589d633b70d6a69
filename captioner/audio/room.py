"""All microphones of a meeting together: from their sound to the segments of each."""

import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from captioner.audio.advice import Advice
from captioner.audio.bleed.gate import BleedGate, Suppressed
from captioner.audio.bleed.line_up import LineUp, Row
from captioner.audio.bleed.owners import Heard, Ownership, VoiceOwners
from captioner.audio.bleed.second_look import PAST_FRAMES
from captioner.audio.bleed.separation import Own, Separation
from captioner.audio.channel import Channel, frames_held
from captioner.audio.endpoint import SegmentEvent
from captioner.audio.frame import FRAME_SAMPLES, AudioFrame, Framer, Samples
from captioner.audio.level import Level
from captioner.audio.vad import SpeechDetector
from captioner.domain import ChannelId, Decision, SamplePos, Segment
from captioner.settings import AudioSettings

REMEMBERED_FRAMES = 64
"""Judgements that are kept for channels whose sound comes late: 2 s."""


@dataclass(frozen=True, slots=True)
class Listened:
    """A channel has taken in one more frame."""

    channel: Channel
    events: list[SegmentEvent]
    suppressed: Suppressed | None = None
    """A stretch of somebody else's voice that has just ended."""


@dataclass(frozen=True, slots=True)
class ChannelLevel:
    """What a host sees of a channel's sound right now."""

    channel: ChannelId
    level: Level
    has_voice: bool
    advice: Advice | None = None


@dataclass(slots=True)
class _Microphone:
    framer: Framer
    channel: Channel
    detector: SpeechDetector
    gate: BleedGate
    waiting: deque[tuple[AudioFrame, float]] = field(default_factory=deque)
    """Frames whose owner is not yet known, with what the detector said."""
    late: dict[int, Ownership] = field(default_factory=dict)
    """Judgements of those among them that came too late to be judged with the others'."""
    past: deque[tuple[AudioFrame, float]] = field(default_factory=lambda: deque(maxlen=PAST_FRAMES))
    """The newest ones after that, in case they are judged again."""


class Room:
    """Takes the sound of every channel, asks whose voice it is, and gives each its own.

    Used from one thread. With one channel, or without `bleed` in the settings, nothing is delayed;
    else a frame counts when all channels have it and LOOK_FRAMES more. What it yields is to be
    taken at once: nothing is heard before, and what came before a failure is not lost with it.
    """

    def __init__(self, settings: AudioSettings) -> None:
        self._settings = settings
        self._microphones: dict[ChannelId, _Microphone] = {}
        self._line_up = LineUp()
        self._owners = VoiceOwners()
        self._separation = Separation(frames_held(settings))
        self._judged: dict[int, Ownership] = {}
        self._newest = -1
        """The newest frame that was judged."""

    def levels(self) -> list[ChannelLevel]:
        """Of all channels that were opened, in that order."""
        return [
            ChannelLevel(each.number, each.level, each.open_segment is not None, each.advice)
            for each in (microphone.channel for microphone in self._microphones.values())
        ]

    def recent(self, length: int) -> dict[ChannelId, Samples]:
        """The last samples of every channel, other people's voices in them too."""
        everyone = self._microphones.items()
        return {number: microphone.channel.recent(length) for number, microphone in everyone}

    def audio(self, segment: Segment) -> Own:
        """A copy of a segment's sound as far as it is still held, for a decode: other people's
        voices in it filtered out, or made quieter where that cannot be done."""
        start, end = segment.audio_start, segment.audio_end
        channel = self._microphones[segment.channel].channel
        separated = self._separation.apply(segment.channel, start, end, channel.gains)
        return Own(channel.audio(start, end)) if separated is None else separated

    @property
    def speaking(self) -> int:
        """How many channels have an open segment."""
        return sum(each.channel.open_segment is not None for each in self._microphones.values())

    def open_channel(
        self,
        number: ChannelId,
        start: SamplePos,
        detector: SpeechDetector,
        *,
        is_exact: bool = True,
    ) -> None:
        """Begin to listen to a channel whose first sample stands at `start`.

        Exact: in step to the sample with all others that are, as the files of a recording.

        Frames of all channels begin at the same moments, so the first one may begin with silence.
        """
        first = start // FRAME_SAMPLES
        begin = SamplePos(first * FRAME_SAMPLES)
        framer = Framer(begin)
        framer.accept(np.zeros(start - begin, np.float32))
        channel = Channel(number, self._settings, begin)
        self._microphones[number] = _Microphone(framer, channel, detector, BleedGate(number))
        self._line_up.open(number, first)
        self._owners.begin(number, is_exact=is_exact)
        self._separation.open(number, channel.ring, is_exact=is_exact)

    def accept(self, number: ChannelId, samples: Samples) -> Iterator[Listened]:
        """The next sound of a channel, of any length; what it meant, for any channel, in order."""
        microphone = self._microphones[number]
        for frame in microphone.framer.accept(samples):
            yield from self._accept_frame(microphone, frame)

    def fill_up(self, number: ChannelId) -> Iterator[Listened]:
        """Take in the channel's last, unfinished frame, filled up with silence."""
        microphone = self._microphones.get(number)
        for frame in [] if microphone is None else microphone.framer.flush():
            yield from self._accept_frame(self._microphones[number], frame)

    def has(self, number: ChannelId) -> bool:
        """Whether a channel was opened and not dropped since."""
        return number in self._microphones

    def drop(self, numbers: Iterable[ChannelId]) -> None:
        """Forget these channels with all their sound that is still here, heard or not."""
        for number in numbers:
            if self._microphones.pop(number, None) is not None:
                self._line_up.drop(number)
                self._separation.drop(number)
        if not self._microphones:
            self._owners.flush()
            self._judged.clear()

    def close(self, numbers: Iterable[ChannelId]) -> Iterator[Listened]:
        """No more sound will come from these channels: whatever is open in them is closed."""
        closing = [self._microphones[each] for each in numbers if each in self._microphones]
        for microphone in closing:
            yield from self._accept_rows(self._line_up.close(microphone.channel.number))
        # Their last frames are judged with what is known: unjudged they would all be let through.
        for ownership in self._owners.flush():
            yield from self._accept_ownership(ownership)
        for microphone in closing:
            yield from self._drain(microphone, everything=True)
            channel = microphone.channel
            told = microphone.gate.flush(channel.end // FRAME_SAMPLES)
            yield Listened(channel, channel.flush(), told)

    def _accept_frame(self, microphone: _Microphone, frame: AudioFrame) -> Iterator[Listened]:
        voice = microphone.detector.speech_probability(frame.samples)
        number = frame.start // FRAME_SAMPLES
        microphone.waiting.append((frame, voice))
        if not self._settings.bleed or len(self._microphones) == 1:
            yield from self._drain(microphone, everything=True)
            return
        heard, channel = Heard(frame.samples, voice), microphone.channel.number
        if self._line_up.is_late(number):
            late = self._owners.accept_late(number, channel, heard)
            if late is not None:
                microphone.late[number] = late
        yield from self._accept_rows(self._line_up.accept(channel, number, heard))
        yield from self._drain(microphone)

    def _accept_rows(self, rows: Iterable[Row]) -> Iterator[Listened]:
        for row in rows:
            for ownership in self._owners.accept(row.frame, row.heard):
                yield from self._accept_ownership(ownership)
            yield from self._look_again()

    def _look_again(self) -> Iterator[Listened]:
        """Somebody is better known now: the last seconds may have been theirs."""
        again = {each.frame: each for each in self._owners.look_again()}
        if not again:
            return
        self._judged |= {frame: again[frame] for frame in self._judged.keys() & again.keys()}
        for each in again.values():
            self._separation.put(each)
        for microphone in list(self._microphones.values()):
            channel, gate = microphone.channel, BleedGate(microphone.channel.number)
            heard = []
            for frame, voice in microphone.past:
                number = frame.start // FRAME_SAMPLES
                ownership = again.get(number)
                if ownership is not None and channel.number in ownership.owners:
                    own, _ = gate.decide(number, voice, ownership)
                    heard.append((frame, own, ownership.shares[channel.number]))
            if events := channel.hear_again(heard):
                yield Listened(channel, events)

    def _accept_ownership(self, ownership: Ownership) -> Iterator[Listened]:
        self._judged[ownership.frame] = ownership
        for old in [each for each in self._judged if each <= ownership.frame - REMEMBERED_FRAMES]:
            del self._judged[old]
        self._newest = max(self._newest, ownership.frame)
        self._separation.put(ownership)
        for microphone in list(self._microphones.values()):
            yield from self._drain(microphone)
        self._separation.learn(ownership)

    def _drain(self, microphone: _Microphone, *, everything: bool = False) -> Iterator[Listened]:
        """Hand on the frames that are judged, in order."""
        waiting, channel = microphone.waiting, microphone.channel
        while waiting and (everything or waiting[0][0].start // FRAME_SAMPLES <= self._newest):
            frame, voice = waiting.popleft()
            number = frame.start // FRAME_SAMPLES
            ownership = microphone.late.pop(number, None) or self._judged.get(number)
            if ownership is not None and channel.number not in ownership.owners:
                ownership = None  # it came too late, and nobody knows any more what others heard
            own, told = microphone.gate.decide(number, voice, ownership)
            shares = None if ownership is None else ownership.shares.get(channel.number)
            microphone.past.append((frame, voice))
            yield Listened(channel, channel.accept_frame(frame, own, shares), told)


def decision_of(suppressed: Suppressed) -> Decision:
    """What there is to tell of a voice that was somebody else's."""
    figures = {"owner": float(suppressed.owner)}
    return _left_out(suppressed.channel, suppressed.start, suppressed.end, figures)


def decision_of_segment(segment: Segment, own: Own) -> Decision:
    """What there is to tell of a segment of which hardly anything was the speaker's own."""
    figures = {"left_db": round(10 * math.log10(own.left + 1e-9), 1)}
    return _left_out(segment.channel, segment.start, segment.end, figures)


def _left_out(
    channel: ChannelId, start: SamplePos, end: SamplePos, figures: Mapping[str, float]
) -> Decision:
    return Decision(
        what="suppressed",
        kind="voice",
        channel=channel,
        start=start,
        end=end,
        reason="bleed",
        figures=figures,
    )
