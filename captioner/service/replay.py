"""A recorded meeting through the live path, in real time or on a simulated clock."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE
from captioner.audio.sources.recording import RecordedMeeting
from captioner.clock import SimulatedClock
from captioner.domain import ChannelId, SamplePos
from captioner.errors import AudioError
from captioner.service.live import LiveMeeting

logger = logging.getLogger(__name__)

STEP_S = FRAME_SAMPLES / SAMPLE_RATE


async def play(
    recording: RecordedMeeting,
    live: LiveMeeting,
    speed: float,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Feed the recording to `live` at `speed` times real time, then end the meeting.

    A step of sound is handed over when its last sample has been said. A loop that was late catches
    up: no sound is dropped. `live`'s clock must run at the same speed.
    """
    _open_channels(recording, live)
    live.start()
    reporter = _Reporter(recording, live)
    for number, step in enumerate(recording.steps(), 1):
        ahead_s = number * STEP_S - live.now_s
        if ahead_s > 0:
            await sleep(ahead_s / speed)
        for channel, samples in step.items():
            live.accept_block(channel, samples)
        reporter.tell()
        if number % 8 == 0:
            await sleep(0)  # a loop that catches up still serves its viewers
    reporter.tell()  # a break is found in the step after the last sound
    await live.end()


async def play_simulated(
    recording: RecordedMeeting,
    live: LiveMeeting,
    clock: SimulatedClock,
    on_progress: Callable[[float], None] = lambda _: None,
    settle: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Feed the recording as fast as it can be decoded; time is the samples read.

    Every decode is finished before the next step of sound, so that on this clock decoding takes no
    time and a run can be repeated to the letter. `on_progress` gets the seconds played so far.
    `settle` waits for more than the decodes.
    """
    _open_channels(recording, live)
    live.start()
    reporter = _Reporter(recording, live)
    for number, step in enumerate(recording.steps(), 1):
        clock.advance_to(number * STEP_S)
        for channel, samples in step.items():
            live.accept_block(channel, samples)
        reporter.tell()
        await (settle or live.settle)()
        on_progress(number * STEP_S)
    reporter.tell()
    await live.end()


def _open_channels(recording: RecordedMeeting, live: LiveMeeting) -> None:
    for channel in recording.channels:
        live.open_channel(channel.channel, SamplePos(0))


class _Reporter:
    """Tells the meeting of files that broke off, each once."""

    def __init__(self, recording: RecordedMeeting, live: LiveMeeting) -> None:
        self._recording = recording
        self._live = live
        self._told: set[ChannelId] = set()

    def tell(self) -> None:
        problems: dict[ChannelId, AudioError] = self._recording.problems
        for channel in problems.keys() - self._told:
            self._told.add(channel)
            self._live.lose_channel(channel, problems[channel])
