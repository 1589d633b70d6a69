from pathlib import Path

import pytest

from captioner.audio.sources.phone import PhoneSource
from captioner.audio.sources.phone_line import PhoneStart, PhoneState
from captioner.domain import ChannelId, ChannelState
from captioner.errors import MeetingError
from captioner.service.phones import WHY, Phones
from tests.fakes.fake_clock import FakeClock
from tests.service.test_meetings import begin, open_meetings


def test_a_device_is_a_phone_by_its_id() -> None:
    phones = Phones(FakeClock())
    assert isinstance(phones.source("phone:1"), PhoneSource)
    assert phones.source("USB: phone:1") is None


async def test_a_channel_waits_for_its_phone_and_tells_each_change_once(tmp_path: Path) -> None:
    async with open_meetings(tmp_path) as (meetings, _):
        running = await begin(meetings, "mic-1", "phone:1")
        (phone,) = meetings.phones(running.meeting.spec.id).values()
        assert (phone.channel, phone.state) == (ChannelId(2), "waiting")
        states = [PhoneState.WAITING, PhoneState.CONNECTED, PhoneState.CONNECTED]
        states += [PhoneState.LOST, PhoneState.LOST, PhoneState.CONNECTED, PhoneState.OFF]
        for state in states:
            phone.tell(state)
        events = [entry.event for entry in running.meeting.timeline.since(0, 99)]
        told = [(getattr(e, "change", ""), getattr(e, "message", None)) for e in events]
        assert told == [
            ("lost", WHY[PhoneState.WAITING]),
            ("back", None),
            ("lost", WHY[PhoneState.LOST]),
            ("back", None),
            ("lost", WHY[PhoneState.OFF]),
        ]
        assert running.meeting.roster.find(ChannelId(1)).state is ChannelState.LIVE
        await running.end()
        phone.tell(PhoneState.CONNECTED)
        assert running.meeting.roster.find(ChannelId(2)).state is ChannelState.LOST


async def test_a_token_is_one_channel_until_its_meeting_is_deleted(tmp_path: Path) -> None:
    async with open_meetings(tmp_path) as (meetings, _):
        running = await begin(meetings, "phone:1", "phone:2")
        found = meetings.phones(running.meeting.spec.id)
        assert len({phone.token for phone in found.values()}) == 2
        for channel, phone in found.items():
            assert meetings.phone(phone.token).channel == channel
            phone.join(PhoneStart(16_000, "", 0), lambda _: None)
        with pytest.raises(MeetingError) as unknown:
            meetings.phone("é")
        assert unknown.value.code == "unknown_meeting"
        await meetings.delete(running.meeting.spec.id)
        with pytest.raises(MeetingError):
            meetings.phone(found[ChannelId(1)].token)
