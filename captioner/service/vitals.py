"""What is watched while a meeting runs: load, sound, text, pace; and what people are told."""

import logging
from collections.abc import Callable
from functools import partial

from captioner.asr.load import Overload
from captioner.asr.upkeep import GIVEN_UP, ON_THE_CPU, STARTED_ANEW
from captioner.asr.worker import DecodeWorker
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE
from captioner.captions.conduct import tell_pace
from captioner.captions.events import CaptionRevised
from captioner.captions.meeting import Meeting
from captioner.captions.pace import Pace, PaceMeter
from captioner.captions.timeline import Entry
from captioner.captions.watchdog import SoundWatch, Step, TextWatch
from captioner.domain import ChannelId, ChannelState, MeetingState, Muting, UtteranceState
from captioner.errors import AudioError

logger = logging.getLogger(__name__)

FRAME_S = FRAME_SAMPLES / SAMPLE_RATE

TOLD_OF_STEP = {
    Step.RESTART: "Somebody speaks, but no text comes: the captions are being started anew.",
    Step.RELOAD: "Still no text comes: what hears is being loaded anew, which takes a moment.",
    Step.TELL: (
        "No captions: voices are heard, but no text comes of them. Please write, or repeat later;"
        " the host can end the meeting and start another with other weights."
    ),
    Step.WELL: None,
}
"""What everybody reads."""

TOLD_OF_PROBLEM = {
    STARTED_ANEW: "The captions got stuck and were started anew: what was said meanwhile follows.",
    ON_THE_CPU: "The captions go on more slowly: a part of this computer failed. Nothing is lost.",
    GIVEN_UP: "The captions have stopped and cannot go on. The host knows what to do.",
}
"""What everybody reads of what a host is told about the engine."""


class Vitals:
    """Used from the event loop's thread. `publish` carries out a command on the meeting."""

    def __init__(
        self, meeting: Meeting, worker: DecodeWorker, publish: Callable[..., object]
    ) -> None:
        self._meeting = meeting
        self._worker = worker
        self._publish = publish
        self._overload = Overload()
        self._sound = SoundWatch()
        self._text = TextWatch()
        self._pace_meter = PaceMeter()
        self._told_problem = ""
        self._hotwords = ""
        """Names that are not expected until text comes again."""
        self._was_fast = False
        self.pace = Pace()
        """As of the last look."""

    def accept_block(self, channel: ChannelId, now_s: float) -> None:
        """Sound came from a microphone."""
        self._sound.accept_block(channel, now_s)

    def accept_voice(self, now_s: float) -> None:
        """One frame in which somebody speaks."""
        self._text.accept_voice(FRAME_S, now_s)

    def accept_answer(self, has_text: bool) -> None:
        """A decode came back."""
        if has_text:
            self._text.accept_text()
        else:
            self._text.accept_nothing()

    def accept_entry(self, entry: Entry) -> None:
        """Something was published."""
        event = entry.event
        if isinstance(event, CaptionRevised) and event.state == UtteranceState.FINAL and event.text:
            self._pace_meter.accept_final(
                event.channel, event.text, event.start, event.end, event.language
            )

    def rest(self) -> None:
        """Nobody is listened to for now."""
        self._text.rest()

    def look_at_load(self, lag_s: float, now_s: float) -> None:
        """Tell everybody when captions fall behind, and when they have caught up."""
        if self._meeting.state is not MeetingState.LIVE:
            return
        status = self._overload.choose_status(lag_s, now_s)
        if status is None:
            return
        late = partial(self._meeting.fall_behind, status.lag_s)
        self._tell(late if status.is_overloaded else self._meeting.catch_up)

    def look(self, now_s: float, lose: Callable[[ChannelId, AudioError], None]) -> None:
        """About once a second; `lose` is told of a microphone from which nothing comes."""
        if self._meeting.state is MeetingState.ENDED:
            return
        self._look_at_sound(now_s, lose)
        self._look_at_text(now_s)
        self._look_at_engine()
        self._look_at_pace(now_s)

    def _look_at_sound(self, now_s: float, lose: Callable[[ChannelId, AudioError], None]) -> None:
        for entry in self._meeting.roster.entries:
            if entry.state is not ChannelState.LIVE or entry.muting is not Muting.HEARD:
                self._sound.forget(entry.channel)
        for channel in self._sound.take_silent(now_s):
            name = self._meeting.roster.find(channel).name
            message = f"No sound arrives from the microphone of {name}: plug it in again."
            lose(channel, AudioError("device_lost", message))

    def _look_at_text(self, now_s: float) -> None:
        step = self._text.choose_step(now_s, is_decoding=self._worker.is_decoding)
        if step is None:
            return
        if step in (Step.RESTART, Step.RELOAD):
            self._hotwords = self._worker.hotwords or self._hotwords
            self._worker.start_anew(reload=step is Step.RELOAD)
        if step is Step.WELL:
            self._worker.hotwords = self._worker.hotwords or self._hotwords
        logger.warning("does text arrive? %s", step)
        self._tell(partial(self._meeting.report, TOLD_OF_STEP[step], about="text"))

    def _look_at_engine(self) -> None:
        problem = self._worker.problem
        if problem == self._told_problem:
            return
        self._told_problem = problem
        told = TOLD_OF_PROBLEM.get(problem)
        self._tell(partial(self._meeting.report, told, about="engine"))

    def _look_at_pace(self, now_s: float) -> None:
        self.pace = self._pace_meter.report(now_s)
        if self.pace.is_fast is not self._was_fast:
            self._was_fast = self.pace.is_fast
            self._tell(partial(tell_pace, self._meeting, is_fast=self._was_fast))

    def _tell(self, command: Callable[..., Entry]) -> None:
        try:
            self._publish(lambda at: command(at=at))
        except Exception:  # no microphone is lost because a listener failed
            logger.exception("something that everybody should know was not published")
