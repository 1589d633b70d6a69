"""A meeting's events to one reader, over whatever carries them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from captioner.audio.soundcheck import HeardSound, MicrophonePair
from captioner.captions.events import Heartbeat, Hello, render_json
from captioner.captions.timeline import Entry
from captioner.server.desk import MeetingHandle
from captioner.server.fanout import Cursor
from captioner.server.meters import LEVELS_EVERY_S
from captioner.server.readiness import DeviceLevel, Rehearsing
from captioner.server.wire import Place

BATCH = 64
"""Entries taken from the timeline at a time: a newcomer's replay lets others go in between."""


async def read_meeting(
    handle: MeetingHandle,
    place: Place,
    heartbeat_s: float,
    extras: Callable[[], list[str]] | None = None,
    tick_s: float | None = None,
) -> AsyncIterator[tuple[Entry | None, str]]:
    """Everything for one reader, as (entry or None, line of JSON): hello, what was missed, live.

    A heartbeat comes every `heartbeat_s`. `extras` are asked for lines of their own at every
    wake-up and at least every `tick_s`. Ends when the service stops.
    """
    meeting = handle.meeting
    cursor = Cursor(meeting.timeline, meeting.spec.epoch, place.since, place.epoch, place.languages)
    wait_s = heartbeat_s if tick_s is None else min(tick_s, heartbeat_s)
    hello: Hello = meeting.hello(handle.now_s)
    with handle.feed.subscribe() as subscription, handle.translations.follow(place.languages):
        yield None, render_json(hello)
        beat_at = time.monotonic() + heartbeat_s
        while not handle.feed.is_closed:
            entries = cursor.take(BATCH)
            for entry in entries:
                yield entry, entry.line
            for line in extras() if extras else ():
                yield None, line
            now = time.monotonic()
            if now >= beat_at:
                beat_at = now + heartbeat_s
                yield None, render_json(Heartbeat(at=round(handle.now_s, 3)))
            if not entries:
                await subscription.wait(min(wait_s, beat_at - time.monotonic()))
        while entries := cursor.take(BATCH):
            for entry in entries:
                yield entry, entry.line


def describe_level(level: DeviceLevel) -> dict[str, Any]:
    """A microphone before a meeting, as the host's page gets it."""
    heard = level.heard
    return {
        "id": level.device,
        "rms_db": round(level.rms_db, 1),
        "problem": level.problem,
        "muted": level.is_muted,
        "heard": heard and describe_heard(heard),
    }


def describe_heard(heard: HeardSound) -> dict[str, Any]:
    """What the last seconds of a microphone say."""
    return {
        "voice_db": round(heard.rms_db, 1) if heard.has_voice else None,
        "floor_db": round(heard.floor_db, 1),
        "peak_db": round(heard.peak_db, 1),
        "clipping": heard.is_clipping,
        "dead": heard.is_dead,
    }


def describe_pair(pair: MicrophonePair) -> dict[str, Any]:
    """Two microphones that are one, or hear one voice."""
    return {
        "one": pair.one,
        "other": pair.other,
        "likeness": pair.likeness,
        "below_db": round(pair.below_db, 1),
    }


async def rehearsal_lines(rehearsal: Rehearsing) -> AsyncIterator[str]:
    """The levels of all microphones, again and again until the rehearsal is over."""
    while not rehearsal.is_over:
        body = {
            "type": "device_levels",
            "devices": [describe_level(each) for each in rehearsal.levels()],
            "pairs": [describe_pair(each) for each in rehearsal.pairs],
        }
        yield json.dumps(body, ensure_ascii=False)
        await asyncio.sleep(LEVELS_EVERY_S)
