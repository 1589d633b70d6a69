"""Two microphones whose clocks are 400 ppm apart, which stall and lose sound: the captions' times.

A voice begins with a frame of 32 ms, so a caption's time is off by up to half of that by itself.
"""

import heapq
from collections.abc import Iterator
from random import Random

import numpy as np
import pytest

from captioner.captions.events import CaptionRevised
from captioner.domain import ChannelId
from tests.fakes.drifting_device import Delivery, DriftingDevice
from tests.fakes.live_run import LiveRun
from tests.fakes.tone_source import spoken

EVERY_S = 5.0
WORD_S = 0.4


class Meeting:
    """Both say word after word at the same moments, each into a device of its own."""

    def __init__(self, length_s: float) -> None:
        self.length_s = length_s
        # PortAudio's usual two blocks at a time on one, an even block on the other.
        self.devices = {
            1: DriftingDevice(200, Random(11), block=512, per_burst=2).misbehave(length_s),
            2: DriftingDevice(-200, Random(12), block=1536, per_burst=1).misbehave(length_s),
        }
        self.run = LiveRun()
        self.spoken_s = {
            word: EVERY_S * word + 0.123 * word % 1
            for word in range(1, int(length_s / EVERY_S) - 1)
        }

    async def take_place(self) -> None:
        for arrived_s, channel, block in heapq.merge(*map(self._blocks, self.devices)):
            self.run.clock.moment_s = arrived_s
            sound = self._sound(self.devices[channel], block)
            self.run.live.accept_block(ChannelId(channel), sound, arrived_s)
            await self.run.live.settle()
        await self.run.live.end()

    def starts_s(self, channel: int) -> dict[int, float]:
        """Of every word's first caption, without words that something was lost of or shortly
        before."""
        found: dict[int, float] = {}
        lost_s = self.devices[channel].losses_s
        for final in self.finals(channel):
            word = int(final.text.split()[0].removeprefix("w"))
            said_s = self.spoken_s[word]
            if not any(said_s - 10 < at_s < said_s + WORD_S for at_s in lost_s):
                found.setdefault(word, final.start)
        return found

    def finals(self, channel: int) -> list[CaptionRevised]:
        return [final for final in self.run.finals if final.channel == channel]

    def _blocks(self, channel: int) -> Iterator[tuple[float, int, Delivery]]:
        deliveries = self.devices[channel].deliveries(self.length_s)
        return ((each.arrived_s, channel, each) for each in deliveries)

    def _sound(self, device: DriftingDevice, block: Delivery) -> "np.typing.NDArray[np.float32]":
        sound = np.zeros(device.block, np.float32)
        middle_s = (block.first + device.block / 2) / 16_000
        word = round(middle_s / EVERY_S)
        for near in (word - 1, word, word + 1):
            if near in self.spoken_s:
                begins, ends = (
                    device.sample_at(self.spoken_s[near] + after_s) - block.first
                    for after_s in (0.0, WORD_S)
                )
                sound[max(0, begins) : max(0, ends)] = spoken(near, 1)[0]
        return sound


async def check(length_s: float) -> Meeting:
    meeting = Meeting(length_s)
    await meeting.take_place()
    starts = {channel: meeting.starts_s(channel) for channel in (1, 2)}
    for found in starts.values():
        assert len(found) >= 0.6 * len(meeting.spoken_s)
        errors = [start - meeting.spoken_s[word] for word, start in found.items()]
        assert max(map(abs, errors)) < 0.050
    both = starts[1].keys() & starts[2].keys()
    assert len(both) > 0.4 * len(meeting.spoken_s)
    apart = [abs(starts[1][word] - starts[2][word]) for word in both]
    assert max(apart) <= 0.033, "the same frame or the next"
    return meeting


async def test_captions_keep_time_for_minutes_on_devices_that_drift_and_lose_sound() -> None:
    meeting = await check(300.0)
    for channel in meeting.devices:
        assert meeting.run.live.intake.gap_s(ChannelId(channel)) > 0


@pytest.mark.slow
async def test_captions_keep_time_for_an_hour_on_devices_that_drift_and_lose_sound() -> None:
    await check(3600.0)
