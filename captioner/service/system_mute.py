"""Microphones that the system itself has switched off while a meeting goes on: nobody hears it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from captioner.domain import ChannelId
from captioner.service.running import RunningMeeting

logger = logging.getLogger(__name__)

ASK_EVERY_S = 3.0


def channels_of(running: RunningMeeting, muted: frozenset[str]) -> frozenset[ChannelId]:
    """The channels whose device is one of these."""
    return frozenset(
        ChannelId(channel) for channel, device in running.devices.items() if device in muted
    )


def watch_switches(running: RunningMeeting, muted: Callable[[], Awaitable[frozenset[str]]]) -> None:
    """Begin to, for a meeting that listens to its devices."""
    running.attend(watch_system_mute(running, muted))


async def watch_system_mute(
    running: RunningMeeting,
    muted: Callable[[], Awaitable[frozenset[str]]],
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Ask again and again until the meeting is over; what is found is told with the levels."""
    while not running.is_over:
        try:
            running.switched_off = channels_of(running, await muted())
        except Exception:  # a sound server that cannot be asked stops no captions
            logger.exception("the system's own switches cannot be asked")
        await pause(ASK_EVERY_S)
