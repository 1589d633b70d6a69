"""The host's calls on weights and packages, through a real service and a real download."""

import asyncio
from pathlib import Path

import pytest

from captioner import resources
from captioner.asr.weights import find_weights
from captioner.errors import WireError
from captioner.server.models import parse_errand
from tests.fakes.argos_package import argosmodel
from tests.fakes.fake_hub import FakeHub, folder_as_repository
from tests.fakes.fake_source import FakeIndex
from tests.fakes.open_house import House, open_house

NAME = "tester/nano"


async def errand_over(house: House) -> dict[str, object]:
    """How the errand ended; a process of its own takes its time."""
    async with asyncio.timeout(60):
        while True:
            errand = (await house.host("/api/models/errand")).json["errand"]
            if errand["state"] != "running":
                return dict(errand)
            await asyncio.sleep(0.05)


async def half_of_it(house: House) -> None:
    """Until the process has put what came on the disk."""
    async with asyncio.timeout(60):
        while True:
            half = (await house.host("/api/models")).json["half_fetched"]
            if half and half[0]["bytes"] > 1_000_000:
                return
            await asyncio.sleep(0.05)


def use(source: FakeHub | FakeIndex, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in source.environment(home).items():
        monkeypatch.setenv(name, value)


async def test_every_call_asks_for_the_key(tmp_path: Path) -> None:
    calls = (
        ("/api/models", "GET"),
        ("/api/models/offers", "GET"),
        ("/api/models/errand", "POST"),
        ("/api/models/errand", "DELETE"),
        ("/api/models/small", "DELETE"),
    )
    async with open_house(tmp_path) as house:
        for path, method in calls:
            body = {"kind": "pull", "name": "small"} if method == "POST" else None
            assert (await house.viewers(path, method, body)).status in (404, 405)
            house_without_key = await house.host(path + "?x", method, {"kind": "burn"})
            assert house_without_key.status != 401
        assert (await house.host("/api/models")).json["errand"] is None


async def test_weights_are_fetched_while_a_meeting_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeHub({NAME: folder_as_repository(resources.demo_weights_folder())}) as hub:
        use(hub, tmp_path / "home", monkeypatch)
        async with open_house(tmp_path / "data") as house:
            assert hub.requests == []
            running = await house.begin()
            begun = await house.host("/api/models/errand", "POST", {"kind": "pull", "name": NAME})
            assert (begun.status, begun.json["errand"]["state"]) == (202, "running")
            errand = await errand_over(house)
            assert errand["state"] == "done", errand
            assert errand["here"] == errand["total"]
            assert not running.is_over
            assert (await house.host(f"/api/models/{NAME}", "DELETE")).status == 409
            await running.end()
            assert find_weights(NAME, tmp_path / "data")
            assert (await house.host(f"/api/models/{NAME}", "DELETE")).status == 204
            assert (await house.host(f"/api/models/{NAME}", "DELETE")).status == 400


async def test_a_download_that_is_stopped_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeHub({NAME: folder_as_repository(resources.demo_weights_folder())}) as hub:
        use(hub, tmp_path / "home", monkeypatch)
        hub.hangs = "model.bin"
        wanted = {"kind": "pull", "name": NAME}
        async with open_house(tmp_path / "data") as house:
            await house.host("/api/models/errand", "POST", wanted)
            await half_of_it(house)
            assert (await house.host("/api/models/errand", "POST", wanted)).status == 409
            stopped = await house.host("/api/models/errand", "DELETE")
            assert stopped.json["errand"]["state"] == "cancelled"
            (half,) = (await house.host("/api/models")).json["half_fetched"]
            assert half["name"] == NAME
            hub.hangs = None
            await house.host("/api/models/errand", "POST", wanted)
            assert (await errand_over(house))["state"] == "done"
        assert len(hub.ranges) == 1


async def test_a_package_is_offered_fetched_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeIndex({"en_nl": argosmodel()}) as index:
        use(index, tmp_path / "home", monkeypatch)
        async with open_house(tmp_path / "data") as house:
            (offer,) = (await house.host("/api/models/offers")).json["packages"]
            assert (offer["name"], offer["here"]) == ("translate-en_nl", False)
            body = {"kind": "pull", "name": offer["name"]}
            await house.host("/api/models/errand", "POST", body)
            assert (await errand_over(house))["state"] == "done"
            (package,) = (await house.host("/api/models")).json["packages"]
            assert package["name"] == "translate-en_nl"


async def test_without_a_network_the_sentence_arrives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARGOS_PACKAGE_INDEX", "http://127.0.0.1:9/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with open_house(tmp_path / "data") as house:
        answer = await house.host("/api/models/offers")
        assert (answer.status, answer.json["code"]) == (502, "source_unreachable")
        assert "on a stick" in answer.json["message"]
        body = {"kind": "import", "name": str(tmp_path / "nothing")}
        await house.host("/api/models/errand", "POST", body)
        errand = await errand_over(house)
        assert (errand["state"], errand["code"]) == ("failed", "not_at_source")


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"{}", b'{"kind": "burn"}', b'{"kind": "pull"}', b'{"kind": ["pull"]}'),
        *(b'{"kind": "pull", "name": 7}', b'{"kind": "import", "name": "a\\u0000b"}'),
    ],
)
def test_an_errand_that_makes_no_sense_is_refused(body: bytes) -> None:
    with pytest.raises(WireError):
        parse_errand(body)
