"""Rooms as the host's page sees them: remembered when a meeting begins, forgotten when asked."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from captioner.store.rooms import FILE
from tests.fakes.fake_devices import as_json
from tests.fakes.open_house import House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


async def test_a_meeting_leaves_the_room_as_it_was_set_up_and_no_word_of_itself(
    house: House, tmp_path: Path
) -> None:
    more = {"room": " Board  room ", "glossary": "Siobhan", "keep": "captions", "notice": "Hear!"}
    body = as_json(["mic-1", "mic-2"], **more, languages=["nl"])
    meeting = (await house.host("/api/meetings", "POST", body)).json
    running = house.meetings.by_code(meeting["code"])
    house.source(1).say("budget")
    house.source(1).be_silent()
    await house.source(1).taken()
    (room,) = (await house.host("/api/rooms")).json["rooms"]
    assert {key: value for key, value in room.items() if key != "channels"} == {
        "name": "Board room",
        "weights": "demo",
        "glossary": "Siobhan",
        "keep": "captions",
        "notice": "Hear!",
        "languages": ["nl"],
    }
    first, _ = room["channels"]
    assert (first["device"], first["label"], first["name"]) == ("mic-1", "Microphone mic-1", "Anna")
    await running.end()
    kept = (tmp_path / FILE).read_text()
    assert running.meeting.title not in kept
    assert "budget" not in kept


async def test_without_a_name_nothing_is_remembered(house: House, tmp_path: Path) -> None:
    await house.begin(1)
    assert not (tmp_path / FILE).exists()
    assert (await house.host("/api/rooms")).json == {"rooms": []}


async def test_a_room_is_forgotten_whatever_its_name(house: House) -> None:
    await house.host("/api/meetings", "POST", as_json(["mic-1"], room="A/B & C"))
    assert (await house.host("/api/rooms/A%2FB%20%26%20C", "DELETE")).status == 204
    assert (await house.host("/api/rooms")).json == {"rooms": []}


async def test_languages_must_be_a_list_of_codes(house: House) -> None:
    for wrong in ("nl", [1], {"nl": 1}):
        body = as_json(["mic-1"], languages=wrong)
        assert (await house.host("/api/meetings", "POST", body)).json["code"] == "bad_message"
