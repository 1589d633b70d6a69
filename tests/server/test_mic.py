import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from captioner.domain import ChannelId, MeetingId
from captioner.server.mic import MicEndpoints
from captioner.server.pages import PageFolder
from captioner.service.phones import PhoneChannel
from captioner.service.running import RunningMeeting
from tests.fakes.fake_devices import as_json, silence_of, sound_of
from tests.fakes.open_house import House, open_house
from tests.fakes.recording_viewer import RecordingViewer, fetch, until
from tests.server.test_host import API, calls_of, documented


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


async def begin(house: House, *devices: str) -> RunningMeeting:
    answer = await house.host("/api/meetings", "POST", as_json(devices or ("phone:1",)))
    assert answer.status == 201, answer.text
    running = house.meetings.by_id(MeetingId(answer.json["id"]))
    assert isinstance(running, RunningMeeting)
    return running


def phone_of(house: House, running: RunningMeeting, channel: int = 1) -> PhoneChannel:
    return house.meetings.phones(running.meeting.spec.id)[ChannelId(channel)]


def pcm(text: str, silence_s: float = 0.0) -> bytes:
    sound = np.concatenate((sound_of(text), silence_of(silence_s)))
    return (sound * 32767).astype("<i2").tobytes()


FIRST = pcm("", 2.5)
"""What comes before the words: the first half second of a phone's sound, or two seconds in one go,
are waited for before it has its place."""


class PhonePage(RecordingViewer):
    """The page of a phone without the page."""

    def __init__(self, house: House, phone: PhoneChannel) -> None:
        meeting = phone.handle.meeting.spec.id
        address = f"ws://127.0.0.1:{house.host_port}/api/meetings/{meeting}"
        super().__init__(f"{address}/channels/{phone.channel}/audio")
        house.guests.append(self)
        self.token = phone.token

    async def hello(self, **changes: object) -> "PhonePage":
        await self.join()
        body = {"rate": 16_000, "format": "s16le", "token": self.token, "run": "one", "at": 0}
        await self.send(json.dumps(body | changes))
        return self

    async def say(self, sound: bytes, frame_bytes: int = 1600) -> None:
        for at in range(0, len(sound), frame_bytes):
            await self.send(sound[at : at + frame_bytes])


def test_every_call_that_is_documented_exists_and_the_reverse(house: House) -> None:
    chapter = API.read_text(encoding="utf-8").split("## The calls of a phone")[1]
    chapter = chapter.split("## What phones trust")[0]
    mic = MicEndpoints(house.meetings, PageFolder(Path()), 5.0)
    calls = {re.sub("{token}", "TOKEN", call) for call in calls_of(mic.routes())}
    assert documented(chapter) == calls


async def test_what_a_phone_hears_becomes_captions_of_its_channel(house: House) -> None:
    running = await begin(house, "mic-1", "phone:1")
    viewer = await house.viewer(running.meeting.spec.code)
    lost = await viewer.until_type("channel", change="lost")
    assert (lost["channel"], lost["state"]) == (2, "lost")
    assert "scan the code" in lost["message"]
    page = await PhonePage(house, phone_of(house, running, 2)).hello()
    assert (await page.until_type("ready"))["next"] == 0
    await page.say(FIRST + pcm("one two three", 1.0))
    await viewer.until_type("channel", change="back")
    caption = await viewer.until_type("caption", text="one two three", state="final")
    assert caption["channel"] == 2
    heard = await page.until_type("heard")
    assert heard["next"] >= 8000


async def test_a_cut_in_the_middle_of_a_word_loses_and_doubles_nothing(house: House) -> None:
    running = await begin(house)
    phone = phone_of(house, running)
    sound = pcm("one two three four five six", 1.0)
    page = await PhonePage(house, phone).hello()
    await page.say(sound[:30_000])
    heard = await page.until_type("heard")
    await page.drop()
    again = await PhonePage(house, phone).hello(at=heard["next"])
    assert (await again.until_type("ready"))["next"] >= heard["next"]
    await again.say(sound[heard["next"] * 2 :])
    viewer = await house.viewer(running.meeting.spec.code)
    caption = await viewer.until_type("caption", state="final")
    assert caption["text"] == "one two three four five six"
    assert phone.source.line.next == len(sound) // 2


async def test_a_phone_that_slept_says_so_and_times_stay_right(house: House) -> None:
    running = await begin(house)
    phone = phone_of(house, running)
    page = await PhonePage(house, phone).hello()
    await page.say(pcm("one", 0.5))
    await until(lambda: phone.source.line.next * 2 == len(pcm("one", 0.5)))
    await page.send(json.dumps({"at": 10**9}))
    await page.say(pcm("two", 1.0))
    viewer = await house.viewer(running.meeting.spec.code)
    await viewer.until_type("caption", text="two", state="final")
    assert phone.source.line.next == 10**9 + len(pcm("two", 1.0)) // 2


async def test_any_rate_is_heard(house: House) -> None:
    running = await begin(house)
    page = await PhonePage(house, phone_of(house, running)).hello(rate=48_000)
    sound = np.frombuffer(FIRST + pcm("one two", 1.0), "<i2")
    times = np.arange(len(sound) * 3) / 3
    await page.say(np.interp(times, np.arange(len(sound)), sound).astype("<i2").tobytes(), 4800)
    viewer = await house.viewer(running.meeting.spec.code)
    await viewer.until_type("caption", text="one two", state="final")


WRONG_HELLOS: tuple[tuple[dict[str, object], str, str], ...] = (
    ({"rate": 96_000}, "bad_message", "from 8000 to 48000"),
    ({"rate": "16000"}, "bad_message", "from 8000 to 48000"),
    ({"rate": True}, "bad_message", "from 8000 to 48000"),
    ({"format": "opus"}, "bad_message", "s16le"),
    ({"at": -1}, "bad_message", "0 or more"),
    ({"at": 1.5}, "bad_message", "0 or more"),
    ({"run": 7}, "bad_message", "run must be a text"),
    ({"token": "wrong"}, "unknown_meeting", "ask the host"),
)


@pytest.mark.parametrize(("changes", "code", "says"), WRONG_HELLOS)
async def test_a_phone_that_says_nonsense_is_told_once_and_closed(
    house: House, changes: dict[str, object], code: str, says: str
) -> None:
    running = await begin(house)
    page = await PhonePage(house, phone_of(house, running)).hello(**changes)
    assert await page.until_closed() in (4400, 4404)
    (error,) = page.events
    assert (error["type"], error["code"]) == ("error", code)
    assert says in error["message"]


BAD_FRAMES: tuple[tuple[str | bytes, str], ...] = (
    (b"\x00\x01\x02", "bad_message"),
    (bytes(32 * 1024 + 2), "too_large"),
    ('{"rate": 16000}', "bad_message"),
    ("", "bad_message"),
)


@pytest.mark.parametrize(("frame", "code"), BAD_FRAMES)
async def test_a_garbled_frame_closes_this_socket_and_no_other(
    house: House, frame: str | bytes, code: str
) -> None:
    running = await begin(house, "phone:1", "phone:2")
    other = await PhonePage(house, phone_of(house, running, 2)).hello()
    page = await PhonePage(house, phone_of(house, running)).hello()
    await page.send(frame)
    assert await page.until_closed() == 4400
    assert [each["code"] for each in page.events if each["type"] == "error"] == [code]
    await other.say(FIRST + pcm("four five", 1.0))
    viewer = await house.viewer(running.meeting.spec.code)
    await viewer.until_type("caption", text="four five", state="final")
    again = await PhonePage(house, phone_of(house, running)).hello(run="two")
    await again.until_type("ready")


async def test_sound_before_its_description_is_refused(house: House) -> None:
    running = await begin(house)
    for first in (b"\x00\x00", "not JSON", "[1]"):
        page = PhonePage(house, phone_of(house, running))
        await page.join()
        await page.send(first)
        assert await page.until_closed() == 4400
        assert [each["code"] for each in page.events] == ["bad_message"]


async def test_a_token_is_for_its_own_channel(house: House) -> None:
    running = await begin(house, "phone:1", "phone:2")
    page = PhonePage(house, phone_of(house, running, 2))
    page.token = phone_of(house, running, 1).token
    await page.hello()
    assert await page.until_closed() == 4400
    assert page.events[0]["code"] == "unknown_channel"


async def test_a_second_phone_takes_over_and_the_first_is_told(house: House) -> None:
    running = await begin(house)
    phone = phone_of(house, running)
    first = await PhonePage(house, phone).hello()
    await first.until_type("ready")
    await first.say(pcm("one"))
    second = await PhonePage(house, phone).hello(run="two")
    await first.until_type("error", code="taken_over")
    assert await first.until_closed() == 4400
    await second.say(pcm("two three", 1.0))
    viewer = await house.viewer(running.meeting.spec.code)
    await viewer.until_type("caption", state="final")


async def test_the_button_is_told_at_once_and_a_cut_only_when_it_lasts(house: House) -> None:
    running = await begin(house)
    phone = phone_of(house, running)
    page = await PhonePage(house, phone).hello()
    await page.say(pcm("one", 1.0))
    viewer = await house.viewer(running.meeting.spec.code)
    await viewer.until_type("channel", change="back")
    await page.drop()
    await until(lambda: phone.source.call is None)
    assert phone.state == "connected"
    again = await PhonePage(house, phone).hello(run="two")
    await again.until_type("ready")
    await again.leave()
    off = await viewer.until(lambda e: "switched off" in e.get("message", ""))
    assert off["change"] == "lost"
    assert phone.state == "off"


async def test_the_end_of_the_meeting_ends_the_socket(house: House) -> None:
    running = await begin(house)
    phone = phone_of(house, running)
    page = await PhonePage(house, phone).hello()
    await page.say(pcm("one two"))
    await until(lambda: phone.source.line.next * 2 == len(pcm("one two")))
    await until(lambda: phone.source.backlog_s == 0)
    await running.end()
    assert await page.until_closed() == 4400
    late = await PhonePage(house, phone).hello(run="two")
    await late.until_closed()
    assert late.events[-1]["code"] == "not_allowed"
    assert [each.text for each in running.meeting.timeline.captions()] == ["one two"]


async def test_the_page_knows_its_name_and_may_correct_it(house: House) -> None:
    running = await begin(house)
    token = phone_of(house, running).token
    card = (await fetch(house.host_port, f"/mic/{token}/card")).json
    assert card == {
        "meeting": running.meeting.spec.id,
        "title": "Monday",
        "channel": 1,
        "name": "Anna",
        "state": "waiting",
    }
    changed = await fetch(house.host_port, f"/mic/{token}/card", "PATCH", {"name": "Aisha"})
    assert changed.json["name"] == "Aisha"
    assert running.meeting.roster.find(ChannelId(1)).name == "Aisha"
    for body in ({}, {"name": ""}, {"name": 3}, b"{"):
        wrong = await fetch(house.host_port, f"/mic/{token}/card", "PATCH", body)
        assert wrong.status == 400, body
    foreign = {"Origin": "http://evil.example"}
    refused = await fetch(house.host_port, f"/mic/{token}/card", "PATCH", {"name": "Eve"}, foreign)
    assert refused.status == 403
    assert (await fetch(house.host_port, "/mic/nobody/card")).status == 404


async def test_the_page_and_its_captions_are_for_the_token(house: House) -> None:
    running = await begin(house)
    token = phone_of(house, running).token
    page = await fetch(house.host_port, f"/mic/{token}")
    assert "mic.js" in page.text
    guest = RecordingViewer(f"ws://127.0.0.1:{house.host_port}/mic/{token}/events")
    house.guests.append(guest)
    await guest.join()
    await guest.until_type("hello")
    assert running.viewers == 0, "a microphone is no reader"
    stranger = await RecordingViewer(f"ws://127.0.0.1:{house.host_port}/mic/x/events").join()
    assert await stranger.until_closed() == 4404


async def test_the_host_gets_link_code_and_state(house: House) -> None:
    running = await begin(house, "mic-1", "phone:1")
    path = f"/api/meetings/{running.meeting.spec.id}"
    first, second = (await house.host(path)).json["channels"]
    assert first["phone"] is None
    token = phone_of(house, running, 2).token
    found: dict[str, Any] = second["phone"]
    assert found["state"] == "waiting"
    assert found["links"][0]["url"] == f"http://127.0.0.1:{house.host_port}/mic/{token}"
    picture = await house.host(f"{path}/channels/2/qr.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert (await house.host(f"{path}/channels/1/qr.svg")).status == 404
    assert (await house.host(f"{path}/channels/2/qr.svg?link=9")).status == 400
