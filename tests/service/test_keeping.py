"""tests/scenarios/test_record.py looks at every file; here is what a host is told."""

import asyncio
from pathlib import Path

import pytest

from captioner.domain import ChannelId, Keeping, MessageId, UtteranceId
from captioner.errors import MeetingError, StoreError
from captioner.service.running import RunningMeeting
from tests.fakes.flaky_disk import no_space
from tests.fakes.open_house import House, open_house


async def spoken(house: House) -> RunningMeeting:
    running = await house.begin(1)
    for text in ("one", "two"):
        house.source(1).say(text)
        house.source(1).be_silent()
    await house.heard(running)
    return running


def left_of(house: House, running: RunningMeeting) -> list[str]:
    """The texts that the record has of a meeting."""
    assert house.meetings.records is not None
    events = house.meetings.records.journal.events(running.meeting.spec.id)
    return [text for event in events if (text := getattr(event, "text", ""))]


def bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_a_disk_that_keeps_what_should_go_is_not_kept_from_the_host(tmp_path: Path) -> None:
    """Readers no longer see it, but it lies there still: that is no success."""
    async with open_house(tmp_path) as house:
        running = await spoken(house)
        utterance = running.meeting.timeline.captions()[0].utterance
        with no_space(house.meetings.records), pytest.raises(StoreError):
            house.meetings.kept.erase(running.meeting.spec.id, utterance)
        assert [each.text for each in running.meeting.timeline.captions()] == ["two"]


@pytest.mark.parametrize("is_over", [False, True])
async def test_a_deletion_that_was_refused_can_be_asked_for_again(
    tmp_path: Path, *, is_over: bool
) -> None:
    """It was deleted for everybody, so a second try was none: the text stayed on the disk, and was
    back for everybody after a crash. The message and the channel go the same way."""
    async with open_house(tmp_path) as house:
        running = await spoken(house)
        meeting, kept = running.meeting.spec.id, house.meetings.kept
        typed = MessageId("typed")
        running.publish(lambda at: running.meeting.type_message("Nora", "budget", at, typed))
        if is_over:
            await running.end()
        one, two = (each.utterance for each in running.meeting.timeline.captions())
        with no_space(house.meetings.records):
            for _ in range(2):
                with pytest.raises(StoreError):
                    kept.erase(meeting, one)
                with pytest.raises(StoreError):
                    kept.erase_message(meeting, typed)
                with pytest.raises(StoreError):
                    await kept.erase_channel(meeting, ChannelId(1))
        assert left_of(house, running) == ["one", "two", "budget"]
        kept.erase(meeting, one)
        assert left_of(house, running) == []
        for again in (lambda: kept.erase(meeting, two), lambda: kept.erase_message(meeting, typed)):
            with pytest.raises(MeetingError):  # once is enough
                again()


async def test_a_deletion_that_a_transcript_refused_can_be_asked_for_again(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        running = await spoken(house)
        meeting, kept = running.meeting.spec.id, house.meetings.kept
        await running.end()
        utterance = running.meeting.timeline.captions()[0].utterance
        folder = running.folder
        assert folder is not None
        folder.rename(aside := tmp_path / "aside")
        folder.touch()  # a file where a folder should be
        for _ in range(2):
            with pytest.raises(StoreError):
                kept.erase(meeting, utterance)
        folder.unlink()
        aside.rename(folder)
        kept.erase(meeting, utterance)
        assert "one" not in (folder / "transcript.txt").read_text()


async def test_what_could_not_be_wiped_is_wiped_later(tmp_path: Path) -> None:
    """The rows are deleted then, and their words may lie in free pages and in the log."""
    async with open_house(tmp_path) as house:
        running = await spoken(house)
        meeting, records = running.meeting.spec.id, house.meetings.records
        assert records is not None

        def refuse() -> None:
            raise StoreError("disk_full", "No space.")

        records.journal.scrub = refuse  # type: ignore[method-assign]
        with pytest.raises(StoreError):
            await house.meetings.kept.erase_channel(meeting, ChannelId(1))
        records.try_again()
        assert b'"one"' in bytes_in(tmp_path)
        del records.journal.scrub
        records.try_again()
        assert b'"one"' not in bytes_in(tmp_path)


async def test_all_of_a_speaker_goes_though_another_host_deletes_a_line_of_it(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin(1)
        meeting, kept = running.meeting.spec.id, house.meetings.kept
        for text in ("one", "two", "three", "four"):
            await house.say(running, 1, text)
        last = running.meeting.timeline.captions()[-1].utterance
        erasing = asyncio.create_task(kept.erase_channel(meeting, ChannelId(1)))
        await asyncio.sleep(0)
        assert len(running.meeting.timeline.captions()) == 3
        kept.erase(meeting, last)
        await erasing
        assert not running.meeting.timeline.captions()


async def test_what_cannot_be_changed_is_an_error(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        running = await spoken(house)
        meeting, kept = running.meeting.spec.id, house.meetings.kept
        with pytest.raises(MeetingError):
            kept.edit(meeting, UtteranceId("never"), "text")
        with pytest.raises(MeetingError):
            kept.edit(meeting, running.meeting.timeline.captions()[0].utterance, " ")
        with pytest.raises(MeetingError):
            await kept.erase_channel(meeting, ChannelId(7))
        assert await kept.erase_channel(meeting, ChannelId(1)) == 2
        assert await kept.erase_channel(meeting, ChannelId(1)) == 0
        assert kept.level() is Keeping.TRANSCRIPT
        assert [each.what for each in kept.deletions()] == ["utterance"] * 2
