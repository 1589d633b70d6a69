from pathlib import Path

import pytest

from captioner.domain import MeetingId
from captioner.errors import MeetingError
from captioner.service.shelf import Shelf
from tests.fakes.flaky_disk import no_space
from tests.fakes.open_house import house_settings, open_house


async def test_a_meeting_is_found_by_its_id_and_code_also_out_of_the_record(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin(1)
        await running.end()
        spec = running.meeting.spec
    async with open_house(tmp_path) as house:
        assert house.meetings.meetings() == []
        held = house.meetings.by_code(spec.code)
        assert held is house.meetings.by_id(spec.id)
        assert house.meetings.meetings() == [held]
        assert held.meeting.spec == spec


async def test_the_end_of_a_meeting_is_written_when_there_is_space_again(tmp_path: Path) -> None:
    """Nothing happens any more in a meeting that is over, so nothing tried again: a kill broke it
    off, and its transcript was written anew without the last words."""
    async with open_house(tmp_path) as house:
        running = await house.begin(1)
        await house.say(running, 1, "one")
        records = house.meetings.records
        assert records is not None
        with no_space(records):
            await house.say(running, 1, "two")
            await running.end()
            await house.meetings.try_again()
            assert records.problem_of(running.meeting.spec.id) is not None
        await house.meetings.try_again()
        assert records.problem is None
        records.journal.close()
        records.journal.open = lambda: None  # type: ignore[method-assign]  # killed
    async with open_house(tmp_path) as house:
        assert house.meetings.meetings() == []
        held = house.meetings.held(running.meeting.spec.id)
        assert [each.text for each in held.meeting.timeline.captions()] == ["one", "two"]


async def test_a_transcript_that_was_refused_is_written_later_and_told_to_the_log_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    in_the_way = tmp_path / "meetings"
    in_the_way.touch()  # a file where a folder should be
    async with open_house(tmp_path) as house:
        running = await house.begin(1)
        await house.say(running, 1, "one")
        await running.end()
        await house.meetings.try_again()
        assert running.problem is not None
        assert caplog.text.count("cannot be written") == 1
        in_the_way.unlink()
        await house.meetings.try_again()
        assert running.folder is not None
        assert "one" in (running.folder / "transcript.txt").read_text()
        (running.folder / "transcript.txt").unlink()
        await house.meetings.try_again()
        assert not (running.folder / "transcript.txt").exists()  # nothing is owed any more


async def test_without_a_record_nothing_is_kept_and_nothing_goes_on(tmp_path: Path) -> None:
    shelf = Shelf(house_settings(tmp_path))
    assert await shelf.purge() == []
    await shelf.try_again()
    assert (shelf.kept.cards(), shelf.kept.problem(), shelf.kept.days()) == ([], None, 0)
    with pytest.raises(MeetingError):
        shelf.by_code("ABC234")
    with pytest.raises(MeetingError):
        await shelf.kept.resume(MeetingId("m1"))
