from pathlib import Path

import pytest

from captioner.domain import MeetingId
from captioner.errors import MeetingError
from captioner.service.shelf import Shelf
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


async def test_without_a_record_nothing_is_kept_and_nothing_goes_on(tmp_path: Path) -> None:
    shelf = Shelf(house_settings(tmp_path))
    assert await shelf.purge() == []
    assert (shelf.kept.cards(), shelf.kept.problem(), shelf.kept.days()) == ([], None, 0)
    with pytest.raises(MeetingError):
        shelf.by_code("ABC234")
    with pytest.raises(MeetingError):
        await shelf.kept.resume(MeetingId("m1"))
