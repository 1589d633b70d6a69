"""A meeting out of the record: it can be read, corrected and taken up, but hears nothing."""

from collections.abc import Callable, Mapping
from pathlib import Path

from captioner.asr.glossary import parse_glossary
from captioner.asr.load import Load
from captioner.captions.meeting import Meeting
from captioner.captions.pace import Pace
from captioner.captions.recovery import Past
from captioner.captions.timeline import Entry
from captioner.clock import Clock, MeetingClock
from captioner.domain import ChannelId, MeetingState, Muting
from captioner.errors import MeetingError, StoreError
from captioner.server.desk import LevelReport
from captioner.server.feed import Feed
from captioner.service.running import RunningMeeting, leave_transcript
from captioner.service.translating import MeetingTranslations
from captioner.service.translators import Translators
from captioner.store.rows import Setup


class KeptMeeting:
    """Implements the endpoints' MeetingHandle. Used from the event loop's thread.

    `past.at_s` is the moment of its making: the clock of a meeting that broke off goes on.
    """

    def __init__(
        self,
        past: Past,
        setup: Setup,
        clock: Clock,
        sink: Callable[[Entry], None],
        folder: Path | None,
        translators: Translators | None = None,
    ) -> None:
        self.meeting: Meeting = past.meeting
        self.setup = setup
        self.feed = Feed()
        self.viewers = 0
        self.folder = folder
        self.problem: StoreError | None = None
        self._run = past.run
        self._sink = sink
        self._last_s = past.at_s
        self._clock = MeetingClock(clock)
        self._clock.start(past.at_s)
        self.translations = MeetingTranslations(
            self.meeting, translators or Translators.none(), self.publish, lambda: self.now_s
        )
        terms = parse_glossary(setup.glossary)
        self.translations.terms = [term.written for term in terms]

    @property
    def is_over(self) -> bool:
        return self.meeting.state is MeetingState.ENDED

    @property
    def hears(self) -> bool:
        return False

    @property
    def now_s(self) -> float:
        return self._last_s if self.is_over else self._clock.now_s()

    def past(self) -> Past:
        """What it has behind it if it is taken up now."""
        return Past(self.meeting, self._run, self.now_s)

    def levels(self) -> list[LevelReport]:
        return []

    def load(self) -> Load:
        return Load()

    def pace(self) -> Pace:
        return Pace()

    def sources(self) -> Mapping[ChannelId, str]:
        return {}

    def publish(self, command: Callable[[float], Entry]) -> Entry:
        entry = command(self.now_s)
        self._sink(entry)
        self.translations.accept(entry)
        self.feed.announce()
        return entry

    def mute_channel(self, channel: ChannelId, muting: Muting) -> None:
        name = self.meeting.roster.find(channel).name
        message = f"This meeting hears nothing now: {name} cannot be {muting}."
        raise MeetingError("wrong_state", message)

    async def end(self) -> None:
        """It is not taken up: its transcript is left."""
        if self.is_over:
            return
        self.publish(self.meeting.end)
        self.rewrite_transcript()

    def rewrite_transcript(self) -> None:
        """What was left says what the meeting says now."""
        if self.is_over and self.folder is not None:
            self.problem = leave_transcript(self.folder, self.meeting, self.problem)


Held = RunningMeeting | KeptMeeting
"""A meeting that a service has in memory."""
