"""The record of a service: what begins is written down, what broke off is there again."""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from captioner.captions.meeting import Meeting
from captioner.captions.recovery import Past, break_off, rebuild
from captioner.captions.timeline import Entry
from captioner.clock import Clock
from captioner.domain import Keeping, MeetingId
from captioner.errors import MeetingError, StoreError
from captioner.server.desk import Deletion, KeptCard
from captioner.service.kept import Held, KeptMeeting
from captioner.service.running import RunningMeeting, new_epoch
from captioner.service.translators import Translators
from captioner.store.journal import Journal
from captioner.store.journal_file import ASIDE
from captioner.store.recorder import Recorder
from captioner.store.retention import choose_old
from captioner.store.rows import MeetingRow, Setup
from captioner.store.seating import SeatingRecorder

logger = logging.getLogger(__name__)

HOUR_S = 3600.0
"""What is old is looked for so often."""

AGAIN_S = 10.0
"""What a disk refused is tried again so often: the transcript of three hours takes a third of a
second, for which captions wait."""


class Records:
    """Used from the event loop's thread. Nothing here stops a meeting: what fails is told."""

    def __init__(self, folder: Path, keep_days: int, clock: Clock) -> None:
        self.journal = Journal(folder)
        self.keep_days = keep_days
        self.problem: StoreError | None = None
        """Why nothing is written down, if nothing is."""
        self._transcripts = folder / "meetings"
        self._folder = folder
        self._clock = clock
        self._recorders: dict[MeetingId, Recorder | SeatingRecorder] = {}
        self.translators = Translators.of(folder)
        """What translates; whoever has others sets them."""
        self.find: Callable[[MeetingId], Held | None] = lambda _: None
        """The meeting in memory of this id; set by whoever holds them."""

    def open(self) -> None:
        """Open the record and delete what has been kept long enough."""
        try:
            self.journal.open()
            self.problem = None
        except StoreError as error:
            self.problem = error
            logger.error("%s", error.message)
            return
        if self.journal.note:
            logger.warning("%s", self.journal.note)
        self.forget_older(self.keep_days)

    def close(self) -> None:
        self.try_again()
        self.journal.close()

    def try_again(self) -> None:
        """Write down what was refused, of meetings too in which nothing happens any more."""
        for recorder in self._recorders.values():
            if recorder.problem is not None:
                recorder.catch_up()
        if self.journal.has_erased:
            with suppress(StoreError):  # whoever deleted has been told
                self.journal.scrub()

    def begin(self, running: RunningMeeting, setup: Setup) -> None:
        """Write down what happens in a new meeting from now on, at its level."""
        if running.meeting.spec.keeping is Keeping.CAPTIONS:
            running.folder = None
        recorder = self._recorder(running.meeting, setup)
        running.add_sink(recorder.accept)
        recorder.catch_up()

    def change(self, meeting: Meeting, setup: Setup) -> None:
        """A microphone came or went; what fails is told like everything else."""
        recorder = self._recorders.get(meeting.spec.id)
        if recorder is not None:
            recorder.use_setup(setup)

    def attach(self, running: RunningMeeting) -> None:
        """Go on writing down a meeting that is taken up."""
        recorder = self._recorders.get(running.meeting.spec.id)
        if recorder is not None:
            running.add_sink(recorder.accept)

    def broken_off(self) -> list[KeptMeeting]:
        """The meetings that a crash broke off, paused, what was open in them closed."""
        if not self.journal.is_open:
            return []
        found = []
        for row in reversed(self.journal.meetings()):
            if row.ended:
                continue
            try:
                found.append(self._take_up(row))
            except StoreError as error:
                self.problem = error
                logger.error("%s", error.message)
            except (MeetingError, ValueError):  # the others are there all the same
                logger.exception("the meeting %s cannot be taken up", row.spec.id)
        return found

    def load(self, row: MeetingRow) -> KeptMeeting:
        """A meeting of the record that is over. Raises StoreError."""
        meeting = rebuild(row.spec, self.journal.events(row.spec.id), row.reserved)
        past = Past(meeting, row.run, meeting.hello(0.0).at)
        recorder = self._recorder(meeting, row.setup, is_new=False)
        return self._kept(past, row.setup, recorder.accept)

    def rows(self) -> list[MeetingRow]:
        """All meetings of the record, newest first; none where it cannot be read."""
        try:
            return self.journal.meetings() if self.journal.is_open else []
        except StoreError as error:
            self.problem = error
            return []

    def cards(self) -> list[KeptCard]:
        """What is kept of earlier meetings, newest first."""
        rows = {row.spec.id: row for row in self.rows()}
        names = sorted({*rows, *map(MeetingId, self._folders())}, reverse=True)
        return [
            KeptCard(
                name,
                rows[name].spec.title if name in rows else "",
                rows[name].spec.code if name in rows else "",
                name in rows,
                name not in rows or rows[name].ended,
            )
            for name in names
        ]

    def deletions(self) -> list[Deletion]:
        """What was deleted when, newest first."""
        try:
            found = self.journal.deletions() if self.journal.is_open else []
        except StoreError as error:
            self.problem, found = error, []
        return [Deletion(*each) for each in found]

    def problem_of(self, meeting: MeetingId) -> StoreError | None:
        """Why what happens in this meeting is not written down, if it is not."""
        recorder = self._recorders.get(meeting)
        return recorder.problem if isinstance(recorder, Recorder) else None

    def forget(self, meeting: MeetingId, what: str = "meeting") -> None:
        """Delete a meeting with all that it left. Raises MeetingError, StoreError."""
        folders = [name for name in self._folders() if name == meeting]
        count = self.journal.forget([meeting], what) if self.journal.is_open else 0
        if not count and not folders:
            raise MeetingError("unknown_meeting", f"There is no meeting {meeting}.")
        self._recorders.pop(meeting, None)
        for name in folders:
            shutil.rmtree(self._transcripts / name, ignore_errors=True)

    def drop(self, meeting: MeetingId, what: str = "") -> None:
        """The same for one that may not be in the record; a disk that refuses is told.

        Raises StoreError.
        """
        if self.journal.is_open:
            self.journal.forget([meeting], what)
        self._recorders.pop(meeting, None)

    def forget_older(
        self, days: float, but: Collection[MeetingId] = (), what: str = "age"
    ) -> list[MeetingId]:
        """Delete what is older than so many days but for these; which meetings that were.

        A record that was set aside goes too: all that is in it is as old. What fails is tried again
        the next time.
        """
        now = self._clock.wall_time()
        names = {*self._folders(), *(row.spec.id for row in self.rows())} - set(but)
        gone = []
        for meeting in map(MeetingId, choose_old(names, now, days)):
            try:
                self.forget(meeting, what)
                gone.append(meeting)
            except (MeetingError, StoreError) as error:
                logger.error("%s", error.message)
        aside = {path.name.removeprefix(ASIDE): path for path in self._folder.glob(f"{ASIDE}*")}
        for name in choose_old(aside, now, days):
            aside[name].unlink(missing_ok=True)
        return sorted(gone)

    def _recorder(
        self, meeting: Meeting, setup: Setup, *, is_new: bool = True
    ) -> Recorder | SeatingRecorder:
        """What writes it down at its level; `is_new`: the record has not got it yet."""
        recorder: Recorder | SeatingRecorder
        if meeting.spec.keeping is Keeping.CAPTIONS:
            recorder = SeatingRecorder(self.journal, meeting, setup)
        else:
            on_problem = partial(self._tell, meeting.spec.id)
            missing = setup if is_new else None
            recorder = Recorder(self.journal, meeting, self._clock, on_problem, missing)
        self._recorders[meeting.spec.id] = recorder
        return recorder

    def _tell(self, meeting: MeetingId, problem: StoreError | None) -> None:
        """Everybody is told, after the event that is just being published."""
        self.problem = problem
        asyncio.get_running_loop().call_soon(self._report, meeting, problem)

    def _report(self, meeting: MeetingId, problem: StoreError | None) -> None:
        held = self.find(meeting)
        if held is None or held.is_over:
            return
        heard = held.meeting
        message = None if problem is None else problem.message
        held.publish(lambda at: heard.report(message, at))

    def _take_up(self, row: MeetingRow) -> KeptMeeting:
        spec, id_ = row.spec, row.spec.id
        is_kept = spec.keeping is Keeping.TRANSCRIPT
        if not is_kept:
            self.journal.retire(id_, new_epoch())
            row = next(each for each in self.journal.meetings() if each.spec.id == id_)
        self.journal.take_up(id_)
        meeting = rebuild(row.spec, self.journal.events(id_), row.reserved if is_kept else 0)
        for seat in row.roster:
            meeting.roster.restore(seat, is_new=True)
        passed_s = (self._clock.wall_time() - spec.started).total_seconds()
        past = Past(meeting, row.run + 1, max(meeting.hello(0.0).at, round(passed_s, 3)))
        setup = _for_present(row.setup, meeting)
        recorder = self._recorder(meeting, setup, is_new=False)
        unfinished = self.journal.unfinished(id_)
        for entry in break_off(meeting, unfinished, past.at_s):
            recorder.accept(entry)
        return self._kept(past, setup, recorder.accept)

    def _kept(self, past: Past, setup: Setup, sink: Callable[[Entry], None]) -> KeptMeeting:
        left = self._left(past.meeting)
        return KeptMeeting(past, setup, self._clock, sink, left, self.translators)

    def _left(self, meeting: Meeting) -> Path | None:
        """The folder of a meeting's transcript."""
        is_kept = meeting.spec.keeping is Keeping.TRANSCRIPT
        return self._transcripts / meeting.spec.id if is_kept else None

    def _folders(self) -> list[str]:
        try:
            return [path.name for path in self._transcripts.iterdir() if path.is_dir()]
        except OSError:
            return []


def _for_present(setup: Setup, meeting: Meeting) -> Setup:
    """A crash can fall between a channel's change and that of the microphones: one that belongs to
    no channel would be opened for nobody, and could not be added again."""
    here = {entry.channel for entry in meeting.roster.present}
    devices = {number: device for number, device in setup.devices.items() if number in here}
    return replace(setup, devices=devices)


async def every(
    pause_s: float,
    act: Callable[[], Awaitable[object]],
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Look after what is kept again and again, until it is cancelled."""
    while True:
        await wait(pause_s)
        try:
            await act()
        except Exception:  # the next time tries again
            logger.exception("what is kept could not be looked after")
