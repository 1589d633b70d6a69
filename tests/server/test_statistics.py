"""A meeting in figures, and read before it is saved."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.fake_devices import as_json
from tests.fakes.open_house import House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


async def test_a_meeting_is_told_in_figures_in_the_order_of_its_microphones(house: House) -> None:
    running = await house.begin(2)
    for number, words in ((2, "one two three"), (1, "budget")):
        house.source(number).say(words)
        house.source(number).be_silent(2)
        await house.heard(running)
    await running.end()
    path = f"/api/meetings/{running.meeting.spec.id}"
    found = (await house.host(f"{path}/statistics")).json
    assert [(each["name"], each["words"]) for each in found["channels"]] == [
        *(("Anna", 1), ("Bram", 3)),
    ]
    assert found["channels"][1]["seconds"] > found["channels"][0]["seconds"] > 0
    assert found["channels"][0]["words_per_minute"] is None
    assert found["final"]["count"] == 2
    assert found["first_text"]["count"] == 2
    assert "budget" not in str(found)


async def test_an_empty_meeting_has_figures_too(house: House) -> None:
    running = await house.begin(1)
    found = (await house.host(f"/api/meetings/{running.meeting.spec.id}/statistics")).json
    assert (found["first_text"], found["final"], found["overlap_s"]) == (None, None, 0)
    unknown = await house.host("/api/meetings/no-such/statistics")
    assert unknown.status == 404


async def test_a_meeting_is_read_in_parts_before_it_is_saved(house: House) -> None:
    body = as_json(["mic-1"], notice="Captioned.")
    meeting = (await house.host("/api/meetings", "POST", body)).json
    running = house.meetings.held(meeting["id"])
    house.source(1).say("thank you")
    house.source(1).be_silent(2)
    await house.source(1).taken()
    await running.end()
    shown = (await house.host(f"/api/meetings/{meeting['id']}/preview")).json
    assert shown["notices"][0] == "Captioned."
    (part,) = shown["parts"]
    assert part["name"] == "Anna"
    wrong = await house.host(f"/api/meetings/{meeting['id']}/preview?language=xx")
    assert wrong.status == 400
