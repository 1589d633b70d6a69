"""A meeting that is going on: its timeline, its sound, its readers, and what it leaves."""

import asyncio
import itertools
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from captioner.asr.glossary import Glossary, Term, choose_hotwords, estimate_tokens
from captioner.asr.load import Load
from captioner.asr.worker import DecodeWorker
from captioner.audio.advice import Advice
from captioner.audio.source import AudioSource, TimedSource
from captioner.audio.vad import SileroDetector, SileroModel
from captioner.captions.meeting import Meeting, MeetingSpec
from captioner.captions.pace import Pace
from captioner.captions.recovery import Past
from captioner.captions.timeline import Entry
from captioner.clock import Clock, MeetingClock
from captioner.domain import ChannelId, MeetingState, Muting, UtteranceId
from captioner.errors import StoreError
from captioner.server.desk import LevelReport
from captioner.server.feed import Feed
from captioner.service.listener import Listener, open_all
from captioner.service.live import LiveMeeting
from captioner.service.translating import MeetingTranslations
from captioner.service.translators import Translators
from captioner.settings import Settings
from captioner.store.export import RENDERERS
from captioner.store.files import write_files
from captioner.store.rows import Setup

logger = logging.getLogger(__name__)

LOOK_S = 1.0
"""How often a meeting is asked whether all is well with it."""

HOTWORD_TOKENS = 100
"""Of the 224 that Whisper takes as previous text: the longer the prompt, the likelier it leaks."""

LAST_TRANSLATIONS_S = 5.0
"""The end of a meeting waits so long for the last words in other languages."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is loaded once and hears for every meeting."""

    worker: DecodeWorker
    silero: SileroModel


class RunningMeeting:
    """The object that endpoints, replays and the host's commands act on.

    Used from the event loop's thread. `folder` gets the transcript when the meeting ends; None
    keeps nothing on the disk. `sinks` see every entry before the readers do.
    """

    def __init__(
        self,
        spec: MeetingSpec,
        hearing: Hearing,
        settings: Settings,
        clock: Clock,
        folder: Path | None = None,
        sinks: Sequence[Callable[[Entry], None]] = (),
        past: Past | None = None,
        translators: Translators | None = None,
    ) -> None:
        """`past`: of a meeting that is taken up again. `translators`: None, the data folder's."""
        self.meeting = past.meeting if past else Meeting(spec)
        self.feed = Feed()
        self.viewers = 0
        self.setup = Setup({})
        """What it needs besides its events to be taken up again."""
        self.back_to = MeetingState.LIVE
        """What follows when it is not private any more."""
        self.folder = folder
        self._is_kept = False
        self.problem: StoreError | None = None
        """Why the transcript could not be written, if it could not."""
        self._sinks = list(sinks)
        self._settings = settings
        self._worker = hearing.worker
        self.switched_off: frozenset[ChannelId] = frozenset()
        """Channels whose microphone the system itself has muted."""
        self._labels: dict[ChannelId, str] = {}
        self._timed: dict[ChannelId, TimedSource] = {}
        """Sources with a clock of their own."""
        self._listeners: dict[ChannelId, asyncio.Task[None]] = {}
        self._beside: list[asyncio.Task[None]] = []
        numbers = itertools.count(1)
        ids = f"{spec.epoch}.{past.run}" if past and past.run else spec.epoch
        meeting_clock = MeetingClock(clock)
        if past:
            meeting_clock.start(past.at_s)
        self.live = LiveMeeting(
            self.meeting,
            hearing.worker,
            lambda: SileroDetector(hearing.silero),
            settings,
            meeting_clock,
            lambda: UtteranceId(f"{ids}-{next(numbers):05}"),
            self._accept_entry,
        )
        self.translations = MeetingTranslations(
            self.meeting,
            translators or Translators.of(settings.store.folder),
            self.publish,
            lambda: self.live.now_s,
        )
        self.translations.lag_s = self.live.lag

    @property
    def now_s(self) -> float:
        return self.live.now_s

    @property
    def devices(self) -> Mapping[int, str]:
        """The id of each channel's microphone."""
        return self.setup.devices

    @property
    def hears(self) -> bool:
        return not self.is_over

    @property
    def is_over(self) -> bool:
        """Whether the meeting has ended."""
        return self.meeting.state is MeetingState.ENDED

    def add_sink(self, sink: Callable[[Entry], None]) -> None:
        """Another that sees every entry from now on before the readers do."""
        self._sinks.append(sink)

    def use_glossary(self, terms: Sequence[Term]) -> None:
        """Put these names and terms right from now on; before the first sound."""
        names = [entry.name for entry in self.meeting.roster.entries]
        self.live.correct = Glossary(terms, names).correct_hypothesis
        self.translations.terms = [term.written for term in terms]
        wanted = terms if self._settings.asr.hotwords else ()
        self._worker.hotwords = choose_hotwords(wanted, HOTWORD_TOKENS, estimate_tokens)

    def levels(self) -> list[LevelReport]:
        if self.is_over:
            return []
        return [
            LevelReport(
                channel=heard.channel,
                rms_db=heard.level.rms_db,
                peak_db=heard.level.peak_db,
                voice=heard.has_voice,
                source=self._labels.get(heard.channel, ""),
                gap_s=self._gap_s(heard.channel),
                drift_ppm=self.live.intake.drift_ppm(heard.channel),
                advice=self._advice(heard.channel, heard.advice),
            )
            for heard in self.live.levels()
        ]

    def _advice(self, channel: ChannelId, heard: Advice | None) -> Advice | None:
        return Advice.SYSTEM_MUTED if channel in self.switched_off else heard

    def _gap_s(self, channel: ChannelId) -> float:
        """Seconds that never came, and those that came and were not taken in time."""
        timed = self._timed.get(channel)
        return self.live.intake.gap_s(channel) + (0.0 if timed is None else timed.lost_s)

    def load(self) -> Load:
        return self.live.load()

    def pace(self) -> Pace:
        return self.live.vitals.pace

    def sources(self) -> Mapping[ChannelId, str]:
        return self._labels

    def publish(self, command: Callable[[float], Entry]) -> Entry:
        return self.live.publish(command)

    def mute_channel(self, channel: ChannelId, muting: Muting) -> None:
        self.live.mute_channel(channel, muting)

    async def listen(self, sources: Mapping[ChannelId, AudioSource]) -> None:
        """Open the microphones and caption what they hear until the meeting ends.

        A microphone that does not open is lost from the start and looked for like one that was
        lost later; the others go on. When none opens, its AudioError is raised. A meeting that
        was ended meanwhile hears nothing.
        """
        self._labels = {channel: source.label for channel, source in sources.items()}
        self._timed = {
            each: source for each, source in sources.items() if isinstance(source, TimedSource)
        }
        opened, failures = await open_all(sources)
        if self.is_over:
            await asyncio.gather(*(source.close() for source in opened.values()))
            return
        if failures and not opened:
            raise next(iter(failures.values()))
        for channel, failure in failures.items():
            self.live.lose_channel(channel, failure)
        for channel, source in sources.items():
            self._follow(channel, source, is_open=channel in opened)
        self.attend(self._watch())

    async def listen_also(self, channel: ChannelId, source: AudioSource) -> None:
        """Caption one more microphone, which is open."""
        self._labels[channel] = source.label
        if isinstance(source, TimedSource):
            self._timed[channel] = source
        self._follow(channel, source, is_open=True)

    async def stop_listening_to(self, channel: ChannelId) -> None:
        """Let a microphone go; what was said into it is finished."""
        if (task := self._listeners.pop(channel, None)) is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self._labels.pop(channel, None)
        self._timed.pop(channel, None)
        self.live.remove_channel(channel)

    def _follow(self, channel: ChannelId, source: AudioSource, *, is_open: bool) -> None:
        listener = Listener(channel, source, self.live, is_open=is_open)
        self._listeners[channel] = asyncio.create_task(listener.run())

    async def _watch(self) -> None:
        """Ask again and again whether sound and text arrive."""
        while True:
            await asyncio.sleep(LOOK_S)
            self.live.look()

    def attend(self, task: Coroutine[Any, Any, None]) -> None:
        """Something that goes on beside the microphones for as long as they are listened to."""
        self._beside.append(asyncio.create_task(task))

    async def settle(self) -> None:
        """Wait until nothing waits for a decode or a translation."""
        await self.live.settle()
        await self.translations.settle()

    async def end(self) -> None:
        """End the meeting: stop listening, finish what was said, leave the transcript."""
        await self._stop_listening()
        await self.live.end()
        await self._stop_listening()  # to a microphone that came meanwhile
        await self.translations.settle(LAST_TRANSLATIONS_S)
        if not self._is_kept:
            self._is_kept = True
            self.rewrite_transcript()

    def rewrite_transcript(self) -> None:
        """What was left says what the meeting says now."""
        if self.folder is not None and self._is_kept:
            self.problem = leave_transcript(self.folder, self.meeting, self.problem)

    async def _stop_listening(self) -> None:
        tasks = [*self._listeners.values(), *self._beside]
        self._listeners, self._beside = {}, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _accept_entry(self, entry: Entry) -> None:
        for sink in self._sinks:
            sink(entry)
        self.translations.accept(entry)
        self.feed.announce()


def leave_transcript(folder: Path, meeting: Meeting, told: StoreError | None) -> StoreError | None:
    """Write the transcript in every format; why that failed, if it did. Nothing stops for it.

    `told`: why it failed the last time; the log is told once.
    """
    texts = {f"transcript.{ending}": render(meeting) for ending, render in RENDERERS.items()}
    try:
        write_files(folder, texts)
    except StoreError as error:
        if told is None:
            logger.error("%s", error.message)
        return error
    return None


def new_epoch() -> str:
    """A name for a meeting's run of numbers that no other will ever have."""
    return secrets.token_hex(6)


async def end_all(meetings: Sequence[RunningMeeting]) -> None:
    """End every meeting; one that fails to does not keep the others from it."""
    ends: list[Awaitable[None]] = [meeting.end() for meeting in meetings]
    for outcome in await asyncio.gather(*ends, return_exceptions=True):
        if isinstance(outcome, BaseException):
            logger.error("a meeting did not end well: %s", outcome)
