"""Who conducts is what the endpoints see: both sides must agree on it."""

from pathlib import Path

from captioner.server.conducting import Conducting
from captioner.service.meetings import Meetings
from tests.fakes.fake_devices import FakeDevices, ToneHearing
from tests.fakes.open_house import house_settings


def test_the_service_conducts_all_that_the_endpoints_ask_for(tmp_path: Path) -> None:
    meetings = Meetings(house_settings(tmp_path), FakeDevices(), load_hearing=ToneHearing())
    conducting: Conducting = meetings.conduct
    named = {name for name in vars(Conducting) if not name.startswith("_")}
    assert named == {
        *("pause", "make_private", "mark_topic", "change_topic", "swap"),
        *("add_microphone", "remove_microphone"),
    }
    assert all(callable(getattr(conducting, name)) for name in named)
