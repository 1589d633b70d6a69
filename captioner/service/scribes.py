"""What the channels of one meeting say, on its way to the decoder and back as captions."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from captioner.asr.decoder import Decoded, Outcome, rejection_of
from captioner.asr.dispatch import Dispatcher
from captioner.asr.engine import DecodeKind, DecodeRequest
from captioner.asr.load import Load
from captioner.asr.transcriber import DecodePlan, Transcriber
from captioner.asr.worker import DecodeWorker
from captioner.audio.bleed.separation import Own
from captioner.audio.frame import Samples
from captioner.audio.room import decision_of_segment
from captioner.domain import ChannelId, Decision, Hypothesis, Utterance, UtteranceId
from captioner.errors import DecodeError
from captioner.settings import AsrSettings


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who is told what."""

    on_revised: Callable[[Utterance], object]
    """A caption has a new text."""
    on_rejected: Callable[[Decision], object]
    """A text was heard and is not believed, or a voice was somebody else's."""
    on_answer: Callable[[bool], object]
    """A decode came back; whether with a text."""
    on_turn: Callable[[], None]
    """After every batch, and once more a while after the last."""
    correct: Callable[[Hypothesis], Hypothesis]
    """Puts the names right."""


class Scribes:
    """The transcribers of all channels, and what waits for a decode. Used from the loop's thread.

    A channel keeps its transcriber when it is lost and comes back: some of its decodes may still
    be under way.
    """

    def __init__(
        self,
        worker: DecodeWorker,
        settings: AsrSettings,
        new_id: Callable[[], UtteranceId],
        now_s: Callable[[], float],
        listeners: Listeners,
    ) -> None:
        self._settings = settings
        self._new_id = new_id
        self._listeners = listeners
        self._transcribers: dict[ChannelId, Transcriber] = {}
        self._dispatcher = Dispatcher(worker, now_s, self._accept_outcome, listeners.on_turn)

    def __getitem__(self, channel: ChannelId) -> Transcriber:
        return self._transcribers[channel]

    def sit_down(self, channel: ChannelId, language: str) -> None:
        """Write down what is said on a channel, in this language from now on."""
        known = self._transcribers.get(channel)
        if known is None:
            self._transcribers[channel] = Transcriber(
                channel, language, self._settings, self._new_id
            )
        else:
            known.language = language

    @property
    def lag_s(self) -> float:
        """Age of the oldest sound that still waits."""
        return self._dispatcher.lag_s

    def load(self) -> Load:
        """How captions keep up."""
        return self._dispatcher.load()

    async def settle(self) -> None:
        """Wait until nothing waits for a decode."""
        await self._dispatcher.settle()

    def drop(self) -> None:
        """Everything unfinished is thrown away, also what a decode in hand will bring."""
        self._dispatcher.drop()
        for transcriber in self._transcribers.values():
            for withdrawn in transcriber.drop():
                self._listeners.on_revised(withdrawn)

    def enqueue(self, plan: DecodePlan, own: Own) -> None:
        """Have a stretch of a channel decoded, unless it was somebody else's voice."""
        if own.is_bleed:
            self._leave_out(plan, own)
        else:
            self._dispatcher.accept(self._request(plan, own.samples))

    def _leave_out(self, plan: DecodePlan, own: Own) -> None:
        request = self._request(plan, own.samples)
        nothing = Hypothesis("", request.language, 0.0, 0.0)
        transcriber = self._transcribers[request.channel]
        revised = transcriber.accept_decoded(request, Decoded(nothing, "bleed"))
        if revised is not None:
            self._listeners.on_revised(revised)
        if plan.kind is DecodeKind.FINAL:
            self._listeners.on_rejected(decision_of_segment(plan.segment, own))

    def _request(self, plan: DecodePlan, samples: Samples) -> DecodeRequest:
        segment = plan.segment
        return DecodeRequest(
            channel=segment.channel,
            utterance=plan.utterance,
            kind=plan.kind,
            start=segment.start,
            end=segment.end,
            samples=samples,
            language=self._transcribers[segment.channel].language,
        )

    def _accept_outcome(self, request: DecodeRequest, outcome: Outcome) -> DecodeRequest | None:
        """Publish what a decode brought; after a failure, the request to try again."""
        transcriber = self._transcribers[request.channel]
        if not transcriber.knows(request.utterance):
            return None  # thrown away meanwhile: nobody is told what it said
        if isinstance(outcome, DecodeError):
            self._listeners.on_answer(False)
            instead = transcriber.accept_failure(request)
            if isinstance(instead, DecodeRequest):
                return instead
            revised = instead
        else:
            corrected = self._listeners.correct(outcome.hypothesis)
            revised = transcriber.accept_decoded(request, replace(outcome, hypothesis=corrected))
            self._listeners.on_answer(not outcome.rejection and bool(corrected.text))
        if isinstance(revised, Utterance):
            self._listeners.on_revised(revised)
        if (decision := rejection_of(request, outcome)) is not None:
            self._listeners.on_rejected(decision)
        return None
