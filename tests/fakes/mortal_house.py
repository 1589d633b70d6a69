"""A service in a process of its own that speaks to itself, to be killed at any moment.

It takes up what broke off, as a host would, or begins a meeting; its microphones say numbered
sentences without end, about twenty times as fast as people.
"""

import asyncio
import contextlib
import json
import os
import random
import sys
from pathlib import Path

from captioner.app import Service
from captioner.commands.serve import open_records
from captioner.domain import MeetingId
from captioner.server.new_meeting import parse_new_meeting
from captioner.service.meetings import Meetings
from tests.fakes.fake_devices import WORDS, FakeDevices, ScriptedSource, ToneHearing, as_json
from tests.fakes.open_house import house_settings

FASTER = 20


async def speak(source: ScriptedSource, chance: random.Random) -> None:
    """Say something, pause, for ever."""
    while True:
        for word in chance.choices(WORDS, k=chance.randint(1, 7)):
            source.say(word)
            await asyncio.sleep(0.25 / FASTER)
        source.be_silent(0.7)
        await source.taken()
        await asyncio.sleep(0.7 / FASTER)


async def serve(data: Path, report: Path, keep: str) -> None:
    """Serve for ever; `report` gets the viewers' port and the meeting's code and epoch."""
    settings = house_settings(data, heartbeat_s=0.2)
    devices = FakeDevices()
    meetings = Meetings(settings, devices, load_hearing=ToneHearing())
    meetings.keep_in(open_records(settings))
    service = Service(meetings, settings)
    await service.start()
    broken = [each for each in meetings.meetings() if each.meeting.state == "paused"]
    if broken:
        handle = await meetings.resume(MeetingId(broken[0].meeting.spec.id))
    else:
        body = as_json(["mic-1", "mic-2", "mic-3"], keep=keep)
        handle = await meetings.create(parse_new_meeting(json.dumps(body).encode()))
    spec = handle.meeting.spec
    written = report.with_suffix(".new")
    card = {"port": meetings.viewer_port, "code": spec.code, "epoch": spec.epoch, "id": spec.id}
    written.write_text(json.dumps(card))
    written.replace(report)
    chance = random.Random()
    await asyncio.gather(*(speak(each, chance) for each in devices.sources.values()))


def run(data: str, report: str, keep: str = "transcript") -> None:
    """What the process does."""
    asyncio.run(serve(Path(data), Path(report), keep))


def tell(line: str) -> None:
    """Say something to whoever started this."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def mother() -> None:
    """Forks a service for each line on stdin (data, report, keep, as JSON); says its number.

    Everything is imported once: a service is there within a moment, and so can be killed hundreds
    of times in a test.
    """
    tell("ready")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            with contextlib.suppress(KeyboardInterrupt):
                run(*json.loads(line))
            os._exit(0)
        tell(str(child))
        os.waitpid(child, 0)
        tell("gone")


if __name__ == "__main__":
    mother()
