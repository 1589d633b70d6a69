from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from captioner.server.desk import TrustOffer
from captioner.server.pages import PageFolder
from captioner.server.trust import TrustEndpoints
from tests.fakes.open_house import House, open_house
from tests.fakes.recording_viewer import fetch
from tests.server.test_host import API, calls_of, documented


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


def test_every_call_that_is_documented_exists_and_the_reverse(house: House) -> None:
    chapter = API.read_text(encoding="utf-8").split("## What phones trust")[1]
    chapter = chapter.split("## The viewers' calls")[0]
    trust = TrustEndpoints(house.meetings, PageFolder(Path()))
    assert documented(chapter) == calls_of([*trust.routes()])


async def test_the_certificate_is_public_on_every_listener(house: House) -> None:
    house.meetings.trust = TrustOffer("captioner on laptop", "AB:CD", "2027-01-01", b"der")
    for port in (house.viewer_port, house.host_port):
        assert "trust.js" in (await fetch(port, "/trust")).text
        assert (await fetch(port, "/trust/card")).json == {
            "name": "captioner on laptop",
            "fingerprint": "AB:CD",
            "ends": "2027-01-01",
        }
        answer = await fetch(port, "/trust/captioner.crt")
        assert answer.body == b"der"
        assert answer.headers["content-type"] == "application/x-x509-ca-cert"


async def test_where_there_is_nothing_to_trust_it_says_so(house: House) -> None:
    for path in ("/trust/card", "/trust/captioner.crt"):
        answer = await fetch(house.viewer_port, path)
        assert (answer.status, answer.json["code"]) == (404, "no_certificate")
