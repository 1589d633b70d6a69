"""The calls that conduct a meeting, over real connections."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.open_house import House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


async def test_private_and_pause_are_one_press_there_and_one_back(house: House) -> None:
    running = await house.begin()
    path = f"/api/meetings/{running.meeting.spec.id}"
    viewer = await house.viewer(running.meeting.spec.code)
    house.source(1).say("one")
    house.source(1).be_silent()
    await house.heard(running)
    for call, state in (("private", "private"), ("pause", "paused")):
        assert (await house.host(f"{path}/{call}", "POST", {"on": True})).json["state"] == state
        await viewer.until_type("status", state=state)
        again = await house.host(f"{path}/{call}", "POST", {"on": True})
        assert (again.status, again.json["state"]) == (200, state)
        assert (await house.host(f"{path}/{call}", "POST", {"on": False})).json["state"] == "live"
    assert (await house.host(f"{path}/pause", "POST", {})).status == 400


async def test_a_meeting_that_is_paused_can_be_private_and_is_paused_again(house: House) -> None:
    running = await house.begin()
    path = f"/api/meetings/{running.meeting.spec.id}"
    await house.host(f"{path}/pause", "POST", {"on": True})
    await house.host(f"{path}/private", "POST", {"on": True})
    refused = await house.host(f"{path}/pause", "POST", {"on": False})
    assert (refused.status, refused.json["code"]) == (409, "wrong_state")
    back = await house.host(f"{path}/private", "POST", {"on": False})
    assert back.json["state"] == "paused"
    assert (await house.host(f"{path}/end", "POST")).json["state"] == "ended"
    assert (await house.host(f"{path}/private", "POST", {"on": True})).status == 409


async def test_a_topic_stands_in_the_record_the_replay_and_every_transcript(house: House) -> None:
    running = await house.begin()
    path = f"/api/meetings/{running.meeting.spec.id}"
    assert (await house.host(f"{path}/topics", "POST", {"text": "Bugdet"})).status == 204
    house.source(1).say("one two")
    house.source(1).be_silent()
    await house.heard(running)
    (topic,) = running.meeting.timeline.topics()
    changed = await house.host(f"{path}/topics/{topic.topic}", "PATCH", {"text": "Budget 2027"})
    assert changed.status == 204
    late = await house.viewer(running.meeting.spec.code)
    assert (await late.until_type("topic"))["text"] == "Budget 2027"
    assert "Bugdet" not in str(late.events)
    for ending in ("txt", "md", "html", "srt", "vtt", "json"):
        text = (await house.host(f"{path}/transcript.{ending}")).text
        assert "Budget 2027" in text, ending
        assert "Bugdet" not in text, ending
    assert (await house.host(f"{path}/transcript.docx")).status == 200
    record = b"".join(
        each.read_bytes() for each in house.meetings.settings.store.folder.glob("record*")
    )
    assert b"Budget 2027" in record
    assert b"Bugdet" not in record
    assert (await house.host(f"{path}/topics/{topic.topic}", "DELETE")).status == 204
    assert "Budget 2027" not in (await house.host(f"{path}/transcript.txt")).text
    assert (await house.host(f"{path}/topics", "POST", {"text": " "})).status == 400


async def test_a_microphone_comes_in_the_middle_and_another_goes(house: House) -> None:
    running = await house.begin(2)
    path = f"/api/meetings/{running.meeting.spec.id}"
    viewer = await house.viewer(running.meeting.spec.code)
    added = await house.host(f"{path}/channels", "POST", {"device": "mic-3", "name": "Chen"})
    assert added.status == 201
    assert added.json["channels"][2]["source"] == "Microphone mic-3"
    told = await viewer.until_type("channel", change="added")
    assert (told["channel"], told["name"], told["state"]) == (3, "Chen", "live")
    house.source(3).say("red blue")
    house.source(3).be_silent()
    await house.heard(running)
    assert (await viewer.until_type("caption", state="final"))["channel"] == 3
    twice = await house.host(f"{path}/channels", "POST", {"device": "mic-3", "name": "Dora"})
    assert (twice.status, "already" in twice.json["message"]) == (400, True)
    # Chen is in the middle of a sentence.
    house.source(3).say("green")
    await house.source(3).taken()
    gone = await house.host(f"{path}/channels/3", "DELETE")
    assert gone.json["channels"][2]["state"] == "removed"
    assert (await viewer.until_type("caption", text="green", state="final"))["channel"] == 3
    assert not house.source(3).is_open
    late = await house.viewer(running.meeting.spec.code)
    assert [card["state"] for card in (await late.until_type("hello"))["channels"]] == [
        *("live", "live", "removed")
    ]
    again = await house.host(f"{path}/channels", "POST", {"device": "mic-3", "name": "Chen"})
    assert again.json["channels"][3]["channel"] == 4
    await house.host(f"{path}/channels/1", "DELETE")
    await house.host(f"{path}/channels/2", "DELETE")
    last = await house.host(f"{path}/channels/4", "DELETE")
    assert (last.status, last.json["code"]) == (409, "wrong_state")
    assert house.source(3).is_open


async def test_a_microphone_that_does_not_open_is_not_added(house: House) -> None:
    house.devices.breaks("mic-3")
    running = await house.begin(2)
    path = f"/api/meetings/{running.meeting.spec.id}/channels"
    answer = await house.host(path, "POST", {"device": "mic-3", "name": "Chen"})
    assert (answer.status, answer.json["code"]) == (400, "device_failed")
    assert len(running.meeting.roster.entries) == 2
    wrong = await house.host(path, "POST", {"device": "phone:1", "colour": "beige"})
    assert wrong.status == 400
    spoken = await house.host(path, "POST", {"device": "phone:1", "language": "xx"})
    assert spoken.json["code"] == "bad_meeting"
    assert len(running.meeting.roster.entries) == 2


async def test_a_phone_comes_too_and_its_link_is_over_when_it_goes(house: House) -> None:
    running = await house.begin(1)
    path = f"/api/meetings/{running.meeting.spec.id}/channels"
    added = await house.host(path, "POST", {"device": "phone:1", "name": "Chen"})
    card = added.json["channels"][1]
    assert card["phone"]["state"] == "waiting"
    qr = await house.host(f"{path}/2/qr.svg")
    assert qr.status == 200
    token = card["phone"]["links"][0]["url"].rsplit("/", 1)[1]
    assert (await house.host(f"/mic/{token}/card")).json["name"] == "Chen"
    await house.host(f"{path}/2", "DELETE")
    assert (await house.host(f"/mic/{token}/card")).status == 404


async def test_two_speakers_change_places(house: House) -> None:
    running = await house.begin(2)
    path = f"/api/meetings/{running.meeting.spec.id}/channels/1/swap"
    swapped = await house.host(path, "POST", {"with": 2})
    assert [card["name"] for card in swapped.json["channels"]] == ["Bram", "Anna"]
    assert (await house.host(path, "POST", {"with": 9})).status == 404
    assert (await house.host(path, "POST", {"with": 1})).status == 400
