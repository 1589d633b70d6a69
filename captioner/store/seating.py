"""Who sits where in a meeting of captions only, on its way into the record; no word of it."""

import logging

from captioner.captions.events import ChannelChanged
from captioner.captions.meeting import Meeting
from captioner.captions.timeline import Entry
from captioner.domain import MeetingState
from captioner.errors import StoreError
from captioner.store.journal import Journal
from captioner.store.rows import Setup

logger = logging.getLogger(__name__)


class SeatingRecorder:
    """Sees every entry before a reader does, and writes nothing of it; never raises.

    The record has what such a meeting was set up with and its channels as they are now: who was
    private when it broke off is private when it goes on. At its end that goes too.
    """

    def __init__(self, journal: Journal, meeting: Meeting, setup: Setup) -> None:
        self._journal = journal
        self._meeting = meeting
        self._setup = setup
        self.problem: StoreError | None = None
        """Why the record is behind; captions lose nothing by it, so the log alone is told."""

    def accept(self, entry: Entry) -> None:
        """A channel may be different from now on, or all be over."""
        if self._is_over or isinstance(entry.event, ChannelChanged):
            self.catch_up()

    def use_setup(self, setup: Setup) -> None:
        """What the meeting needs to be taken up again is different from now on."""
        self._setup = setup
        self.catch_up()

    def catch_up(self) -> None:
        """Write down who sits where, or of a meeting that is over, that there was none."""
        spec = self._meeting.spec
        try:
            self._journal.open()  # it may have been in use, or its disk away
            if self._is_over:
                self._journal.forget([spec.id], "")
            else:
                self._journal.begin(spec, self._setup, self._meeting.roster.entries)
        except StoreError as error:
            if self.problem is None:
                logger.warning("%s", error.message)
            self.problem = error
            return
        self.problem = None

    @property
    def _is_over(self) -> bool:
        return self._meeting.state is MeetingState.ENDED
