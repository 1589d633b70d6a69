import asyncio
from contextlib import suppress

import numpy as np
import pytest

from captioner.audio.frame import SAMPLE_RATE, Samples
from captioner.audio.source import NumberedSource
from captioner.audio.sources.phone import FULL_S, SILENCE_SAMPLES, PhoneSource
from captioner.audio.sources.phone_line import PhoneStart, PhoneState
from captioner.errors import AccessError, CaptionerError, WireError
from tests.fakes.fake_clock import FakeClock
from tests.fakes.recording_viewer import until


def pcm(level: int, samples: int) -> bytes:
    return np.full(samples, level, "<i2").tobytes()


class Ear:
    """Takes what a phone says, as a meeting does."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.source = PhoneSource(self.clock, "A phone")
        self.states: list[PhoneState] = []
        self.blocks: list[Samples] = []
        self.told: list[CaptionerError] = []
        self.source.on_state = self.hear_state
        self._task: asyncio.Task[None] | None = None

    def hear_state(self, state: PhoneState) -> None:
        if not self.states or self.states[-1] is not state:
            self.states.append(state)

    async def __aenter__(self) -> "Ear":
        await self.source.open()
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.source.close()
        assert self._task is not None
        await self._task

    async def _listen(self) -> None:
        async for block in self.source.blocks():
            self.blocks.append(block)

    @property
    def heard(self) -> int:
        return sum(map(len, self.blocks))


async def test_sound_comes_out_as_it_went_in() -> None:
    async with Ear() as ear:
        call = ear.source.join(PhoneStart(SAMPLE_RATE, "one", 0), ear.told.append)
        call.accept(pcm(16384, 800))
        await until(lambda: ear.heard == 800)
        assert float(ear.blocks[0][0]) == 0.5
        assert call.next == 800
        assert ear.states == [PhoneState.CONNECTED]


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
async def test_any_rate_becomes_16_khz_and_not_a_sample_is_lost_at_the_end_of_it(
    rate: int,
) -> None:
    async with Ear() as ear:
        call = ear.source.join(PhoneStart(rate, "one", 0), ear.told.append)
        for _ in range(20):
            call.accept(pcm(1000, rate // 20))
        ear.source.join(PhoneStart(rate, "two", 0), ear.told.append)
        await until(lambda: abs(ear.heard - SAMPLE_RATE) <= 2)


async def test_a_second_phone_takes_over_and_the_first_is_told() -> None:
    async with Ear() as ear:
        first = ear.source.join(PhoneStart(SAMPLE_RATE, "one", 0), ear.told.append)
        second = ear.source.join(PhoneStart(SAMPLE_RATE, "two", 0), lambda _: None)
        assert [each.code for each in ear.told] == ["taken_over"]
        first.accept(pcm(1, 800))
        first.leave(on_purpose=True)
        second.accept(pcm(2, 400))
        await until(lambda: ear.heard == 400)
        assert ear.states == [PhoneState.CONNECTED]


async def test_a_phone_that_falls_silent_is_lost_and_back_by_itself() -> None:
    async with Ear() as ear:
        start = PhoneStart(SAMPLE_RATE, "one", 0)
        call = ear.source.join(start, ear.told.append)
        call.accept(pcm(1, 800))
        await until(lambda: ear.heard == 800)
        call.leave(on_purpose=False)
        ear.clock.advance(4)
        await until(lambda: ear.states[-1] is PhoneState.LOST)
        assert ear.heard == 800, "an utterance that is open waits for the rest of itself"
        again = ear.source.join(PhoneStart(SAMPLE_RATE, "one", 400), ear.told.append)
        again.accept(pcm(1, 800))
        await until(lambda: ear.heard == 1200)
        assert ear.states[-1] is PhoneState.CONNECTED


async def test_a_phone_that_slept_leaves_a_silence_as_long_as_its_sleep() -> None:
    async with Ear() as ear:
        call = ear.source.join(PhoneStart(SAMPLE_RATE, "one", 0), ear.told.append)
        call.accept(pcm(1, 800))
        await until(lambda: ear.heard == 800)
        ear.clock.advance(5)
        call.skip_to(800 + 5 * SAMPLE_RATE)
        call.accept(pcm(1, 800))
        await until(lambda: ear.heard == 1600 + 5 * SAMPLE_RATE)
        assert call.next == 1600 + 5 * SAMPLE_RATE


async def test_each_block_tells_its_recording_and_when_it_came_however_late_it_is_taken() -> None:
    clock = FakeClock()
    source = PhoneSource(clock, "A phone")
    assert isinstance(source, NumberedSource)
    await source.open()
    began_s = clock.monotonic_s()
    for run, at in (("one", 0), ("one", 800), ("two", 0)):
        call = source.join(PhoneStart(SAMPLE_RATE, run, at), lambda _: None)
        clock.advance(1)
        call.accept(pcm(1, 800))
    clock.advance(5)
    blocks = source.blocks()
    told = []
    for _ in range(3):
        await anext(blocks)
        told.append((source.recording, source.arrived_at_s - began_s))
    assert told == [(1, 1.0), (1, 2.0), (2, 3.0)]
    await blocks.aclose()  # type: ignore[attr-defined]
    await source.close()


async def test_silence_comes_a_second_at_a_time_when_the_phone_stays_away() -> None:
    async with Ear() as ear:
        call = ear.source.join(PhoneStart(SAMPLE_RATE, "one", 0), ear.told.append)
        call.accept(pcm(1, 800))
        ear.clock.advance(12 + 5)
        assert not ear.source.is_away
        await until(lambda: ear.heard == 800 + 5 * SAMPLE_RATE)
        assert bool(ear.source.is_away), "silence is no sign of life"
        assert max(map(len, ear.blocks)) <= SILENCE_SAMPLES


async def test_the_button_of_the_phone_is_no_accident() -> None:
    async with Ear() as ear:
        call = ear.source.join(PhoneStart(SAMPLE_RATE, "one", 0), ear.told.append)
        call.accept(pcm(1, 800))
        call.leave(on_purpose=True)
        assert ear.states == [PhoneState.CONNECTED, PhoneState.OFF]


async def test_more_sound_than_time_is_refused_in_words() -> None:
    async with Ear() as ear:
        call = ear.source.join(PhoneStart(SAMPLE_RATE, "one", 0), ear.told.append)
        with pytest.raises(WireError, match="than time has passed"):  # noqa: PT012 - at some time
            for _ in range(30):
                call.accept(pcm(1, SAMPLE_RATE))


async def test_a_phone_waits_while_nobody_takes_its_sound() -> None:
    clock = FakeClock()
    source = PhoneSource(clock, "A phone")
    await source.open()
    call = source.join(PhoneStart(SAMPLE_RATE, "one", 0), lambda _: None)
    for _ in range(round(FULL_S) + 1):
        clock.advance(1)
        call.accept(pcm(1, SAMPLE_RATE))
    waiting = asyncio.create_task(call.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    blocks = source.blocks()
    with suppress(StopAsyncIteration):
        await anext(blocks)
        await anext(blocks)
    await asyncio.wait_for(waiting, 5)
    await blocks.aclose()  # type: ignore[attr-defined]
    await source.close()


async def test_after_the_end_nobody_listens() -> None:
    async with Ear() as ear:
        ear.source.join(PhoneStart(SAMPLE_RATE, "one", 0), ear.told.append)
    assert [each.code for each in ear.told] == ["not_allowed"]
    with pytest.raises(AccessError):
        ear.source.join(PhoneStart(SAMPLE_RATE, "one", 0), ear.told.append)
