"""The desk is what the endpoints see of the service: both sides must agree on it."""

from pathlib import Path

from captioner.server.desk import Desk, MeetingHandle
from captioner.service.meetings import Meetings
from tests.fakes.fake_devices import FakeDevices, ToneHearing
from tests.fakes.open_house import house_settings, open_house


def members(protocol: type) -> set[str]:
    named = set(vars(protocol)) | set(protocol.__annotations__)
    return {name for name in named if not name.startswith("_")}


async def test_the_service_offers_everything_that_the_endpoints_ask_for(tmp_path: Path) -> None:
    desk: Desk = Meetings(house_settings(tmp_path), FakeDevices(), load_hearing=ToneHearing())
    assert members(Desk) == {
        *("by_code", "by_id", "meetings", "devices", "weights"),
        *("chosen_weights", "links", "create", "delete", "phone", "phones", "phone_links"),
        *("authority", "rehearse", "kept", "ready", "conduct", "host_links", "depot"),
    }
    assert all(hasattr(desk, name) for name in members(Desk))


async def test_a_running_meeting_is_all_that_a_handle_promises(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        handle: MeetingHandle = await house.begin()
        assert all(hasattr(handle, name) for name in members(MeetingHandle))
        assert handle.viewers == 0
        assert handle.sources() == {1: "Microphone mic-1", 2: "Microphone mic-2"}
        house.source(1).say("one")
        await house.source(1).taken()
        (level,) = handle.levels()
        assert (level.channel, level.voice, level.source) == (1, True, "Microphone mic-1")
        assert -20 < level.rms_db < 0
