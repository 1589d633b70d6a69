"""The whole service on free ports of this machine, with scripted microphones."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from captioner.app import Service
from captioner.audio.frame import samples_to_seconds
from captioner.commands.serve import open_records
from captioner.domain import ChannelId, MeetingId
from captioner.service.meetings import Meetings
from captioner.service.running import RunningMeeting
from captioner.settings import AsrSettings, AudioSettings, ServerSettings, Settings, StoreSettings
from tests.fakes.fake_devices import FakeDevices, ScriptedSource, ToneHearing, as_json
from tests.fakes.recording_viewer import Answer, RecordingViewer, fetch


@dataclass(slots=True)
class House:
    """A service that runs, and everybody in the room."""

    service: Service
    meetings: Meetings
    devices: FakeDevices
    hearing: ToneHearing
    guests: list[RecordingViewer] = field(default_factory=list)

    @property
    def viewer_port(self) -> int:
        return self.meetings.viewer_port

    @property
    def host_port(self) -> int:
        return self.service.host_port

    def source(self, number: int) -> ScriptedSource:
        """The microphone of a channel."""
        return self.devices.sources[f"mic-{number}"]

    async def begin(self, channels: int = 2, **others: object) -> RunningMeeting:
        """A meeting as the host page starts it; `others`: what else it says."""
        devices = [f"mic-{n}" for n in range(1, channels + 1)]
        answer = await self.host("/api/meetings", "POST", as_json(devices, **others))
        assert answer.status == 201, answer.text
        running = self.meetings.by_id(MeetingId(answer.json["id"]))
        assert isinstance(running, RunningMeeting)
        return running

    async def say(self, running: RunningMeeting, channel: int, text: str) -> None:
        """A sentence of now, until it is a caption.

        What a scripted microphone sends is placed by its length alone: silence lets it catch up
        with the clock, as real ones always have.
        """
        entrance = running.live.intake._entrances.get(ChannelId(channel))
        placed_s = 0.0 if entrance is None else samples_to_seconds(entrance.end)
        source = self.source(channel)
        source.be_silent(0.5 + max(0.0, running.now_s - placed_s))
        source.say(text)
        source.be_silent()
        await self.heard(running)

    async def heard(self, running: RunningMeeting) -> None:
        """Until all that was said so far has become captions."""
        for source in self.devices.sources.values():
            if source.is_open:
                await source.taken()
        await running.live.settle()

    async def host(self, path: str, method: str = "GET", body: object = None) -> Answer:
        """A call of somebody who has the key."""
        bearer = {"Authorization": f"Bearer {self.service.key}"}
        return await fetch(self.host_port, path, method, body, bearer)

    async def viewers(self, path: str, method: str = "GET", body: object = None) -> Answer:
        """A call on the viewers' listener."""
        return await fetch(self.viewer_port, path, method, body)

    async def viewer(self, code: str, **query: object) -> RecordingViewer:
        """Somebody who reads."""
        guest = RecordingViewer(f"ws://127.0.0.1:{self.viewer_port}/m/{code}/events")
        self.guests.append(guest)
        return await guest.join(**query)

    async def host_socket(self, meeting: str) -> RecordingViewer:
        """The host page's own socket."""
        guest = RecordingViewer(
            f"ws://127.0.0.1:{self.host_port}/api/meetings/{meeting}/events",
            {"Authorization": f"Bearer {self.service.key}"},
        )
        self.guests.append(guest)
        return await guest.join()


def house_settings(
    data: Path, *, heartbeat_s: float = 5.0, viewer_transcript: bool = True
) -> Settings:
    """Free ports of this machine only, and a folder of its own."""
    return Settings(
        audio=AudioSettings(bleed=False),  # its words are no sound that a room could carry
        asr=AsrSettings(model="demo", partial_interval_s=0.2),
        store=StoreSettings(data=str(data)),
        server=ServerSettings(
            viewer_address="127.0.0.1",
            viewer_port=0,
            host_port=0,
            heartbeat_s=heartbeat_s,
            viewer_transcript=viewer_transcript,
        ),
    )


@asynccontextmanager
async def open_house(
    data: Path,
    *,
    settings: Settings | None = None,
    devices: Sequence[str] = ("mic-1", "mic-2", "mic-3"),
) -> AsyncIterator[House]:
    """Open it for as long as the context lasts; everybody is out of it afterwards."""
    settings = settings or house_settings(data)
    fake, hearing = FakeDevices(devices), ToneHearing()
    meetings = Meetings(settings, fake, load_hearing=hearing)
    meetings.keep_in(open_records(settings))
    service = Service(meetings, settings)
    await service.start()
    house = House(service, meetings, fake, hearing)
    try:
        yield house
    finally:
        hearing.engine.may_decode.set()
        await asyncio.gather(*(guest.leave() for guest in house.guests))
        await service.stop()
