"""One live meeting: the sound of its channels becomes events on its timeline."""

import logging
from collections.abc import Callable, Iterable, Sequence

from captioner.asr.load import Load
from captioner.asr.worker import DecodeWorker
from captioner.audio.endpoint import SegmentChange
from captioner.audio.frame import Samples, seconds_to_samples
from captioner.audio.intake import Intake, Placed
from captioner.audio.presence import Presence
from captioner.audio.room import ChannelLevel, Listened, Room, decision_of
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
from captioner.errors import CaptionerError
from captioner.service.scribes import Listeners, Scribes
from captioner.service.vitals import Vitals
from captioner.settings import Settings

logger = logging.getLogger(__name__)


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
        self._on_entry = on_entry
        self.on_decision: Callable[[Decision], None] = lambda _: None
        """Told of everything that was heard and not shown, with its text."""
        self.correct: Callable[[Hypothesis], Hypothesis] = lambda heard: heard
        """Puts the names right, in partials and finals alike."""
        self.intake = Intake(clock)
        self._presences: dict[ChannelId, Presence] = {}
        self._room = Room(settings.audio)
        self.vitals = Vitals(meeting, worker, self.publish)
        self._scribes = Scribes(
            worker,
            settings.asr,
            new_id,
            lambda: self.now_s,
            Listeners(
                on_revised=self._revise,
                on_rejected=lambda decision: self.on_decision(decision),
                on_answer=self.vitals.accept_answer,
                on_turn=self._look_at_load,
                correct=lambda heard: self.correct(heard),
            ),
        )
        self._deaf_until: dict[ChannelId, SamplePos] = {}
        """What was made before was not meant for us, however late it comes."""
        self._ending = False

    @property
    def now_s(self) -> float:
        """Seconds on the meeting's clock."""
        return self._clock.now_s()

    def lag(self) -> float:
        """Seconds for which the oldest sound has been waiting for its text."""
        return self._scribes.lag_s

    def start(self) -> None:
        """The meeting's clock begins now, with sample 0 of every channel opened before."""
        self._clock.start()
        self._publish(self.meeting.start(self.now_s))

    def accept_block(
        self,
        channel: ChannelId,
        samples: Samples,
        arrived_s: float | None = None,
        *,
        is_numbered: bool = False,
    ) -> None:
        """Take the next sound of a channel, mono 16 kHz, any length; the first of all starts the
        meeting's clock. `arrived_s`, `is_numbered`: see Intake."""
        if not self._ending and len(samples):
            self.vitals.accept_block(channel, self.now_s)
            placed = self.intake.accept(channel, samples, arrived_s, is_numbered=is_numbered)
            self._hear(channel, placed)

    def open_channel(self, channel: ChannelId, start: SamplePos) -> None:
        """Begin to listen to a channel whose first sample stands at `start`."""
        self.intake.open(channel, start)
        self._listen_to(channel, start, is_exact=True)

    def _listen_to(self, channel: ChannelId, start: SamplePos, *, is_exact: bool) -> None:
        language = self.meeting.roster.find(channel).language
        self._room.open_channel(channel, start, self._new_detector(), is_exact=is_exact)
        self._scribes.sit_down(channel, language)

    def lose_channel(self, channel: ChannelId, error: CaptionerError) -> None:
        """No more sound will come from a channel: its utterance is finished, everybody is told.

        Told once: a channel that is lost already stays as it is.
        """
        state = self.meeting.roster.find(channel).state
        if self._ending or state in (ChannelState.LOST, ChannelState.REMOVED):
            return
        self._flush([channel])
        logger.warning("channel %d is lost: %s", channel, error.message)
        self._publish(self.meeting.lose_channel(channel, error.message, self.now_s))

    def regain_channel(self, channel: ChannelId) -> None:
        """Sound comes again from a lost channel; it goes on at the meeting's time of now."""
        if not self._ending and self.meeting.roster.find(channel).state is ChannelState.LOST:
            logger.info("channel %d is back", channel)
            self._publish(self.meeting.regain_channel(channel, self.now_s))

    def break_off(self, channel: ChannelId) -> None:
        """A channel's sound ends for now: its utterance is finished. What comes next, also from
        another device, begins anew where it arrives, after a gap."""
        if not self._ending:
            self._flush([channel])

    def mute_channel(self, channel: ChannelId, muting: Muting) -> None:
        """What was said before is finished; muted sound goes nowhere. Raises MeetingError."""
        changed = self.meeting.mute_channel(channel, muting, self.now_s)
        if changed is None:
            return
        if muting is Muting.HEARD:
            self.hear_again(channel)
        if not self._ending:
            self._finish([channel])
        self._publish(changed)

    def look(self) -> None:
        """Whether sound and text arrive; asked about once a second."""
        try:
            self.vitals.look(self.now_s, self.lose_channel)
        except Exception:  # the next second is looked at all the same
            logger.exception("whether all is well could not be seen")

    def finish(self) -> None:
        """What was said so far is finished; what follows is not heard unless the meeting is live
        or begins."""
        if not self._ending:
            self._finish([entry.channel for entry in self.meeting.roster.present])
        self.vitals.rest()

    def drop(self) -> None:
        """What is unfinished is thrown away, with all sound that is still here."""
        self._room.drop([entry.channel for entry in self.meeting.roster.entries])
        self._scribes.drop()
        self.vitals.rest()

    def hear_again(self, *channels: ChannelId) -> None:
        """What is said from now on into these, or all, is heard; nothing before, however late."""
        heard = channels or [entry.channel for entry in self.meeting.roster.entries]
        self._deaf_until |= dict.fromkeys(heard, SamplePos(seconds_to_samples(self.now_s)))

    def remove_channel(self, channel: ChannelId) -> None:
        """A microphone is taken out: what was said into it is finished."""
        self.break_off(channel)
        self._room.drop([channel])

    def follow_language(self, channel: ChannelId) -> None:
        """Who speaks on a channel has changed."""
        self._scribes.sit_down(channel, self.meeting.roster.find(channel).language)

    def levels(self) -> list[ChannelLevel]:
        """How loud every channel is that is not muted, and whether a voice is in it."""
        return [each for each in self._room.levels() if self._is_heard(each.channel)]

    def recent(self, seconds: float) -> dict[ChannelId, Samples]:
        """The last seconds of every channel that is not muted, in step with each other."""
        heard = self._room.recent(seconds_to_samples(seconds))
        return {each: sound for each, sound in heard.items() if self._is_heard(each)}

    def load(self) -> Load:
        """How the meeting keeps up."""
        return self._scribes.load()

    async def settle(self) -> None:
        """Wait until nothing waits for a decode."""
        await self._scribes.settle()

    async def end(self) -> None:
        """Finish every open utterance, then tell everybody that the meeting is over.

        May be called again, also when an earlier call was cancelled before it was through.
        """
        if not self._ending:
            self._flush([entry.channel for entry in self.meeting.roster.entries])
            self._ending = True
        await self.settle()
        if self.meeting.state is not MeetingState.ENDED:
            self._publish(self.meeting.end(self.now_s))

    def publish(self, command: Callable[[float], Entry]) -> Entry:
        """Carry out a command on the meeting (it gets the time) and publish what comes of it."""
        entry = command(self.now_s)
        self._publish(entry)
        return entry

    def _is_heard(self, channel: ChannelId) -> bool:
        entry, state = self.meeting.roster.find(channel), self.meeting.state
        is_here = entry.muting is Muting.HEARD and entry.state is not ChannelState.REMOVED
        return is_here and state in (MeetingState.LOBBY, MeetingState.LIVE)

    def _hear(self, channel: ChannelId, placed: Placed) -> None:
        for gap in placed.gaps:
            logger.warning("channel %d lost %d samples of sound", channel, gap.end - gap.start)
            self._tell(gap)
        if not len(placed.samples):
            return
        if self.meeting.state is MeetingState.LOBBY:
            self._publish(self.meeting.start(self.now_s))
        presence = self._presences.setdefault(channel, Presence())
        is_early = placed.start < self._deaf_until.get(channel, 0)
        heard = presence.accept(len(placed.samples), is_early or not self._is_heard(channel))
        if heard.skipped == len(placed.samples):
            return
        start = SamplePos(placed.start + heard.skipped)
        if not self._room.has(channel) or placed.is_new or heard.begins_anew:
            self._listen_to(channel, start, is_exact=False)
        self._accept_listened(self._room.accept(channel, placed.samples[heard.skipped :]))
        self._look_at_load()

    def _tell(self, decision: Decision) -> None:
        try:
            self.on_decision(decision)
        except Exception:  # no sound is lost because a listener failed
            logger.exception("a decision was not told")

    def _accept_listened(self, listened: Iterable[Listened]) -> None:
        for heard in listened:
            channel = heard.channel
            transcriber = self._scribes[channel.number]
            for event in heard.events:
                if event.change is SegmentChange.OPENED:
                    transcriber.accept_opened(event.segment)
                else:
                    closed = transcriber.accept_closed(event.segment)
                    self._scribes.enqueue(closed, self._room.audio(closed.segment))
            if (segment := channel.open_segment) is not None:
                self.vitals.accept_voice(self.now_s)
                if plan := transcriber.plan_partial(segment, self._room.speaking):
                    self._scribes.enqueue(plan, self._room.audio(plan.segment))
            if heard.suppressed is not None:
                self._tell(decision_of(heard.suppressed))

    def _flush(self, channels: Sequence[ChannelId]) -> None:
        """No more sound comes from these channels for now."""
        for channel in channels:
            try:
                self._hear(channel, self.intake.leave(channel))
            except Exception:  # what was heard so far is finished all the same
                logger.exception("the last sound of channel %d was not heard", channel)
        self._finish(channels)

    def _finish(self, channels: Sequence[ChannelId]) -> None:
        """Finish what was said into these channels so far."""
        for channel in channels:
            try:
                self._accept_listened(self._room.fill_up(channel))
            except Exception:  # as above
                logger.exception("the last frame of channel %d was not heard", channel)
        self._accept_listened(self._room.close(channels))

    def _look_at_load(self) -> None:
        self.vitals.look_at_load(self._scribes.lag_s, self.now_s)

    def _revise(self, utterance: Utterance) -> None:
        self._publish(self.meeting.revise(utterance, self.now_s))

    def _publish(self, entry: Entry) -> None:
        self._on_entry(entry)
        self.vitals.accept_entry(entry)
