"""What happens in one meeting, on its way into the record."""

import logging
from collections.abc import Callable

from captioner.captions.meeting import Meeting
from captioner.captions.timeline import Entry
from captioner.clock import Clock
from captioner.errors import StoreError
from captioner.store.journal import Journal
from captioner.store.rows import Setup

logger = logging.getLogger(__name__)

TRY_AGAIN_S = 1.0
"""While nothing can be written, a try costs time that captions need."""


class Recorder:
    """Sees every entry before a reader does; never raises.

    Nothing is queued: what could not be written is still on the timeline, and is taken from there
    with the first entry that can be written again.
    """

    def __init__(
        self,
        journal: Journal,
        meeting: Meeting,
        clock: Clock,
        on_problem: Callable[[StoreError | None], None],
        setup: Setup | None = None,
    ) -> None:
        """`setup`: of a meeting that the record has not got yet. `on_problem` is told when writing
        begins to fail, and with None when it goes on."""
        self._journal = journal
        self._meeting = meeting
        self._clock = clock
        self._on_problem = on_problem
        self._setup = setup
        self._written = meeting.timeline.seq
        self._tried_at_s = float("-inf")
        self.problem: StoreError | None = None
        """Why nothing can be written; None: it can."""

    def accept(self, entry: Entry) -> None:
        """Write it down, and what is still missing before it."""
        if self.problem is None:
            self._write([entry])
        elif self._clock.monotonic_s() - self._tried_at_s >= TRY_AGAIN_S:
            self.catch_up()

    def use_setup(self, setup: Setup) -> None:
        """What the meeting needs to be taken up again is different from now on."""
        self._setup = setup
        self.catch_up()

    def catch_up(self) -> None:
        """Write down what is missing, if it can be written now."""
        self._write(self._meeting.timeline.since(self._written))

    def _write(self, entries: list[Entry]) -> None:
        try:
            self._journal.open()  # it may have been in use, or its disk away
            if self._setup is not None:
                self._journal.begin(self._meeting.spec, self._setup)
                self._setup = None
            self._journal.write(self._meeting.spec.id, entries)
        except StoreError as error:
            self._tried_at_s = self._clock.monotonic_s()
            if self.problem is None:
                logger.error("%s", error.message)
            self._tell(error)
            return
        if entries:
            self._written = entries[-1].seq
        self._tell(None)

    def _tell(self, problem: StoreError | None) -> None:
        before, self.problem = self.problem, problem
        if (before and before.code) != (problem and problem.code):
            self._on_problem(problem)
