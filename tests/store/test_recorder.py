"""What happens to captions while the disk refuses, and when it does no more."""

from pathlib import Path

import pytest

from captioner.captions.meeting import Meeting
from captioner.domain import UtteranceId, UtteranceState
from captioner.errors import StoreError
from captioner.store.journal import Journal
from captioner.store.recorder import TRY_AGAIN_S, Recorder
from captioner.store.rows import Setup
from tests.fakes.fake_clock import FakeClock
from tests.fakes.sample_meeting import said, spec


class FlakyJournal(Journal):
    """A real one, on a disk that can be full. Unrealistic: at once, and for everything."""

    is_full = False
    tries = 0

    def begin(self, *given: object) -> None:
        self._refuse()
        super().begin(*given)  # type: ignore[arg-type]

    def write(self, *given: object) -> None:
        self._refuse()
        super().write(*given)  # type: ignore[arg-type]

    def _refuse(self) -> None:
        self.tries += 1
        if self.is_full:
            raise StoreError("disk_full", "No space.")


class Desk:
    """A meeting that is written down."""

    def __init__(self, folder: Path, clock: FakeClock) -> None:
        self.journal = FlakyJournal(folder)
        self.journal.open()
        self.meeting = Meeting(spec("Anna", "Bram"))
        self.told: list[str | None] = []
        self.recorder = Recorder(
            self.journal,
            self.meeting,
            clock,
            lambda problem: self.told.append(problem.code if problem else None),
            Setup({}),
        )
        self.recorder.accept(self.meeting.start(0.0))

    def say(self, text: str, utterance: str, state: str = "final", rev: int = 1) -> None:
        revised = said(text, utterance, rev=rev, state=UtteranceState(state))
        self.recorder.accept(self.meeting.revise(revised, 1.0))

    @property
    def kept(self) -> list[str]:
        return [event.text for event in self.journal.events(spec().id) if hasattr(event, "text")]


def test_what_was_missed_is_written_when_there_is_space_again(
    tmp_path: Path, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(tmp_path, clock)
    desk.say("one", "u1")
    desk.journal.is_full = True
    desk.say("two", "u2")
    desk.say("three", "u3")
    desk.say("fo", "u4", "partial")
    assert desk.kept == ["one"]
    assert desk.told == ["disk_full"]
    assert caplog.text.count("No space") == 1
    desk.journal.is_full = False
    desk.say("five", "u5")
    assert desk.kept == ["one"]  # too soon for another try
    clock.advance(TRY_AGAIN_S)
    desk.say("six", "u6")
    assert desk.kept == ["one", "two", "three", "five", "six"]
    assert [each.utterance for each in desk.journal.unfinished(spec().id)] == ["u4"]
    assert desk.told == ["disk_full", None]


def test_what_was_deleted_meanwhile_is_deleted_in_the_record_too(
    tmp_path: Path, clock: FakeClock
) -> None:
    desk = Desk(tmp_path, clock)
    desk.say("one", "u1")
    desk.journal.is_full = True
    desk.say("two", "u2")
    for utterance in ("u1", "u2"):
        desk.recorder.accept(desk.meeting.delete(UtteranceId(utterance), 2.0))
    desk.journal.is_full = False
    desk.recorder.catch_up()
    assert desk.kept == ["", ""]


def test_a_disk_that_was_full_from_the_start_gets_the_whole_meeting_later(
    tmp_path: Path, clock: FakeClock
) -> None:
    FlakyJournal.is_full = True
    try:
        desk = Desk(tmp_path, clock)
        desk.say("one", "u1")
    finally:
        FlakyJournal.is_full = False
    clock.advance(TRY_AGAIN_S)
    desk.say("two", "u2")
    assert desk.kept == ["one", "two"]


def test_a_disk_that_is_full_for_long_is_not_tried_with_every_word(
    tmp_path: Path, clock: FakeClock
) -> None:
    desk = Desk(tmp_path, clock)
    desk.journal.is_full = True
    before = desk.journal.tries
    for number in range(100):
        desk.say("word", f"u{number}")
    assert desk.journal.tries == before + 1


def test_another_microphone_is_in_the_record_as_soon_as_it_can_be_written(
    tmp_path: Path, clock: FakeClock
) -> None:
    desk = Desk(tmp_path, clock)
    desk.recorder.catch_up()
    desk.recorder.use_setup(Setup({1: "mic-1", 3: "mic-3"}, "Siobhan"))
    (row,) = desk.journal.meetings()
    assert row.setup == Setup({1: "mic-1", 3: "mic-3"}, "Siobhan")
    desk.journal.is_full = True
    desk.recorder.use_setup(Setup({1: "mic-1"}))
    desk.journal.is_full = False
    clock.advance(TRY_AGAIN_S)
    desk.recorder.catch_up()
    (row,) = desk.journal.meetings()
    assert row.setup == Setup({1: "mic-1"})
