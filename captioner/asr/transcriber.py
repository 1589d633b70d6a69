"""One channel's segments and hypotheses become revisions of utterances."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from captioner.asr.agreement import Agreement
from captioner.asr.decoder import Decoded
from captioner.asr.engine import DecodeKind, DecodeRequest
from captioner.audio.frame import SAMPLE_RATE, seconds_to_samples
from captioner.domain import (
    ChannelId,
    SamplePos,
    Segment,
    Utterance,
    UtteranceId,
    UtteranceState,
)
from captioner.settings import AsrSettings

MOST_ATTEMPTS = 3
"""Decodes of one final before its last partial text has to do."""

FIRST_PARTIAL_S = 0.75
"""Speech before the first partial of an utterance: a word or two, far enough behind. After 0.6 s
more of the first words had to be taken back (six simulated meetings)."""

EAGER_PARTIAL_S = 0.2
"""New speech before the next one, at the least, as long as nothing is shown: readers wait for the
first words."""

UNSURE_PARTIAL_S = 0.5
"""New speech before the next one as long as only one decode has the first words, or the newest one
disputes what is shown: a wrong first word stands no longer than it must."""

CROWD = 3
CROWD_FACTOR = 1.5
"""While so many channels speak at once the partials of each come so many times less often: nobody
reads that many captions at once, and the finals of all must come in time."""


@dataclass(frozen=True, slots=True)
class DecodePlan:
    """A stretch that should be decoded; whoever holds the sound makes the request of it."""

    utterance: UtteranceId
    kind: DecodeKind
    segment: Segment


@dataclass(slots=True)
class _Open:
    """An utterance that has no final yet."""

    utterance: Utterance
    decoded_to: SamplePos
    """Up to where the newest partial decode heard."""
    agreement: Agreement
    is_decoding: bool = False
    """Whether a partial is waiting or in hand."""


class Transcriber:
    """Keeps the promises E1 to E4 for one channel: every segment gets exactly one final.

    `accept_segment`… are called in the order in which the sound came. An utterance of which nothing
    was ever shown and that has no text ends without a trace: `None` instead of an empty final.
    """

    def __init__(
        self,
        channel: ChannelId,
        language: str,
        settings: AsrSettings,
        new_id: Callable[[], UtteranceId],
    ) -> None:
        self.channel = channel
        self.language = language
        self._interval = round(settings.partial_interval_s * SAMPLE_RATE)
        self._first = min(self._interval, round(FIRST_PARTIAL_S * SAMPLE_RATE))
        self._eager = min(self._interval, round(EAGER_PARTIAL_S * SAMPLE_RATE))
        self._unsure = min(self._interval, round(UNSURE_PARTIAL_S * SAMPLE_RATE))
        self._new_id = new_id
        self._current: _Open | None = None
        self._awaiting: dict[UtteranceId, _Open] = {}
        self.corrected = 0
        """Stable words that a final changed after all."""

    @property
    def unfinished(self) -> int:
        """Utterances that still await their final."""
        return len(self._awaiting) + (self._current is not None)

    def accept_opened(self, segment: Segment) -> None:
        """A voice began."""
        utterance = Utterance(
            id=self._new_id(),
            channel=self.channel,
            rev=0,
            state=UtteranceState.PARTIAL,
            text="",
            stable=0,
            start=segment.start,
            end=segment.end,
            language=self.language,
        )
        self._current = _Open(utterance, segment.start, Agreement(self.language))

    def plan_partial(self, segment: Segment, speaking: int = 1) -> DecodePlan | None:
        """What to decode now that the open segment has grown, if anything.

        At most one partial of an utterance is under way; the next needs a partial interval of new
        speech, longer where many channels are `speaking`. Silence at the end of a segment is not
        worth a decode.
        """
        current = self._current
        if current is None or current.is_decoding:
            return None
        if segment.end < self._due(current, speaking):
            return None
        current.is_decoding = True
        current.decoded_to = segment.end
        return DecodePlan(current.utterance.id, DecodeKind.PARTIAL, segment)

    def _due(self, current: _Open, speaking: int) -> int:
        """Up to where must be heard before the next partial."""
        heard_to = current.decoded_to
        if heard_to == current.utterance.start:
            return heard_to + self._first
        agreement = current.agreement
        if not current.utterance.rev:
            first_word = current.utterance.start + seconds_to_samples(agreement.first_word_s)
            return min(max(first_word, heard_to + self._eager), heard_to + self._interval)
        wanted = self._interval if agreement.is_settled else self._unsure
        return next_beat(heard_to, round(wanted * CROWD_FACTOR) if speaking >= CROWD else wanted)

    def accept_closed(self, segment: Segment) -> DecodePlan:
        """The voice ended: its utterance wants its final."""
        current = self._current
        if current is None:
            raise RuntimeError("a segment closes only after it opened")
        self._current = None
        self._awaiting[current.utterance.id] = current
        return DecodePlan(current.utterance.id, DecodeKind.FINAL, segment)

    def accept_decoded(self, request: DecodeRequest, decoded: Decoded) -> Utterance | None:
        """A decode came back: the revision to publish, or None if there is nothing to say.

        A text that was rejected is never shown: a partial is missed, a final ends empty.
        """
        hypothesis = decoded.hypothesis
        text = "" if decoded.rejection else hypothesis.text
        if request.kind is DecodeKind.FINAL:
            reason = decoded.rejection or "no_speech"
            return self._finalise(request, text, hypothesis.language, reason)
        waiting = self._find(request.utterance)
        if waiting is None:
            return None
        waiting.is_decoding = False
        if not text:
            return None
        shown = waiting.agreement.accept(text, (request.end - request.start) / SAMPLE_RATE)
        before = waiting.utterance
        if (shown.text, shown.stable) == (before.text, before.stable):
            return None
        waiting.utterance = replace(
            before,
            rev=before.rev + 1,
            text=shown.text,
            stable=shown.stable,
            end=request.end,
            language=hypothesis.language,
        )
        return waiting.utterance

    def accept_failure(self, request: DecodeRequest) -> DecodeRequest | Utterance | None:
        """A decode failed: the request to try again, or what is final without it.

        A partial is simply missed. A final is tried again with the same sound; after MOST_ATTEMPTS
        the last partial text becomes final, so that nothing that was shown is lost.
        """
        waiting = self._find(request.utterance)
        if waiting is None:
            return None
        if request.kind is DecodeKind.PARTIAL:
            waiting.is_decoding = False
            return None
        if request.attempt < MOST_ATTEMPTS:
            return replace(request, attempt=request.attempt + 1)
        shown = waiting.utterance
        return self._finalise(request, shown.text, shown.language, "decode_failed")

    def drop(self) -> list[Utterance]:
        """Everything unfinished is thrown away, whatever its decodes may still bring.

        Of what was shown in part the empty final that takes it back; the rest leaves no trace.
        """
        dropped = [*self._awaiting.values(), *([self._current] if self._current else [])]
        self._awaiting.clear()
        self._current = None
        return [
            replace(
                each.utterance,
                rev=each.utterance.rev + 1,
                state=UtteranceState.FINAL,
                text="",
                stable=0,
                reason="private",
            )
            for each in dropped
            if each.utterance.rev
        ]

    def knows(self, utterance: UtteranceId) -> bool:
        """Whether an utterance still awaits something."""
        return self._find(utterance) is not None

    def _find(self, utterance: UtteranceId) -> _Open | None:
        if self._current is not None and self._current.utterance.id == utterance:
            return self._current
        return self._awaiting.get(utterance)

    def _finalise(
        self, request: DecodeRequest, text: str, language: str, reason_if_empty: str
    ) -> Utterance | None:
        waiting = self._awaiting.pop(request.utterance, None)
        if waiting is None or (not text and waiting.utterance.rev == 0):
            return None
        if text:
            self.corrected += waiting.agreement.count_changed(text)
        return replace(
            waiting.utterance,
            rev=waiting.utterance.rev + 1,
            state=UtteranceState.FINAL,
            text=text,
            stable=len(text),
            start=request.start,
            end=request.end,
            language=language,
            reason=None if text else reason_if_empty,
        )


def next_beat(since: int, interval: int) -> int:
    """The multiple of `interval` nearest to an interval after `since`.

    All channels keep the same beat, so that those that speak at once share a batch: eight rows cost
    the decoder a third each of what one costs alone.
    """
    return (since + interval + interval // 2) // interval * interval
