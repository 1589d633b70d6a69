"""When a voice starts and ends, from the probability of speech in each frame; no model in here."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE
from captioner.domain import ChannelId, SamplePos, Segment
from captioner.settings import AudioSettings

CUT_SEARCH_S = 4.0
"""A segment that grew too long is cut at the quietest place of its last so many seconds."""

CUT_WEIGHTS = (1, 2, 1)
"""Frames whose loudness is taken together in that search, and how much each counts: the pause
between two words, where there is one, lasts about 0.1 s; one quiet frame may be a consonant."""

HESITATION_S = 1.0
"""A voice with more unsure frames than this before it counts was none: its segment would begin far
in the past, before what is kept of the sound."""


class SegmentChange(StrEnum):
    """What happened to a segment."""

    OPENED = "opened"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class SegmentEvent:
    """A segment that has just opened or closed."""

    change: SegmentChange
    segment: Segment


class Endpointer:
    """Hysteresis with hang-over: a voice opens a segment, a long enough pause closes it.

    A voice must reach `voice_threshold` and last `voice_start_ms`; the segment then begins where
    the voice began. It ends when nothing has reached `voice_end_threshold` for `voice_end_ms`, with
    the last voiced frame. Once it is `long_utterance_s` long a pause of `long_voice_end_ms` is
    enough, and at `longest_utterance_s` it is cut at the quietest place. The stretch worth decoding
    is a little longer on both sides and never overlaps that of the segment before, so that no word
    is heard twice.
    """

    def __init__(self, channel: ChannelId, settings: AudioSettings, start: SamplePos) -> None:
        self._channel = channel
        self._start_samples = _ms(settings.voice_start_ms)
        self._end_samples = _ms(settings.voice_end_ms)
        self._pre_roll = _ms(settings.pre_roll_ms)
        self._post_roll = _ms(settings.post_roll_ms)
        self._long_end_samples = min(_ms(settings.long_voice_end_ms), self._end_samples)
        self._long = round(settings.long_utterance_s * SAMPLE_RATE)
        self._longest = round(settings.longest_utterance_s * SAMPLE_RATE)
        self._high = settings.voice_threshold
        self._low = settings.voice_end_threshold
        self._free_from = start
        """End of the last stretch that was given to a segment."""
        self._candidate: SamplePos | None = None
        """Where a voice began that is not yet long enough to count."""
        self._candidate_voiced = 0
        self._open: Segment | None = None
        self._recent: deque[tuple[SamplePos, float, float]] = deque(
            maxlen=round(CUT_SEARCH_S * SAMPLE_RATE / FRAME_SAMPLES)
        )

    @property
    def open_segment(self) -> Segment | None:
        """The segment that takes in sound now."""
        return self._open

    def accept(
        self, start: SamplePos, speech_probability: float, level_db: float
    ) -> list[SegmentEvent]:
        """Take the next frame, which begins at `start`, with its loudness in dBFS.

        Says what opened and closed.
        """
        end = SamplePos(start + FRAME_SAMPLES)
        if self._open is None:
            return self._listen(start, end, speech_probability)
        self._recent.append((start, speech_probability, level_db))
        return self._follow(self._open, end, speech_probability)

    def hear_again(self, frames: Iterable[tuple[SamplePos, float, float]]) -> list[SegmentEvent]:
        """The newest frames, up to the last one taken in, were judged again: as `accept` has them.

        A voice that is open may have begun earlier; one that was not heard at all opens late. What
        was given to an earlier segment stays as it is.
        """
        free = [frame for frame in frames if frame[0] >= self._free_from]
        if self._open is not None:
            self._open = self._begun_earlier(self._open, free)
            return []
        self._candidate = None
        return [event for frame in free for event in self.accept(*frame)]

    def _begun_earlier(
        self, segment: Segment, frames: Iterable[tuple[SamplePos, float, float]]
    ) -> Segment:
        """The same segment, from where its voice began, with no pause that would have ended it."""
        begin, voiced = segment.start, 0
        for start, probability, _ in sorted(frames, reverse=True):
            if start >= segment.start:
                continue
            if begin - start > self._end_samples:
                break
            if probability >= self._high:
                begin, voiced = start, voiced + FRAME_SAMPLES
        if voiced < self._start_samples:
            return segment
        audio_start = SamplePos(max(self._free_from, begin - self._pre_roll))
        return replace(segment, start=begin, audio_start=min(segment.audio_start, audio_start))

    def flush(self) -> list[SegmentEvent]:
        """The sound has ended: close what is open."""
        if self._open is None:
            return []
        return [self._close(self._open, self._open.audio_end)]

    def _listen(self, start: SamplePos, end: SamplePos, probability: float) -> list[SegmentEvent]:
        if probability >= self._high:
            if self._candidate is None:
                self._candidate, self._candidate_voiced = start, 0
            self._candidate_voiced += FRAME_SAMPLES
        elif probability < self._low:
            self._candidate = None
        if self._candidate is None:
            return []
        if self._candidate_voiced >= self._start_samples:
            return [self._begin(self._candidate, end, end)]
        unsure = end - self._candidate - self._candidate_voiced
        if unsure > HESITATION_S * SAMPLE_RATE:
            self._candidate = None
        return []

    def _begin(self, start: SamplePos, voiced_end: SamplePos, end: SamplePos) -> SegmentEvent:
        audio_start = SamplePos(max(self._free_from, start - self._pre_roll))
        self._open = Segment(self._channel, start, voiced_end, audio_start, end)
        self._candidate = None
        self._recent.clear()
        return SegmentEvent(SegmentChange.OPENED, self._open)

    def _follow(self, segment: Segment, end: SamplePos, probability: float) -> list[SegmentEvent]:
        voiced_end = end if probability >= self._low else segment.end
        self._open = segment = replace(segment, end=voiced_end, audio_end=end)
        is_long = segment.end - segment.start >= self._long
        if end - segment.end >= (self._long_end_samples if is_long else self._end_samples):
            audio_end = SamplePos(min(end, segment.end + self._post_roll))
            return [self._close(segment, audio_end)]
        if end - segment.audio_start >= self._longest:
            return self._cut(segment, end)
        return []

    def _close(self, segment: Segment, audio_end: SamplePos) -> SegmentEvent:
        self._open = None
        self._free_from = audio_end
        return SegmentEvent(SegmentChange.CLOSED, replace(segment, audio_end=audio_end))

    def _cut(self, segment: Segment, end: SamplePos) -> list[SegmentEvent]:
        """Close at the middle of the quietest place, and open the next segment right there."""
        at = self._quietest()
        voiced_end = SamplePos(min(segment.end, at))
        closed = self._close(replace(segment, end=voiced_end), at)
        if segment.end <= at:
            return [closed]
        opened = self._begin(at, segment.end, end)
        return [closed, opened]

    def _quietest(self) -> SamplePos:
        """Where no voice was, if there is such a place, else where it was least loud."""
        frames = list(self._recent)
        reach = len(CUT_WEIGHTS) // 2
        best, least = frames[-1][0], (True, float("inf"))
        for index in range(reach, len(frames) - reach):
            start, probability, _ = frames[index]
            around = frames[index - reach : index + reach + 1]
            loudness = sum(
                weight * level_db
                for weight, (_, _, level_db) in zip(CUT_WEIGHTS, around, strict=True)
            )
            if (probability >= self._low, loudness) <= least:
                best, least = start, (probability >= self._low, loudness)
        return SamplePos(best + FRAME_SAMPLES // 2)


def _ms(milliseconds: int) -> int:
    return milliseconds * SAMPLE_RATE // 1000
