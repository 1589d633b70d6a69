"""What the endpoints ask of the service's checks, and what it has."""

from pathlib import Path

from captioner.server.readiness import Check, Readiness
from captioner.service.meetings import Meetings
from tests.fakes.fake_devices import FakeDevices, ToneHearing
from tests.fakes.open_house import house_settings
from tests.server.test_desk import members


async def test_the_service_offers_everything_that_the_endpoints_ask_for(tmp_path: Path) -> None:
    desk = Meetings(house_settings(tmp_path), FakeDevices(), load_hearing=ToneHearing())
    ready: Readiness = desk.ready
    assert all(hasattr(ready, name) for name in members(Readiness))


def test_a_check_that_is_well_needs_no_words() -> None:
    check = Check("disk", True, "12 GB free")
    assert (check.fix, check.code, dict(check.figures)) == ("", "", {})
