"""What the host is told before and during a meeting, and how a phone is found to get through."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.open_house import House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


async def test_before_a_meeting_the_machine_is_told_and_no_channel(house: House) -> None:
    found = (await house.host("/api/check")).json
    assert [line["name"] for line in found["lines"]] == [
        *("weights", "addresses", "phones as microphones", "data folder"),
    ]
    assert found["channels"] == []
    assert found["pairs"] == []
    assert all(line["fix"] for line in found["lines"] if not line["ok"])
    assert all(line["code"] for line in found["lines"])


async def test_what_hears_is_loaded_and_measured_when_asked(house: House) -> None:
    cold = (await house.host("/api/check")).json["lines"][0]
    assert (cold["ok"], cold["code"]) == (False, "engine_cold")
    answer = await house.host("/api/check/engine", "POST", {"weights": "demo"})
    assert answer.status == 200
    assert house.hearing.loads == ["demo"]
    # The stand-in hears tones only: the sound that comes along says nothing to it.
    assert answer.json["code"] == "engine_deaf"
    assert (await house.host("/api/check")).json["lines"][0] == answer.json
    unknown = await house.host("/api/check/engine", "POST", {"weights": "never-heard-of"})
    assert unknown.json["code"] == "unknown_weights"


async def test_during_a_meeting_every_channel_is_told_with_its_last_caption(house: House) -> None:
    running = await house.begin(2)
    house.source(1).say("one two three")
    house.source(1).be_silent(2)
    await house.heard(running)
    house.devices.switched_off = {"mic-2"}
    running.switched_off = frozenset({running.meeting.roster.entries[1].channel})
    found = (await house.host("/api/check")).json
    assert (found["lines"][0]["ok"], found["lines"][0]["code"]) == (True, "engine_live")
    first, second = found["channels"]
    assert (first["channel"], first["source"], first["muted"]) == (1, "Microphone mic-1", False)
    assert first["heard"]["voice_db"] > -30
    assert first["caption_age_s"] >= 0
    assert (second["muted"], second["heard"], second["caption_age_s"]) == (True, None, None)
    busy = await house.host("/api/check/engine", "POST", {})
    assert busy.json["code"] == "wrong_state"
    await running.end()


async def test_each_address_has_a_link_and_a_code_of_its_own(house: House) -> None:
    assert (await house.host("/api/check/pings")).json == {"links": []}
    (link,) = (await house.host("/api/check/pings", "POST")).json["links"]
    assert link["url"].startswith(f"http://127.0.0.1:{house.viewer_port}/ping/")
    assert (link["reached_by"], link["opened_here"]) == ("", False)
    code = await house.host("/api/check/qr.svg?link=0")
    assert code.headers["content-type"] == "image/svg+xml"
    assert (await house.host("/api/check/qr.svg?link=7")).status == 400


async def test_a_phone_that_opens_the_link_turns_it_green(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    (link,) = (await house.host("/api/check/pings", "POST")).json["links"]
    path = link["url"].partition(f":{house.viewer_port}")[2]
    await house.viewers(path)
    (here,) = (await house.host("/api/check/pings")).json["links"]
    assert (here["reached_by"], here["opened_here"]) == ("", True), "this computer proves nothing"
    monkeypatch.setattr(house.meetings.ready, "is_own_address", lambda _: False)
    await house.viewers(path)
    (reached,) = (await house.host("/api/check/pings")).json["links"]
    assert reached["reached_by"] == "127.0.0.1"
