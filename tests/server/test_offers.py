"""What a host may choose from: what the calls say is in tests/server/test_host.py."""

from pathlib import Path

from starlette.routing import Route

from captioner.server.desk import Desk
from captioner.server.offers import OfferEndpoints
from captioner.service.meetings import Meetings
from tests.fakes.fake_devices import FakeDevices, ToneHearing
from tests.fakes.open_house import house_settings, open_house
from tests.fakes.recording_viewer import until


def test_there_are_microphones_their_levels_weights_and_colours(tmp_path: Path) -> None:
    desk: Desk = Meetings(house_settings(tmp_path), FakeDevices(), load_hearing=ToneHearing())
    routes = OfferEndpoints(desk, lambda _: None).routes(
        lambda path, end, _="GET": Route(path, end)
    )
    assert {route.path for route in routes} == {
        *(
            "/api/devices",
            "/api/devices/levels",
            "/api/devices/language",
            "/api/languages",
            "/api/palette",
            "/api/weights",
        ),
    }


async def test_a_microphone_that_the_system_has_muted_says_so(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.devices.switched_off = {"mic-2"}
        rehearsal = await house.meetings.rehearse()
        await rehearsal.look()  # type: ignore[attr-defined]
        assert [level.is_muted for level in rehearsal.levels()] == [False, True, False]
        await rehearsal.leave()


async def test_what_can_be_translated_here_is_offered_with_where_from(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        assert (await house.host("/api/languages")).json == {"languages": []}
        house.meetings.ready.pairs = lambda: frozenset({("en", "nl"), ("nl", "en"), ("en", "ar")})
        found = (await house.host("/api/languages")).json["languages"]
        assert {each["code"]: each["from"] for each in found} == {
            **{"ar": ["en", "nl"], "en": ["nl"], "nl": ["en"]},
        }
        assert [each["name"] for each in found if each["code"] == "nl"] == ["Nederlands"]


async def test_a_language_is_suggested_and_never_switched(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        asked: list[object] = []

        async def suggest(*question: object) -> str:
            asked.append(question)
            return "nl"

        house.meetings.ready.suggest_language = suggest  # type: ignore[method-assign,assignment]
        body = {"device": "mic-1", "weights": "demo", "language": "en", "languages": ["nl", "en"]}
        answer = await house.host("/api/devices/language", "POST", body)
        assert answer.json == {"suggested": "nl"}
        assert asked == [("mic-1", "demo", "en", ("nl", "en"))]


async def test_two_pages_of_hosts_look_at_the_same_microphones(tmp_path: Path) -> None:
    """Each used to take them from the other, again and again."""
    async with open_house(tmp_path) as house:
        first = await house.meetings.rehearse()
        second = await house.meetings.rehearse()
        assert first is second
        await until(lambda: house.source(1).is_open)
        await first.leave()
        assert not second.is_over
        assert (house.source(1).opened, house.source(1).is_open) == (1, True)
        await second.leave()
        assert [second.is_over] == [True]
        third = await house.meetings.rehearse()
        assert third is not second
        await third.leave()
