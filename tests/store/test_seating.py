"""What lies on the disk of a meeting of captions only: who sits where, and no word of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from captioner.captions.meeting import Meeting
from captioner.domain import ChannelId, ChannelState, Keeping, Muting
from captioner.errors import StoreError
from captioner.store.journal import Journal
from captioner.store.rows import MeetingRow, Setup
from captioner.store.seating import SeatingRecorder
from tests.fakes.sample_meeting import said, spec

ONE, TWO = ChannelId(1), ChannelId(2)


class FlakyJournal(Journal):
    """A real one, on a disk that can refuse. Unrealistic: at once, and what it wrote stays."""

    is_full = False

    def open(self) -> None:
        if self.is_full:
            raise StoreError("disk_full", "No space.")
        super().open()


class Desk:
    """A meeting of captions only."""

    def __init__(self, folder: Path) -> None:
        self.journal = FlakyJournal(folder)
        self.meeting = Meeting(replace(spec("Anna", "Bram"), keeping=Keeping.CAPTIONS))
        self.recorder = SeatingRecorder(self.journal, self.meeting, Setup({1: "mic-1"}))
        self.recorder.catch_up()

    def mute(self, muting: Muting) -> None:
        entry = self.meeting.mute_channel(ONE, muting, 1.0)
        assert entry is not None
        self.recorder.accept(entry)

    def rows(self) -> list[MeetingRow]:
        self.journal.open()
        return self.journal.meetings()

    def is_behind(self) -> bool:
        return self.recorder.problem is not None


def test_the_channels_are_there_as_they_are_now(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    meeting = desk.meeting
    desk.mute(Muting.PRIVATE)
    desk.recorder.accept(meeting.rename(TWO, "Ada", 2.0))
    desk.recorder.accept(meeting.lose_channel(TWO, "Unplugged.", 3.0))
    (row,) = desk.rows()
    assert row.roster == meeting.roster.entries
    assert (row.roster[0].muting, row.roster[1].state) == (Muting.PRIVATE, ChannelState.LOST)
    desk.recorder.use_setup(Setup({1: "mic-1", 2: "mic-2"}, "Siobhan"))
    (row,) = desk.rows()
    assert row.setup == Setup({1: "mic-1", 2: "mic-2"}, "Siobhan")
    assert row.roster == meeting.roster.entries


def test_what_is_said_and_typed_is_not(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for entry in (
        desk.meeting.start(0.0),
        desk.meeting.revise(said("budget"), 1.0),
        desk.meeting.type_message("Nora", "budget", 2.0),
        desk.meeting.lose_channel(ONE, "budget", 3.0),
    ):
        desk.recorder.accept(entry)
    assert desk.journal.events(desk.meeting.spec.id) == []
    assert not [path for path in tmp_path.iterdir() if b"budget" in path.read_bytes()]


def test_when_it_is_over_it_is_gone_and_stays_so(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.recorder.accept(desk.meeting.start(0.0))
    desk.recorder.accept(desk.meeting.end(1.0))
    assert desk.rows() == []
    desk.recorder.accept(desk.meeting.rename(ONE, "Ada", 2.0))
    assert desk.rows() == []


def test_what_the_disk_refuses_is_told_to_the_log_once_and_caught_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(tmp_path)
    desk.journal.is_full = True
    desk.mute(Muting.PRIVATE)
    desk.mute(Muting.MUTED)
    assert caplog.text.count("No space") == 1
    desk.journal.is_full = False
    assert desk.rows()[0].roster[0].muting is Muting.HEARD
    desk.recorder.catch_up()
    assert not desk.is_behind()
    assert desk.rows()[0].roster[0].muting is Muting.MUTED


def test_an_end_that_the_disk_refuses_is_caught_up_too(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.journal.is_full = True
    desk.recorder.accept(desk.meeting.end(1.0))
    assert desk.is_behind()
    desk.journal.is_full = False
    desk.recorder.catch_up()
    assert (desk.rows(), desk.is_behind()) == ([], False)
