"""tests/scenarios/test_record.py looks at every file; here is what a host is told."""

from pathlib import Path

import pytest

from captioner.domain import ChannelId, Keeping, UtteranceId
from captioner.errors import MeetingError, StoreError
from captioner.service.running import RunningMeeting
from tests.fakes.open_house import House, open_house


async def spoken(house: House) -> RunningMeeting:
    running = await house.begin(1)
    for text in ("one", "two"):
        house.source(1).say(text)
        house.source(1).be_silent()
    await house.heard(running)
    return running


async def test_a_disk_that_keeps_what_should_go_is_not_kept_from_the_host(tmp_path: Path) -> None:
    """Readers no longer see it, but it lies there still: that is no success."""
    async with open_house(tmp_path) as house:
        running = await spoken(house)
        records, kept = house.meetings.records, house.meetings.kept
        assert records is not None
        full = StoreError("disk_full", "No space.")

        def refuse(*_: object) -> None:
            raise full

        write = records.journal.write
        records.journal.write = refuse  # type: ignore[method-assign,assignment]
        utterance = running.meeting.timeline.captions()[0].utterance
        with pytest.raises(StoreError):
            kept.erase(running.meeting.spec.id, utterance)
        assert [each.text for each in running.meeting.timeline.captions()] == ["two"]
        records.journal.write = write  # type: ignore[method-assign]


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
