"""What the viewers' listener says to who has no code."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.fake_devices import as_json
from tests.fakes.open_house import House, open_house

NOTICE = "What is said here is captioned."


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


async def test_a_link_of_today_shows_a_page_and_an_old_one_leads_to_the_code(house: House) -> None:
    house.meetings.ready.pings.offer(house.meetings.ready.links, 1e9)
    (ping,) = house.meetings.ready.pings.offered
    page = await house.viewers(f"/ping/{ping.token}")
    assert page.status == 200
    assert "ping.page_title" in page.text
    old = await house.viewers("/ping/unknown")
    assert (old.status, old.headers["location"]) == (303, "/")


async def test_the_notice_of_the_meeting_that_goes_on_is_there_before_the_code(
    house: House,
) -> None:
    assert (await house.viewers("/notice")).json == {"notice": ""}
    body = as_json(["mic-1"], notice=f"  {NOTICE}\n")
    meeting = (await house.host("/api/meetings", "POST", body)).json
    assert (await house.viewers("/notice")).json == {"notice": NOTICE}
    guest = await house.viewer(meeting["code"])
    assert (await guest.until_type("hello"))["meeting"]["notice"] == NOTICE
    await house.host(f"/api/meetings/{meeting['id']}/end", "POST")
    assert (await house.viewers("/notice")).json == {"notice": ""}
    transcript = (await house.host(f"/api/meetings/{meeting['id']}/transcript.txt")).text
    assert transcript.index(NOTICE) < transcript.index("These captions were made by a computer")


async def test_a_notice_that_is_too_long_is_refused(house: House) -> None:
    body = as_json(["mic-1"], notice="x" * 1001)
    assert (await house.host("/api/meetings", "POST", body)).json["code"] == "bad_meeting"
