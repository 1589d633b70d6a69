"""More devices that host, over real connections."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import WebSocketRoute

from captioner.server.host import HostEndpoints
from captioner.server.pages import PageFolder
from captioner.server.roles import FOR_HELPERS
from tests.fakes.open_house import House, open_house
from tests.fakes.recording_viewer import Answer, RecordingViewer, fetch


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


async def invite(house: House, role: str) -> dict[str, Any]:
    answer = await house.host("/api/hosts/invitations", "POST", {"role": role})
    assert answer.status == 201
    found: dict[str, Any] = answer.json
    return found


async def join(house: House, token: str, name: str = "Eva") -> Answer:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = f"name={name}".encode()
    return await fetch(house.host_port, f"/join/{token}", "POST", body, form)


async def guest(house: House, role: str, name: str = "Eva") -> dict[str, str]:
    """The cookie of somebody who was invited."""
    joined = await join(house, (await invite(house, role))["token"], name)
    assert (joined.status, joined.headers["location"]) == (303, "/")
    cookie = joined.headers["set-cookie"]
    assert cookie.startswith("captioner_guest=")
    assert "httponly" in cookie.lower()
    return {"Cookie": cookie.split(";")[0]}


async def test_a_second_device_becomes_host_by_a_link_that_works_once(house: House) -> None:
    running = await house.begin()
    invitation = await invite(house, "host")
    (link,) = invitation["links"]
    assert link["url"] == f"http://127.0.0.1:{house.host_port}/join/{invitation['token']}"
    assert "this computer only" in link["label"]  # no certificate: said so
    page = await fetch(house.host_port, f"/join/{invitation['token']}")
    assert page.status == 200
    assert page.headers["referrer-policy"] == "same-origin"
    qr = await house.host(f"/api/hosts/invitations/{invitation['token']}/qr.svg")
    assert qr.headers["content-type"] == "image/svg+xml"
    joined = await join(house, invitation["token"])
    cookie = {"Cookie": joined.headers["set-cookie"].split(";")[0]}
    path = f"/api/meetings/{running.meeting.spec.id}/channels/1"
    renamed = await fetch(house.host_port, path, "PATCH", {"name": "Ada"}, cookie)
    assert renamed.json["channels"][0]["name"] == "Ada"
    again = await join(house, invitation["token"])
    assert again.headers["location"] == f"/join/{invitation['token']}?gone=1"
    assert "set-cookie" not in again.headers
    over = await house.host(f"/api/hosts/invitations/{invitation['token']}/qr.svg")
    assert over.status == 403


async def test_a_helper_is_refused_everything_but_reading_and_correcting(house: House) -> None:
    running = await house.begin()
    house.source(1).say("one two")
    house.source(1).be_silent()
    await house.heard(running)
    (caption,) = running.meeting.timeline.captions()
    helper = await guest(house, "helper")
    host = HostEndpoints(house.meetings, PageFolder(Path()), "key", 5.0)
    refused = 0
    for route in host.routes():
        if isinstance(route, WebSocketRoute) or route.path in ("/healthz", "/join/{token}"):
            continue
        path = route.path.replace("{id}", running.meeting.spec.id).replace("{ending}", "txt")
        path = path.replace("{channel:int}", "1").replace("{utterance}", caption.utterance)
        for method in set(route.methods or ()) - {"HEAD"}:
            if f"{method} {route.path}" in FOR_HELPERS:
                continue
            answer = await fetch(house.host_port, path, method, b"{}", helper)
            assert (answer.status, answer.json["code"]) == (403, "not_allowed"), (method, path)
            refused += 1
    assert refused > 25
    assert running.meeting.timeline.caption(caption.utterance) == caption
    listing = await fetch(house.host_port, "/api/meetings", headers=helper)
    assert listing.json["role"] == "helper"
    edit = f"/api/meetings/{running.meeting.spec.id}/utterances/{caption.utterance}"
    body = {"text": "one three", "rev": caption.rev}
    assert (await fetch(house.host_port, edit, "PATCH", body, helper)).status == 204
    stale = await fetch(house.host_port, edit, "PATCH", body, helper)
    assert (stale.status, stale.json["code"]) == (409, "stale_edit")
    assert (stale.json["text"], stale.json["rev"]) == ("one three", caption.rev + 1)


async def test_the_link_of_a_phone_is_not_for_helpers(house: House) -> None:
    """Who has it is a microphone."""
    body = {"device": "phone:1", "name": "Chen"}
    running = await house.begin()
    path = f"/api/meetings/{running.meeting.spec.id}"
    assert (await house.host(f"{path}/channels", "POST", body)).status == 201
    helper = await guest(house, "helper")
    for seen in (
        (await fetch(house.host_port, path, headers=helper)).text,
        (await fetch(house.host_port, "/api/meetings", headers=helper)).text,
    ):
        assert "/mic/" not in seen
    assert "/mic/" in (await house.host(path)).text


async def test_the_host_sees_who_is_there_and_takes_it_back_at_once(house: House) -> None:
    running = await house.begin()
    helper = await guest(house, "helper", "Eva")
    url = f"ws://127.0.0.1:{house.host_port}/api/meetings/{running.meeting.spec.id}/events"
    page = RecordingViewer(url, helper)
    house.guests.append(page)
    await page.join()
    await page.until_type("hello")
    owner, eva = (await house.host("/api/hosts")).json["hosts"]
    assert (owner["you"], owner["owner"], owner["role"]) == (True, True, "host")
    assert (eva["name"], eva["role"], eva["here"], eva["you"]) == ("Eva", "helper", True, False)
    assert (await house.host(f"/api/hosts/{eva['id']}", "DELETE")).status == 204
    assert (await page.until_type("error"))["code"] == "not_host"
    await page.until_closed()
    late = await fetch(house.host_port, "/api/meetings", headers=helper)
    assert (late.status, late.json["code"]) == (401, "not_host")
    assert len((await house.host("/api/hosts")).json["hosts"]) == 1
    assert (await house.host("/api/hosts/owner", "DELETE")).status == 403


async def test_another_page_cannot_use_up_an_invitation(house: House) -> None:
    token = (await invite(house, "host"))["token"]
    evil = {"Origin": "http://evil.example"}
    answer = await fetch(house.host_port, f"/join/{token}", "POST", b"name=x", evil)
    assert "set-cookie" not in answer.headers
    assert (await join(house, token)).headers["location"] == "/"


async def test_on_the_hosts_own_computer_the_host_stays_host(house: House) -> None:
    """Cookies know no ports: a helper's must not stand before the owner's in one browser."""
    helper = await guest(house, "helper")
    both = {"Cookie": f"{helper['Cookie']}; captioner_host={house.service.key}"}
    assert (await fetch(house.host_port, "/api/meetings", headers=both)).json["role"] == "host"
