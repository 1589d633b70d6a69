"""A microphone that is pulled out is told once, looked for, and goes on when it is back."""

import asyncio
import logging
from collections.abc import AsyncIterator
from itertools import islice

import numpy as np
import pytest

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.audio.sources.phone import PhoneCall, PhoneSource
from captioner.audio.sources.phone_line import PhoneStart
from captioner.domain import ChannelId
from captioner.errors import AudioError
from captioner.service.listener import Listener, pauses_s
from tests.fakes.live_run import LiveRun
from tests.fakes.tone_source import silence, spoken, unplugged

ONE, TWO = ChannelId(1), ChannelId(2)


class ComingAndGoing:
    """A microphone by its openings: each a list of blocks before it is lost, or why it is not
    there. When all are spent it stays open and silent."""

    label = "Table"

    def __init__(self, *openings: list[Samples] | Exception) -> None:
        self._openings = list(openings)
        self._blocks: list[Samples] | None = None
        self.opened = 0
        self.closed = 0
        self.is_spent = asyncio.Event()

    async def open(self) -> None:
        self.opened += 1
        opening = self._openings.pop(0) if self._openings else None
        if isinstance(opening, Exception):
            raise opening
        self._blocks = opening

    async def blocks(self) -> AsyncIterator[Samples]:
        if self._blocks is None:
            self.is_spent.set()
            await asyncio.Event().wait()
        for block in self._blocks or ():
            yield block
        raise unplugged()

    async def close(self) -> None:
        self.closed += 1


class Follower:
    """Runs a listener; its waits cost no time, and its clock goes on by what it waited."""

    def __init__(self, *openings: list[Samples] | Exception) -> None:
        self.run = LiveRun()
        self.source = ComingAndGoing(*openings)
        self.waits: list[float] = []

    async def follow(self, *, is_open: bool = True) -> None:
        """Until the microphone stays."""
        if is_open:
            await self.source.open()
        listener = Listener(ONE, self.source, self.run.live, is_open=is_open, wait=self._wait)
        task = asyncio.create_task(listener.run())
        async with asyncio.timeout(10):
            await self.source.is_spent.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await self.run.live.settle()

    async def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.run.clock.advance(seconds)
        await asyncio.sleep(0)

    @property
    def told(self) -> list[str]:
        return [change.change for change in self.run.changes]


async def test_a_microphone_that_is_plugged_in_again_goes_on_on_its_channel() -> None:
    gone = AudioError("no_device", "It is not there.")
    follower = Follower([spoken(1, 10), silence(8)], gone, gone, [spoken(2, 10), silence(8)])
    await follower.follow()
    assert follower.run.texts(1) == ["w1", "w2"]
    assert follower.told == ["lost", "back", "lost"]
    first, second = follower.run.finals
    assert second.start - first.end > 2, "time has passed, and is not squeezed out"


async def test_a_microphone_that_was_never_there_is_looked_for_too() -> None:
    follower = Follower([spoken(1, 10), silence(8)])
    await follower.follow(is_open=False)
    assert follower.run.texts(1) == ["w1"]


async def test_one_that_opens_and_sends_nothing_is_not_called_back() -> None:
    """A driver may open what is not there: `back` is said when there is sound."""
    follower = Follower([spoken(1, 10)], [], [], [])
    await follower.follow()
    assert follower.told == ["lost"]
    assert follower.source.closed >= 4


async def test_whatever_a_driver_throws_it_is_looked_for_and_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    broken: list[Exception] = [OSError("driver")] * 200
    follower = Follower([spoken(1, 10)], *broken, [spoken(2, 10), silence(8)])
    await follower.follow()
    assert follower.run.texts(1) == ["w1", "w2"]
    assert len([line for line in caplog.records if "driver" in line.getMessage()]) == 0
    assert len(caplog.records) < 6, "two hundred tries are no two hundred lines"
    assert max(follower.waits) == 5.0


async def test_who_listens_no_more_looks_no_more() -> None:
    source = ComingAndGoing(*[AudioError("no_device", "It is not there.")] * 1000)
    run = LiveRun()
    waits = 0

    async def wait(_: float) -> None:
        nonlocal waits
        waits += 1
        await asyncio.sleep(0)

    task = asyncio.create_task(Listener(ONE, source, run.live, is_open=False, wait=wait).run())
    while waits < 5:  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    tries = source.opened
    await asyncio.sleep(0)
    assert source.opened == tries
    assert source.closed == 1


async def test_a_loose_contact_does_not_tell_everybody_every_second() -> None:
    follower = Follower(*[[spoken(1, 10)]] * 12)
    await follower.follow()
    assert follower.waits[:8] == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]


async def test_a_contact_that_held_for_a_while_is_trusted_again() -> None:
    short, long = [spoken(1, 10)], [spoken(1, 10), silence(400)]
    follower = Follower(short, short, long, short)
    await follower.follow()
    assert follower.waits == [2.0, 4.0, 1.0, 2.0]


class Speaking:
    """A phone that goes on sending, 50 ms at a time, next to a microphone that is silent."""

    CHUNK = SAMPLE_RATE // 20

    def __init__(self, run: LiveRun, source: PhoneSource) -> None:
        self._run = run
        self._source = source
        self._call: PhoneCall | None = None
        self._name, self._kept, self._sent = "", silence(0), 0

    async def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds * 20)):
            self._run.clock.advance(0.05)
            self._run.live.accept_block(TWO, np.zeros(self.CHUNK, np.float32))
            if self._call is not None:
                self.keep(np.zeros(self.CHUNK, np.float32))
                self._send()
            for _ in range(5):
                await asyncio.sleep(0)

    def press(self, name: str, kept: Samples) -> None:
        """The button, so long ago as what has been kept until the line was there."""
        self._name, self._kept, self._sent = name, kept, 0
        self.connect()

    def keep(self, sound: Samples) -> None:
        self._kept = np.concatenate((self._kept, sound))

    def connect(self) -> None:
        start = PhoneStart(SAMPLE_RATE, self._name, self._sent)
        self._call = self._source.join(start, lambda _: None)
        self._send()

    def break_line(self, *, on_purpose: bool) -> None:
        assert self._call is not None
        self._call.leave(on_purpose=on_purpose)
        self._call = None

    def _send(self) -> None:
        assert self._call is not None
        for at in range(self._sent, len(self._kept), self.CHUNK):
            self._call.accept((self._kept[at : at + self.CHUNK] * 32767).astype("<i2").tobytes())
        self._sent = len(self._kept)


async def test_the_words_of_a_phone_stand_where_they_were_said_in_every_recording_of_it() -> None:
    """The second that a page keeps while it connects was placed after the connection, and each
    press of the button added to that: after four of them the channel was four seconds ahead."""
    run = LiveRun()
    source = PhoneSource(run.clock, "A phone")
    await source.open()
    task = asyncio.create_task(Listener(ONE, source, run.live).run())
    phone, said_s = Speaking(run, source), []
    await phone.pass_time(3)
    for turn in range(1, 5):
        said_s.append(run.live.now_s)
        await phone.pass_time(1)
        kept = np.zeros(SAMPLE_RATE, np.float32)
        kept[: 10 * FRAME_SAMPLES] = spoken(turn, 10)
        phone.press(f"run {turn}", kept)
        await phone.pass_time(2)
        phone.break_line(on_purpose=True)
        await phone.pass_time(3)
    await run.live.settle()
    assert [final.start for final in run.finals] == pytest.approx(said_s, abs=0.05)
    assert run.texts(1) == ["w1", "w2", "w3", "w4"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_a_phone_kept_through_a_cut_stands_where_it_was_said() -> None:
    run = LiveRun()
    source = PhoneSource(run.clock, "A phone")
    await source.open()
    task = asyncio.create_task(Listener(ONE, source, run.live).run())
    phone = Speaking(run, source)
    await phone.pass_time(3)
    phone.press("run", silence(0))
    await phone.pass_time(3)
    phone.break_line(on_purpose=False)
    cut_s = run.live.now_s
    await phone.pass_time(8)
    phone.keep(np.concatenate((spoken(1, 10), silence(105), spoken(2, 10), silence(125))))
    phone.connect()
    await phone.pass_time(3)
    await run.live.settle()
    assert run.texts(1) == ["w1", "w2"]
    expected_s = [cut_s, cut_s + 115 * FRAME_SAMPLES / SAMPLE_RATE]
    assert [final.start for final in run.finals] == pytest.approx(expected_s, abs=0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_it_is_looked_for_often_at_first_and_never_less_than_every_five_seconds() -> None:
    pauses = list(islice(pauses_s(0), 100))
    assert sum(pauses[:31]) == 31
    assert set(pauses[31:]) == {5.0}
