"""One live meeting: the sound of its channels becomes events on its timeline."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from captioner.asr.decoder import Outcome, rejection_of
from captioner.asr.dispatch import Dispatcher
from captioner.asr.engine import DecodeRequest
from captioner.asr.load import Load, Overload
from captioner.asr.transcriber import DecodePlan, Transcriber
from captioner.asr.worker import DecodeWorker
from captioner.audio.advice import Advice
from captioner.audio.channel import Channel
from captioner.audio.endpoint import SegmentChange
from captioner.audio.frame import (
    AudioFrame,
    Framer,
    Samples,
    samples_to_seconds,
    seconds_to_samples,
)
from captioner.audio.level import Level
from captioner.audio.presence import Presence
from captioner.audio.vad import SpeechDetector
from captioner.captions.meeting import Meeting
from captioner.captions.timeline import Entry
from captioner.clock import MeetingClock
from captioner.domain import (
    ChannelId,
    ChannelState,
    Decision,
    Hypothesis,
    MeetingState,
    Muting,
    SamplePos,
    Utterance,
    UtteranceId,
)
from captioner.errors import CaptionerError, DecodeError
from captioner.settings import Settings

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Ear:
    """Everything that listens to one channel."""

    framer: Framer
    channel: Channel
    detector: SpeechDetector
    transcriber: Transcriber
    presence: Presence


@dataclass(frozen=True, slots=True)
class ChannelLevel:
    """What a host sees of a channel's sound right now."""

    channel: ChannelId
    level: Level
    has_voice: bool
    advice: Advice | None = None


class LiveMeeting:
    """Carries sound through voice, words and captions for all channels of one meeting.

    `replay`, `demo` and `serve` all feed it; only the origin of the sound differs. Everything here
    runs on the event loop's thread; decoding runs on the worker's. `on_entry` is called with every
    entry the moment it is on the timeline.
    """

    def __init__(
        self,
        meeting: Meeting,
        worker: DecodeWorker,
        new_detector: Callable[[], SpeechDetector],
        settings: Settings,
        clock: MeetingClock,
        new_id: Callable[[], UtteranceId],
        on_entry: Callable[[Entry], None],
    ) -> None:
        self.meeting = meeting
        self._clock = clock
        self._settings = settings
        self._new_detector = new_detector
        self._new_id = new_id
        self._on_entry = on_entry
        self.on_decision: Callable[[Decision], None] = lambda _: None
        """Told of everything that was heard and not shown, with its text."""
        self.correct: Callable[[Hypothesis], Hypothesis] = lambda heard: heard
        """Puts the names right, in partials and finals alike."""
        self._ears: dict[ChannelId, _Ear] = {}
        self._dispatcher = Dispatcher(
            worker, lambda: self.now_s, self._accept_outcome, self._watch_load
        )
        self._overload = Overload()
        self._ending = False

    @property
    def now_s(self) -> float:
        """Seconds on the meeting's clock."""
        return self._clock.now_s()

    def start(self) -> None:
        """The meeting's clock begins now, with sample 0 of every channel opened before."""
        self._clock.start()
        self._publish(self.meeting.start(self.now_s))

    def accept_block(self, channel: ChannelId, samples: Samples) -> None:
        """Take the next sound of a channel, mono 16 kHz, any length.

        The first block of all starts the meeting's clock. From its own first block on a channel's
        time is the count of its samples.
        """
        if self._ending or not len(samples):
            return
        if not self._clock.is_running:
            self._clock.start(samples_to_seconds(len(samples)))
            self._publish(self.meeting.start(self.now_s))
        ear = self._ears.get(channel)
        if ear is None:
            began = seconds_to_samples(self.now_s) - len(samples)
            ear = self.open_channel(channel, SamplePos(max(0, began)))
        now, is_muted = SamplePos(seconds_to_samples(self.now_s)), self._is_muted(channel)
        heard, restart = ear.presence.accept(samples, now, is_muted)
        if restart is not None:
            self._listen_afresh(ear, restart)
        for frame in ear.framer.accept(heard):
            self._accept_frame(ear, frame)
        self._watch_load()

    def open_channel(self, channel: ChannelId, start: SamplePos) -> _Ear:
        """Begin to listen to a channel whose first sample stands at `start`."""
        language = self.meeting.roster.find(channel).language
        ear = _Ear(
            Framer(start),
            Channel(channel, self._settings.audio, start),
            self._new_detector(),
            Transcriber(channel, language, self._settings.asr, self._new_id),
            Presence(start),
        )
        self._ears[channel] = ear
        return ear

    def lose_channel(self, channel: ChannelId, error: CaptionerError) -> None:
        """No more sound will come from a channel: its utterance is finished, everybody is told.

        Told once: a channel that is lost already stays as it is.
        """
        if self._ending or self.meeting.roster.find(channel).state is ChannelState.LOST:
            return
        ear = self._ears.get(channel)
        if ear is not None:
            self._flush(ear)
            ear.presence.leave()
        logger.warning("channel %d is lost: %s", channel, error.message)
        self._publish(self.meeting.lose_channel(channel, error.message, self.now_s))

    def regain_channel(self, channel: ChannelId) -> None:
        """Sound comes again from a lost channel; it goes on at the meeting's time of now."""
        if not self._ending and self.meeting.roster.find(channel).state is ChannelState.LOST:
            logger.info("channel %d is back", channel)
            self._publish(self.meeting.regain_channel(channel, self.now_s))

    def mute_channel(self, channel: ChannelId, muting: Muting) -> None:
        """What was said before is finished; muted sound goes nowhere. Raises MeetingError."""
        changed = self.meeting.mute_channel(channel, muting, self.now_s)
        if changed is None:
            return
        ear = self._ears.get(channel)
        if ear is not None and not self._ending:
            self._flush(ear)
        self._publish(changed)

    def levels(self) -> list[ChannelLevel]:
        """How loud every channel is that is not muted, and whether a voice is in it."""
        return [
            ChannelLevel(
                number,
                ear.channel.level,
                ear.channel.open_segment is not None,
                ear.channel.advice,
            )
            for number, ear in self._ears.items()
            if not self._is_muted(number)
        ]

    def load(self) -> Load:
        """How the meeting keeps up."""
        return self._dispatcher.load()

    async def settle(self) -> None:
        """Wait until nothing waits for a decode."""
        await self._dispatcher.settle()

    async def end(self) -> None:
        """Finish every open utterance, then tell everybody that the meeting is over.

        May be called again, also when an earlier call was cancelled before it was through.
        """
        if not self._ending:
            for ear in self._ears.values():
                self._flush(ear)
            self._ending = True
        await self.settle()
        if self.meeting.state is not MeetingState.ENDED:
            self._publish(self.meeting.end(self.now_s))

    def publish(self, command: Callable[[float], Entry]) -> Entry:
        """Carry out a command on the meeting (it gets the time) and publish what comes of it."""
        entry = command(self.now_s)
        self._publish(entry)
        return entry

    def _is_muted(self, channel: ChannelId) -> bool:
        return self.meeting.roster.find(channel).muting is not Muting.HEARD

    def _listen_afresh(self, ear: _Ear, start: SamplePos) -> None:
        """What comes now does not follow on from what was heard."""
        ear.framer = Framer(start)
        ear.channel = Channel(ear.channel.number, self._settings.audio, start)
        ear.detector = self._new_detector()

    def _accept_frame(self, ear: _Ear, frame: AudioFrame) -> None:
        probability = ear.detector.speech_probability(frame.samples)
        for event in ear.channel.accept_frame(frame, probability):
            if event.change is SegmentChange.OPENED:
                ear.transcriber.accept_opened(event.segment)
            else:
                self._enqueue(ear, ear.transcriber.accept_closed(event.segment))
        segment = ear.channel.open_segment
        if segment is not None and (plan := ear.transcriber.plan_partial(segment)):
            self._enqueue(ear, plan)

    def _flush(self, ear: _Ear) -> None:
        try:
            for frame in ear.framer.flush():
                self._accept_frame(ear, frame)
        except Exception:  # what was heard so far is finished all the same
            logger.exception("the last sound of channel %d was not heard", ear.channel.number)
        for event in ear.channel.flush():
            self._enqueue(ear, ear.transcriber.accept_closed(event.segment))

    def _enqueue(self, ear: _Ear, plan: DecodePlan) -> None:
        segment = plan.segment
        self._dispatcher.accept(
            DecodeRequest(
                channel=segment.channel,
                utterance=plan.utterance,
                kind=plan.kind,
                start=segment.start,
                end=segment.end,
                samples=ear.channel.audio(segment.audio_start, segment.audio_end),
                language=ear.transcriber.language,
            )
        )

    def _accept_outcome(self, request: DecodeRequest, outcome: Outcome) -> DecodeRequest | None:
        """Publish what a decode brought; after a failure, the request to try again."""
        transcriber = self._ears[request.channel].transcriber
        if isinstance(outcome, DecodeError):
            instead = transcriber.accept_failure(request)
            if isinstance(instead, DecodeRequest):
                return instead
            revised = instead
        else:
            named = replace(outcome, hypothesis=self.correct(outcome.hypothesis))
            revised = transcriber.accept_decoded(request, named)
        if isinstance(revised, Utterance):
            self._publish(self.meeting.revise(revised, self.now_s))
        if (decision := rejection_of(request, outcome)) is not None:
            self.on_decision(decision)
        return None

    def _watch_load(self) -> None:
        """Tell everybody when captions fall behind, and when they have caught up."""
        if self.meeting.state is not MeetingState.LIVE:
            return
        status = self._overload.choose_status(self._dispatcher.lag_s, self.now_s)
        if status is None:
            return
        late = partial(self.meeting.fall_behind, status.lag_s)
        try:
            self.publish(late if status.is_overloaded else self.meeting.catch_up)
        except Exception:  # no microphone is lost because a listener failed
            logger.exception("the load was not published")

    def _publish(self, entry: Entry) -> None:
        self._on_entry(entry)
