import asyncio
import re
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import pytest
from starlette.routing import Route, WebSocketRoute

from captioner import __version__
from captioner.captions.palette import colour_names
from captioner.domain import ChannelId, MeetingId
from captioner.errors import AudioError
from captioner.server.host import HostEndpoints
from captioner.server.listener import WebServer, listen
from captioner.server.pages import PageFolder
from captioner.server.site import create_host_site
from captioner.server.viewer import ViewerEndpoints
from captioner.service.meetings import Meetings
from captioner.store.export import FORMATS
from tests.fakes.fake_devices import FakeDevices, ToneHearing, as_json
from tests.fakes.open_house import House, house_settings, open_house
from tests.fakes.recording_viewer import RecordingViewer, fetch, until

API = Path(__file__).parents[2] / "docs" / "host-api.md"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


def endpoints(tmp_path: Path) -> tuple[HostEndpoints, ViewerEndpoints]:
    desk = Meetings(house_settings(tmp_path), FakeDevices(), load_hearing=ToneHearing())
    pages = PageFolder(tmp_path)
    return HostEndpoints(desk, pages, "key", 5.0), ViewerEndpoints(desk, pages, 5.0)


def calls_of(routes: list[Route | WebSocketRoute]) -> set[str]:
    calls = set()
    for route in routes:
        path = re.sub(r"{id}", "ID", route.path)
        path = re.sub(r"{code}", "CODE", re.sub(r"{channel:int}", "N", path))
        path = re.sub(r"{(utterance|message|name)(:path)?}", lambda found: found[1].upper(), path)
        if isinstance(route, WebSocketRoute):
            calls.add(f"WS {path}")
            continue
        for method in sorted(set(route.methods or ()) - {"HEAD"}):
            ends = tuple(FORMATS) if path.endswith(".{ending}") else ("",)
            calls |= {f"{method} {path.replace('{ending}', end)}" for end in ends}
    return calls


def documented(chapter: str) -> set[str]:
    """The first column of a chapter's table, with `, .json` written out."""
    calls = set()
    for line in chapter.splitlines():
        if not line.startswith("| `"):
            continue
        path = ""
        for call in re.findall(r"`([^`]+)`", line.split("|")[1]):
            if call.startswith("."):
                call = path.rsplit(".", 1)[0] + call
            path = call
            calls.add(call)
    return calls


def test_every_call_that_is_documented_exists_and_the_reverse(tmp_path: Path) -> None:
    hosts, viewers = API.read_text(encoding="utf-8").split("## The viewers' calls")
    hosts = hosts.split("## The calls of a phone")[0]
    host, viewer = endpoints(tmp_path)
    assert documented(hosts) == calls_of(host.routes())
    assert documented(viewers) == calls_of(viewer.routes())


KEYLESS = {"/", "/healthz"}


async def test_no_call_is_answered_without_the_key(house: House) -> None:
    host = HostEndpoints(house.meetings, PageFolder(Path()), "key", 5.0)
    running = await house.begin()
    tried = 0
    for route in host.routes():
        if route.path in KEYLESS or isinstance(route, WebSocketRoute):
            continue
        path = route.path.replace("{id}", running.meeting.spec.id)
        path = path.replace("{ending}", "txt").replace("{channel:int}", "1")
        for method in set(route.methods or ()) - {"HEAD"}:
            for headers in (
                {},
                {"Authorization": "Bearer wrong"},
                {"Authorization": house.service.key},
                {"Cookie": "captioner_host=wrong"},
                {"Cookie": f"captioner_host={house.service.key}", "Origin": "http://evil.example"},
                {"Authorization": f"Bearer {house.service.key}", "Origin": "null"},
                {"Authorization": f"Bearer {house.service.key}", "Origin": "http://["},
            ):
                answer = await fetch(house.host_port, path, method, b"{}", headers)
                assert (answer.status, answer.json["code"]) == (401, "not_host"), (path, headers)
                tried += 1
    assert tried > 70
    assert not running.is_over


async def test_the_socket_asks_for_the_key_too(house: House) -> None:
    running = await house.begin()
    url = f"ws://127.0.0.1:{house.host_port}/api/meetings/{running.meeting.spec.id}/events"
    key = house.service.key
    for headers in ({}, {"Authorization": "Bearer no"}, {"Cookie": f"captioner_host={key}x"}):
        guest = await RecordingViewer(url, headers).join()
        assert await guest.until_closed() == 4400
        assert [(each["type"], each["code"]) for each in guest.events] == [("error", "not_host")]
    foreign = {"Authorization": f"Bearer {key}", "Origin": "http://evil.example"}
    guest = await RecordingViewer(url, foreign).join()
    assert await guest.until_closed() == 4400
    own = {"Cookie": f"captioner_host={key}", "Origin": f"http://127.0.0.1:{house.host_port}"}
    guest = await RecordingViewer(url, own).join()
    assert (await guest.until_type("hello"))["type"] == "hello"
    await guest.leave()


async def test_the_link_leaves_the_key_in_a_cookie_and_out_of_the_address(tmp_path: Path) -> None:
    web = tmp_path / "web"
    (web / "host").mkdir(parents=True)
    (web / "host" / "index.html").write_text("the host's page")
    desk = Meetings(house_settings(tmp_path), FakeDevices(), load_hearing=ToneHearing())
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    server = WebServer(create_host_site(desk, web, "secret", 5.0), listening)
    await server.start()
    try:
        assert (await fetch(port, "/")).status == 401
        assert (await fetch(port, "/?key=wrong")).status == 401
        led = await fetch(port, "/?key=secret")
        assert (led.status, led.headers["location"]) == (303, "/")
        cookie = led.headers["set-cookie"]
        assert cookie.startswith("captioner_host=secret;")
        assert "httponly" in cookie.lower()
        assert "samesite=strict" in cookie.lower()
        page = await fetch(port, "/", headers={"Cookie": cookie.split(";")[0]})
        assert (page.status, page.text) == (200, "the host's page")
        listing = await fetch(port, "/api/meetings", headers={"Cookie": cookie.split(";")[0]})
        assert listing.json == {"meetings": []}
    finally:
        await server.stop()


async def test_health_needs_no_key(house: House) -> None:
    answer = await fetch(house.host_port, "/healthz")
    assert answer.json == {"ok": True, "version": __version__}


async def test_what_a_host_may_choose_from(house: House) -> None:
    devices = (await house.host("/api/devices")).json
    assert devices["problem"] is None
    assert devices["devices"][0] == {
        "id": "mic-1",
        "label": "Microphone mic-1",
        "channels": 1,
        "rate": 48000,
        "default": True,
        "inputs": [],
        "monitor": False,
        "known": {},
    }
    house.devices.problem = AudioError("no_portaudio", "Install libportaudio2.")
    assert (await house.host("/api/devices")).json == {
        "devices": [],
        "problem": {"code": "no_portaudio", "message": "Install libportaudio2."},
    }
    assert (await house.host("/api/palette")).json == {"colours": list(colour_names())}


async def test_a_meeting_is_made_as_it_was_described(house: House) -> None:
    body = as_json(["mic-1", "mic-2"])
    body["channels"][1]["colour"] = "red"
    answer = await house.host("/api/meetings", "POST", body)
    assert answer.status == HTTPStatus.CREATED
    card = answer.json
    assert (card["title"], card["state"], card["viewers"]) == ("Monday", "lobby", 0)
    assert (card["weights"], card["demo_weights"]) == ("demo", True)
    assert [(each["name"], each["letter"], each["colour"]) for each in card["channels"]] == [
        *(("Anna", "A", "blue"), ("Bram", "B", "red"))
    ]
    assert [each["source"] for each in card["channels"]] == ["Microphone mic-1", "Microphone mic-2"]
    assert card["links"][0]["url"] == f"http://127.0.0.1:{house.viewer_port}/m/{card['code']}"
    assert set(card) == set(re.findall(r'"(\w+)"', card_in_the_docs())) - {"url", "label"} - {
        *("channel", "name", "letter", "colour", "language", "muting", "source", "phone")
    }
    assert (await house.host(f"/api/meetings/{card['id']}")).json == card
    assert (await house.host("/api/meetings")).json == {"meetings": [card]}


def card_in_the_docs() -> str:
    text = API.read_text(encoding="utf-8")
    return text[text.index("A meeting: `{") :].split("}`")[0]


async def test_levels_and_captions_arrive_at_the_host(house: House) -> None:
    running = await house.begin()
    host = await house.host_socket(running.meeting.spec.id)
    house.source(1).say("one two")
    house.source(2).be_silent(0.2)
    heard = await host.until(
        lambda event: (
            event["type"] == "levels" and len(event["levels"]) == 2 and event["levels"][0]["voice"]
        )
    )
    loud, quiet = heard["levels"]
    assert loud.keys() == {"channel", "rms_db", "peak_db", "voice", "source", "gap_s"}
    assert -30 < loud["rms_db"] <= loud["peak_db"] <= 0
    assert (quiet["channel"], quiet["rms_db"], quiet["voice"]) == (2, -100, False)
    assert "seq" not in heard
    house.source(1).be_silent()
    await host.until_type("caption", text="one two", state="final")
    assert host.events[0]["type"] == "hello"


async def test_the_host_sees_how_captions_keep_up(house: House) -> None:
    running = await house.begin()
    host = await house.host_socket(running.meeting.spec.id)
    house.source(1).say("one two")
    house.source(1).be_silent()
    await house.heard(running)
    load = await host.until(lambda event: event["type"] == "load" and event["finals"] == 1)
    assert [each["channel"] for each in load["channels"]] == [1, 2]
    assert load["lag_s"] < 1
    assert 0 < load["busy"] <= 1
    assert "seq" not in load
    row = next(
        line for line in (API.parent / "events.md").read_text().splitlines() if "| `load`" in line
    )
    assert load.keys() - {"type"} <= set(re.findall(r"`(\w+)`", row))


async def test_a_program_that_watches_gets_metrics_with_the_key(house: House) -> None:
    running = await house.begin()
    house.source(1).say("one two")
    house.source(1).be_silent()
    await house.heard(running)
    answer = await house.host("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "\ncaptioner_finals_total 1\n" in answer.text
    assert '\ncaptioner_lag_seconds{channel="2"} 0.0\n' in answer.text
    assert running.meeting.spec.code not in answer.text
    assert (await fetch(house.host_port, "/metrics")).status == 401


async def test_a_new_name_and_colour_reach_every_viewer(house: House) -> None:
    running = await house.begin()
    viewer = await house.viewer(running.meeting.spec.code)
    path = f"/api/meetings/{running.meeting.spec.id}/channels/2"
    answer = await house.host(path, "PATCH", {"name": "Aisha", "colour": "green"})
    assert answer.status == 200
    card = answer.json["channels"][1]
    assert (card["name"], card["letter"], card["colour"]) == ("Aisha", "Ai", "green")
    renamed = await viewer.until_type("channel", change="renamed")
    assert (renamed["name"], renamed["letter"]) == ("Aisha", "Ai")
    recoloured = await viewer.until_type("channel", change="recoloured")
    assert (recoloured["channel"], recoloured["colour"]) == (2, "green")
    late = await house.viewer(running.meeting.spec.code)
    hello = await late.until_type("hello")
    assert hello["channels"][1]["name"] == "Aisha"


async def test_a_muted_channel_is_told_to_every_viewer_and_says_nothing(house: House) -> None:
    running = await house.begin()
    viewer = await house.viewer(running.meeting.spec.code)
    path = f"/api/meetings/{running.meeting.spec.id}"
    answer = await house.host(f"{path}/channels/2", "PATCH", {"private": True})
    assert answer.json["channels"][1]["muting"] == "private"
    muted = await viewer.until_type("channel", change="muted")
    assert (muted["channel"], muted["state"], muted["muting"]) == (2, "muted", "private")
    late = await house.viewer(running.meeting.spec.code)
    hello = await late.until_type("hello")
    assert [card.get("muting") for card in hello["channels"]] == [None, "private"]
    house.source(2).say("one two three")
    house.source(2).be_silent()
    await house.heard(running)
    assert "one" not in (await house.host(f"{path}/transcript.txt")).text
    await house.host(f"{path}/channels/2", "PATCH", {"muted": False})
    heard = await viewer.until_type("channel", change="unmuted")
    assert (heard["state"], "muting" in heard) == ("live", False)


async def test_microphones_can_be_tried_out_before_a_meeting_and_are_let_go_for_it(
    house: House,
) -> None:
    url = f"ws://127.0.0.1:{house.host_port}/api/devices/levels"
    page = RecordingViewer(url, {"Authorization": f"Bearer {house.service.key}"})
    house.guests.append(page)
    await page.join()
    await page.until_type("device_levels")
    house.source(2).say("one two three")
    await house.source(2).taken()
    shown = await page.until(lambda each: each["devices"][1]["rms_db"] > -20)
    assert [each["id"] for each in shown["devices"]] == ["mic-1", "mic-2", "mic-3"]
    assert shown["devices"][0]["rms_db"] == -100
    assert house.source(1).is_open
    running = await house.begin(1)
    assert [house.source(number).is_open for number in (1, 2, 3)] == [True, False, False]
    assert house.source(1).opened == 2
    late = RecordingViewer(url, {"Authorization": f"Bearer {house.service.key}"})
    house.guests.append(late)
    await late.join()
    assert "A meeting is going on" in (await late.until_type("error"))["message"]
    await running.end()


async def test_a_page_that_leaves_lets_the_microphones_go(house: House) -> None:
    url = f"ws://127.0.0.1:{house.host_port}/api/devices/levels"
    page = RecordingViewer(url, {"Authorization": f"Bearer {house.service.key}"})
    await page.join()
    await page.until_type("device_levels")
    assert house.source(1).is_open
    await page.leave()
    await until(lambda: not house.source(1).is_open)
    stranger = RecordingViewer(url)
    house.guests.append(stranger)
    await stranger.join()
    assert (await stranger.until_type("error"))["code"] == "not_host"


async def test_what_was_chosen_is_offered_the_next_time(house: House) -> None:
    running = await house.begin()
    running.publish(lambda at: running.meeting.rename(ChannelId(1), "Ada", at))
    await running.end()
    answer = await house.host("/api/devices")
    first, _, third = answer.json["devices"]
    assert first["known"]["mic-1"] == {
        "name": "Ada",
        "colour": running.meeting.roster.entries[0].colour,
        "language": "en",
        "chosen": True,
        "channel": 1,
    }
    assert third["known"] == {}


WRONG_PATCHES: tuple[tuple[str, object, int, str], ...] = (
    ("1", {}, 400, "bad_message"),
    ("1", {"name": ""}, 400, "bad_meeting"),
    ("1", {"name": "x" * 41}, 400, "bad_meeting"),
    ("1", {"colour": "mauve"}, 400, "bad_meeting"),
    ("1", {"colour": ""}, 400, "bad_message"),  # it would have no colour at all
    ("9", {"name": "Anna"}, 404, "unknown_channel"),
)


async def test_a_change_that_cannot_be_is_refused(house: House) -> None:
    running = await house.begin()
    for number, body, status, code in WRONG_PATCHES:
        path = f"/api/meetings/{running.meeting.spec.id}/channels/{number}"
        answer = await house.host(path, "PATCH", body)
        assert (answer.status, answer.json["code"]) == (status, code), body
    assert running.meeting.timeline.seq == 0


async def test_a_patch_is_carried_out_whole_or_not_at_all(house: House) -> None:
    """Its name was changed and everybody told of it before its colour was found to be wrong."""
    running = await house.begin()
    path = f"/api/meetings/{running.meeting.spec.id}/channels/1"
    answer = await house.host(path, "PATCH", {"name": "Dora", "colour": "mauve"})
    assert answer.status == 400
    assert running.meeting.roster.entries[0].name == "Anna"
    assert running.meeting.timeline.seq == 0


async def test_the_end_finishes_what_was_said_and_gives_the_transcript(house: House) -> None:
    running = await house.begin()
    viewer = await house.viewer(running.meeting.spec.code)
    path = f"/api/meetings/{running.meeting.spec.id}"
    house.source(1).say("one two three")
    await house.source(1).taken()
    soon = await house.host(f"{path}/transcript.txt")
    assert "still going on" in soon.text
    ended = await house.host(f"{path}/end", "POST")
    assert (ended.status, ended.json["state"]) == (200, "ended")
    await viewer.until_type("status", state="ended")
    assert [text for _, text in viewer.shown] == ["one two three"]
    assert "Anna: one two three" in (await house.host(f"{path}/transcript.txt")).text
    found = (await house.host(f"{path}/transcript.json")).json
    assert [each["text"] for each in found["utterances"]] == ["one two three"]
    again = await house.host(f"{path}/end", "POST")
    assert again.status == 200
    assert [each["state"] for each in viewer.events if each["type"] == "status"] == [
        *("live", "ended")
    ]
    assert house.source(1).closed
    unknown = await house.host(f"{path}/transcript.pdf")
    assert (unknown.status, unknown.json["code"]) == (400, "bad_message")


async def test_deleting_removes_the_files_and_sends_viewers_away(house: House) -> None:
    running = await house.begin()
    spec = running.meeting.spec
    folder = house.meetings.settings.store.folder / "meetings" / spec.id
    house.source(1).say("one")
    await house.source(1).taken()
    viewer = await house.viewer(spec.code)
    await viewer.until_type("status")
    await house.host(f"/api/meetings/{spec.id}/end", "POST")
    assert sorted(each.name for each in folder.iterdir()) == ["transcript.json", "transcript.txt"]
    answer = await house.host(f"/api/meetings/{spec.id}", "DELETE")
    assert (answer.status, answer.body) == (204, b"")
    assert not folder.exists()
    assert await viewer.until_closed() == 1001
    await viewer.come_back()
    assert await viewer.until_closed() == 4404
    assert viewer.events[-1]["code"] == "unknown_meeting"
    gone = await house.host(f"/api/meetings/{spec.id}")
    assert (gone.status, gone.json["code"]) == (404, "unknown_meeting")
    assert (await house.host(f"/api/meetings/{spec.id}", "DELETE")).status == 404


async def test_a_meeting_can_be_deleted_while_it_goes_on(house: House) -> None:
    running = await house.begin()
    house.source(1).say("one")
    await house.source(1).taken()
    calls = [house.host(f"/api/meetings/{running.meeting.spec.id}", "DELETE") for _ in range(3)]
    statuses = sorted(answer.status for answer in await asyncio.gather(*calls))
    assert statuses[0] == 204
    assert set(statuses) <= {204, 404}  # never a fault, however often it is clicked
    assert house.meetings.meetings() == []
    assert not list((house.meetings.settings.store.folder / "meetings").glob("*"))


async def test_a_link_is_a_qr_code(house: House) -> None:
    running = await house.begin()
    path = f"/api/meetings/{running.meeting.spec.id}/qr.svg"
    picture = await house.host(path)
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.body.startswith(b"<?xml")
    for wrong in ("1", "-1", "x", "", "%C2%B2", "9" * 5000):  # ² is a digit, but no number
        answer = await house.host(f"{path}?link={wrong}")
        assert (answer.status, answer.json["code"]) == (400, "bad_message"), wrong


WRONG_MEETINGS: tuple[tuple[dict[str, object], int, str, str], ...] = (
    ({"channels": []}, 400, "bad_message", "1 to 32"),
    ({"title": "x" * 121}, 400, "bad_meeting", "120"),
    ({"weights": "nowhere"}, 400, "unknown_weights", "nowhere"),
    ({"channels": [{"device": "mic-9"}]}, 400, "no_device", "mic-9"),
    (
        {"channels": [{"device": "mic-1", "language": "nl"}]},
        400,
        "bad_meeting",
        "do not hear the language 'nl'",
    ),
    (
        {"channels": [{"device": "mic-1"}, {"device": "mic-1"}]},
        400,
        "bad_meeting",
        "only once",
    ),
)


async def test_a_meeting_that_cannot_be_is_refused_in_words_and_stands_in_nobodys_way(
    house: House,
) -> None:
    for changes, status, code, says in WRONG_MEETINGS:
        answer = await house.host("/api/meetings", "POST", as_json(["mic-1"]) | changes)
        assert (answer.status, answer.json["code"]) == (status, code), changes
        assert says in answer.json["message"]
        assert (await house.host("/api/meetings")).json == {"meetings": []}
    chosen = await house.host("/api/meetings", "POST", as_json(["mic-1"], weights=""))
    assert (chosen.status, chosen.json["weights"]) == (HTTPStatus.CREATED, "demo")


async def test_the_glossary_of_a_meeting_puts_its_names_right(house: House) -> None:
    body = as_json(["mic-1"])
    wrong = await house.host("/api/meetings", "POST", body | {"glossary": "x" * 61})
    assert (wrong.status, wrong.json["code"]) == (400, "bad_meeting")
    assert house.hearing.loads == [], "refused before anything is loaded"
    answer = await house.host("/api/meetings", "POST", body | {"glossary": "Agendum: agenda green"})
    assert answer.status == HTTPStatus.CREATED
    viewer = await house.viewer(answer.json["code"])
    house.source(1).say("agenda green")
    house.source(1).be_silent()
    await viewer.until_type("caption", text="Agendum", state="final")


async def test_a_second_meeting_waits_for_the_end_of_the_first(house: House) -> None:
    running = await house.begin()
    second = await house.host("/api/meetings", "POST", as_json(["mic-3"]))
    assert (second.status, second.json["code"]) == (409, "wrong_state")
    await house.host(f"/api/meetings/{running.meeting.spec.id}/end", "POST")
    house.devices.sources["mic-1"] = type(house.source(1))("Microphone mic-1")
    assert (await house.host("/api/meetings", "POST", as_json(["mic-1"]))).status == 201
    titles = [each["state"] for each in (await house.host("/api/meetings")).json["meetings"]]
    assert titles == ["lobby", "ended"]


async def test_two_clicks_at_once_are_one_meeting(house: House) -> None:
    """While the weights were being loaded for the first, a second one could start."""
    house.hearing.may_load.clear()
    calls = [
        asyncio.create_task(house.host("/api/meetings", "POST", as_json([f"mic-{n}"])))
        for n in (1, 2)
    ]
    await until(lambda: house.hearing.loads)
    await asyncio.sleep(0.1)
    house.hearing.may_load.set()
    statuses = sorted(answer.status for answer in await asyncio.gather(*calls))
    assert statuses == [201, 409]
    assert house.hearing.loads == ["demo"]


async def test_a_viewers_cookie_or_code_opens_nothing_here(house: House) -> None:
    running = await house.begin()
    code = running.meeting.spec.code
    answer = await fetch(
        house.host_port, "/api/meetings", headers={"Cookie": f"captioner_host={code}"}
    )
    assert answer.status == 401
    assert house.meetings.by_id(MeetingId(running.meeting.spec.id)) is running
