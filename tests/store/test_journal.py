"""The record on a real disk: what it keeps, what it survives, what it forgets."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from captioner.captions.meeting import Meeting
from captioner.captions.recovery import rebuild
from captioner.captions.timeline import Entry
from captioner.domain import ChannelId, MeetingId, MessageId, UtteranceId, UtteranceState
from captioner.errors import StoreError
from captioner.store.journal import BLOCK, NAME, Journal
from captioner.store.rows import Setup
from tests.fakes.sample_meeting import said, spec, started

M1 = MeetingId("m1")
SETUP = Setup({1: "mic-1", 2: "mic-2"}, "Siobhan: Shivon")
PARTIAL = UtteranceState.PARTIAL


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path)
    opened.open()
    opened.begin(spec("Anna", "Bram"), SETUP)
    yield opened
    opened.close()


def everything(meeting: Meeting) -> list[Entry]:
    return meeting.timeline.since(0)


def bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def reopened(journal: Journal) -> Journal:
    journal.close()
    again = Journal(journal.path.parent)
    again.open()
    return again


def test_a_meeting_is_in_the_record_as_it_was_described(journal: Journal) -> None:
    (row,) = reopened(journal).meetings()
    assert row.spec == spec("Anna", "Bram")
    assert row.setup == SETUP
    assert (row.run, row.ended, row.reserved) == (0, False, 0)


def test_a_meeting_that_could_not_be_wiped_when_it_was_forgotten_is_owed_still(
    journal: Journal,
) -> None:
    def refuse() -> None:
        raise StoreError("disk_full", "No space.")

    journal.scrub = refuse  # type: ignore[method-assign]
    with pytest.raises(StoreError):
        journal.forget([M1], "meeting")
    assert journal.has_erased
    del journal.scrub
    journal.scrub()
    assert not journal.has_erased


def test_every_event_but_partials_is_kept(journal: Journal) -> None:
    meeting = started()
    entries = [
        *everything(meeting),
        meeting.revise(said("secret", state=PARTIAL), 1.0),
        meeting.revise(said("We have it", rev=2), 2.0),
        meeting.rename(ChannelId(1), "Ada", 3.0),
        meeting.type_message("Chen", "Louder", 4.0),
        meeting.raise_signal("wait", "", 5.0),
    ]
    for entry in entries:
        journal.write(M1, [entry])
    again = reopened(journal)
    kept = [entry.event for entry in entries if entry.seq != 2]
    assert again.events(M1) == kept
    assert b"secret" not in bytes_in(journal.path.parent)
    again.close()


def test_a_message_that_was_deleted_is_not_in_the_file_and_takes_no_caption_with_it(
    journal: Journal,
) -> None:
    """A viewer may have chosen the id of an utterance."""
    meeting = started()
    twin = MessageId("u1")
    entries = [
        *everything(meeting),
        meeting.revise(said("We have it"), 2.0),
        meeting.type_message("Chen", "My number is 1234", 4.0, twin),
        meeting.delete_message(twin, 5.0),
    ]
    journal.write(M1, entries)
    assert [what for _, _, what in journal.deletions()] == ["message"]
    again = reopened(journal)
    texts = [getattr(event, "text", None) for event in again.events(M1)]
    assert texts[-2:] == ["We have it", ""]
    assert b"1234" not in bytes_in(journal.path.parent)
    assert b"Chen" not in bytes_in(journal.path.parent)
    again.close()


def test_an_open_utterance_is_marked_until_it_has_its_final(journal: Journal) -> None:
    meeting = started()
    journal.write(M1, [meeting.revise(said("We", "u1", state=PARTIAL), 1.0)])
    journal.write(M1, [meeting.revise(said("I", "u2", channel=2, state=PARTIAL), 1.0)])
    journal.write(M1, [meeting.revise(said("We have", "u1", rev=2, state=PARTIAL), 2.0)])
    journal.write(M1, [meeting.revise(said("We have it", "u1", rev=3), 2.0)])
    (still,) = journal.unfinished(M1)
    assert (still.utterance, still.channel, still.start) == ("u2", 2, 1.0)


def test_numbers_are_reserved_before_the_first_is_used_up(journal: Journal) -> None:
    """Partials have numbers too: what is reserved lies far above all that can have been sent."""
    meeting = started()
    journal.write(M1, everything(meeting))
    assert journal.meetings()[0].reserved == 1 + BLOCK
    meeting.timeline.seq = BLOCK - 1
    journal.write(M1, [meeting.revise(said("We", state=PARTIAL), 1.0)])
    assert journal.meetings()[0].reserved == 2 * BLOCK


def test_every_final_is_on_the_disk_before_write_returns(journal: Journal) -> None:
    """SQLite's promise for synchronous = FULL; nothing else in here makes it true."""
    meeting = started()
    journal.write(M1, [meeting.revise(said("It", "u2", state=PARTIAL), 1.0)])
    assert journal._db is not None
    assert journal._db.execute("PRAGMA synchronous").fetchone() == (1,)
    journal.write(M1, [meeting.revise(said("It is"), 1.0)])
    assert journal._db.execute("PRAGMA synchronous").fetchone() == (2,)


@pytest.mark.parametrize("torn", [0, 1, 24, 500, 4096])
def test_a_power_cut_takes_no_more_than_what_came_after_the_last_final(
    journal: Journal, tmp_path: Path, torn: int
) -> None:
    """What was not synced may be torn anywhere: here everything after the last durable write."""
    meeting = started()
    journal.write(M1, everything(meeting))
    journal.write(M1, [meeting.revise(said("It is safe"), 1.0)])
    wal = journal.path.with_name(NAME + "-wal")
    durable = wal.stat().st_size
    journal.write(M1, [meeting.revise(said("It", "u2", state=PARTIAL), 2.0)])
    assert wal.stat().st_size > durable
    after = tmp_path / "after"
    after.mkdir()
    shutil.copy(journal.path, after / NAME)
    (after / wal.name).write_bytes(wal.read_bytes()[:durable] + b"\xa5" * torn)
    again = Journal(after)
    again.open()
    assert again.note == ""
    assert [getattr(event, "text", "") for event in again.events(M1)] == ["", "It is safe"]
    assert again.meetings()[0].reserved > meeting.timeline.seq
    again.close()


def test_deleted_words_are_nowhere_in_the_files(journal: Journal) -> None:
    meeting = started()
    for number in range(200):
        text = f"ordinary {number}" if number % 7 else f"confidential {number} " * 40
        journal.write(M1, [meeting.revise(said(text, f"u{number}", start_s=number), number)])
    assert b"confidential" in bytes_in(journal.path.parent)
    with journal.scrubbed_once():
        for number in range(0, 200, 7):
            journal.write(M1, [meeting.delete(UtteranceId(f"u{number}"), 300.0)])
    assert b"confidential" not in bytes_in(journal.path.parent)
    assert b"ordinary 199" in bytes_in(journal.path.parent)
    assert {what for _, _, what in journal.deletions()} == {"utterance"}


def test_what_a_caption_said_before_its_correction_is_nowhere(journal: Journal) -> None:
    meeting = started()
    journal.write(M1, everything(meeting))
    journal.write(M1, [meeting.revise(said("Mister Misheard"), 1.0)])
    journal.write(M1, [meeting.edit(UtteranceId("u1"), "Mister Right", 2.0)])
    assert b"Misheard" not in bytes_in(journal.path.parent)
    assert journal.events(M1) == [entry.event for entry in everything(meeting)]


def test_a_forgotten_meeting_leaves_no_word_and_gives_its_room_back(journal: Journal) -> None:
    meeting = started()
    for number in range(400):
        entry = meeting.revise(said("confidential " * 30, f"u{number}", start_s=number), number)
        journal.write(M1, [entry])
    journal.scrub()
    before = journal.path.stat().st_size
    assert journal.forget([M1, MeetingId("never")], "meeting") == 1
    left = bytes_in(journal.path.parent)
    assert b"confidential" not in left
    assert b"Anna" not in left
    assert len(left) < before / 4
    assert journal.meetings() == []
    assert [(meeting_id, what) for _, meeting_id, what in journal.deletions()] == [
        ("m1", "meeting")
    ]


def test_a_full_disk_is_one_sentence_and_loses_nothing_that_was_written(journal: Journal) -> None:
    meeting = started()
    journal.write(M1, everything(meeting))
    assert journal._db is not None
    pages = journal._db.execute("PRAGMA page_count").fetchone()[0]
    journal._db.execute(f"PRAGMA max_page_count = {pages}")
    long = meeting.revise(said("word " * 4000), 1.0)
    with pytest.raises(StoreError) as raised:
        journal.write(M1, [long])
    assert raised.value.code == "disk_full"
    assert len(journal.events(M1)) == 1
    journal._db.execute("PRAGMA max_page_count = 1000000")
    journal.write(M1, [long])
    assert len(reopened(journal).events(M1)) == 2


def test_a_second_program_on_the_same_folder_is_told_and_changes_nothing(journal: Journal) -> None:
    with pytest.raises(StoreError) as raised:
        Journal(journal.path.parent).open()
    assert raised.value.code == "record_in_use"
    journal.write(M1, everything(started()))


def test_a_record_that_is_no_database_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"no database at all " * 1000)
    journal = Journal(tmp_path)
    journal.open()
    assert "set aside" in journal.note
    assert journal.meetings() == []
    (aside,) = tmp_path.glob("record-damaged-*")
    assert aside.read_bytes().startswith(b"no database")
    journal.close()


def test_a_meeting_that_the_record_has_not_got_is_an_error(journal: Journal) -> None:
    with pytest.raises(StoreError, match="no meeting"):
        journal.write(MeetingId("m2"), everything(started()))


def test_a_record_that_is_not_open_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="not open"):
        Journal(tmp_path).meetings()


def test_a_row_that_is_no_event_costs_itself_only(journal: Journal) -> None:
    meeting = started()
    journal.write(M1, everything(meeting))
    assert journal._db is not None
    journal._db.execute('INSERT INTO events VALUES (1, 99, NULL, \'{"type": "later"}\')')
    assert len(journal.events(M1)) == 1


def test_another_epoch_and_another_run_are_remembered(journal: Journal) -> None:
    journal.retire(M1, "e2")
    journal.take_up(M1)
    (row,) = reopened(journal).meetings()
    assert (row.spec.epoch, row.run) == ("e2", 1)


def test_errors_of_the_disk_are_the_houses_own(journal: Journal) -> None:
    assert journal._db is not None
    journal._db.execute("DROP TABLE events")
    with pytest.raises(StoreError) as raised:
        journal.write(M1, everything(started()))
    assert raised.value.code == "cannot_write"
    assert isinstance(raised.value.__cause__, sqlite3.Error)


def test_a_meeting_that_cannot_be_read_does_not_hide_the_others(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    assert journal._db is not None
    journal._db.execute(
        "INSERT INTO meetings (id, code, epoch, started, row)"
        " VALUES ('m0', 'C', 'e', 'never', '{}')"
    )
    assert [row.spec.id for row in journal.meetings()] == ["m1"]
    assert "m0" in caplog.text


@pytest.mark.parametrize("seed", range(5))
def test_a_meeting_out_of_the_record_is_the_one_that_went_in(tmp_path: Path, seed: int) -> None:
    """Whatever happened in it, in any order: captions, corrections, deletions, names, losses."""
    chance = random.Random(seed)
    meeting, journal = started(), Journal(tmp_path)
    journal.open()
    journal.begin(meeting.spec, SETUP)
    journal.write(M1, everything(meeting))
    finals: list[UtteranceId] = []
    for number in range(120):
        at = float(number)
        known = [
            each for each in finals if meeting.timeline.caption(each) in meeting.timeline.captions()
        ]
        match chance.choice(("say", "say", "say", "edit", "delete", "rename", "lose", "type")):
            case "edit" if known:
                entry = meeting.edit(chance.choice(known), f"by hand {number}", at)
            case "delete" if known:
                entry = meeting.delete(chance.choice(known), at)
            case "rename":
                entry = meeting.rename(ChannelId(1), f"Name {number}", at)
            case "lose":
                entry = meeting.lose_channel(ChannelId(2), "Unplugged.", at)
            case "type":
                entry = meeting.type_message("Chen", f"typed {number}", at)
            case _:
                for rev in range(1, chance.randint(1, 4)):
                    partial = said(f"w{rev}", f"u{number}", rev=rev, start_s=at, state=PARTIAL)
                    journal.write(M1, [meeting.revise(partial, at)])
                entry = meeting.revise(said("words", f"u{number}", rev=9, start_s=at), at)
                finals.append(UtteranceId(f"u{number}"))
        journal.write(M1, [entry])
    again = reopened(journal)
    (row,) = again.meetings()
    rebuilt = rebuild(row.spec, again.events(M1), row.reserved)
    assert [each.line for each in rebuilt.timeline.since(0)] == [
        each.line for each in meeting.timeline.since(0)
    ]
    assert rebuilt.roster.entries == meeting.roster.entries
    assert again.unfinished(M1) == []
    assert rebuilt.timeline.seq > meeting.timeline.seq
    again.close()
