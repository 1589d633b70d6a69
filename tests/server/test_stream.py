import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime

import pytest

from captioner.asr.load import Load
from captioner.captions.meeting import Meeting, MeetingSpec
from captioner.captions.pace import Pace
from captioner.captions.roster import ChannelSpec
from captioner.captions.timeline import Entry
from captioner.domain import (
    ChannelId,
    MeetingId,
    Muting,
    SamplePos,
    Utterance,
    UtteranceId,
    UtteranceState,
)
from captioner.server.desk import LevelReport
from captioner.server.feed import Feed
from captioner.server.stream import BATCH, read_meeting
from captioner.server.wire import Place
from tests.fakes.scripted_translator import QuietTranslations

START = Place(0, None)
Lines = AsyncIterator[tuple[Entry | None, str]]


class FakeHandle:
    """A meeting without sound; see MeetingHandle."""

    def __init__(self) -> None:
        spec = MeetingSpec(
            MeetingId("m1"),
            "ABC234",
            "e1",
            "Monday",
            "demo",
            True,
            datetime(2026, 1, 1, tzinfo=UTC),
            [ChannelSpec(ChannelId(1), "Anna")],
        )
        self.meeting = Meeting(spec)
        self.feed = Feed()
        self.viewers = 0
        self.translations = QuietTranslations()
        self.now_s = 0.0
        self.hears = True
        self.meeting.start(0.0)

    def levels(self) -> list[LevelReport]:
        return []

    def load(self) -> Load:
        return Load()

    def pace(self) -> Pace:
        return Pace()

    def sources(self) -> Mapping[ChannelId, str]:
        return {}

    def publish(self, command: Callable[[float], Entry]) -> Entry:
        entry = command(self.now_s)
        self.feed.announce()
        return entry

    def mute_channel(self, channel: ChannelId, muting: Muting) -> None:
        self.meeting.mute_channel(channel, muting, self.now_s)

    async def end(self) -> None:
        self.publish(self.meeting.end)

    def revise(self, number: int, rev: int, state: UtteranceState, text: str) -> None:
        utterance = Utterance(
            UtteranceId(f"u{number}"),
            ChannelId(1),
            rev,
            state,
            text,
            0,
            SamplePos(16_000 * number),
            SamplePos(16_000 * number + 8_000),
            "en",
        )
        self.publish(lambda at: self.meeting.revise(utterance, at))


async def take(lines: Lines, count: int) -> list[dict[str, object]]:
    async with asyncio.timeout(5):
        return [json.loads((await anext(lines))[1]) for _ in range(count)]


async def rest(lines: Lines) -> list[dict[str, object]]:
    async with asyncio.timeout(5):
        return [json.loads(line) async for _, line in lines]


async def test_hello_comes_first_then_what_was_missed_then_what_happens() -> None:
    handle = FakeHandle()
    handle.revise(1, 1, UtteranceState.PARTIAL, "one")
    handle.revise(1, 2, UtteranceState.FINAL, "one two")
    lines = read_meeting(handle, START, 60)
    hello, status, final = await take(lines, 3)
    assert (hello["type"], hello["seq"], hello["epoch"]) == ("hello", 3, "e1")
    assert (status["type"], status["seq"]) == ("status", 1)
    assert (final["text"], final["seq"]) == ("one two", 3)
    waiting = asyncio.create_task(take(lines, 1))
    await asyncio.sleep(0)
    handle.revise(2, 1, UtteranceState.PARTIAL, "three")
    (partial,) = await waiting
    assert partial["text"] == "three"


@pytest.mark.parametrize(
    ("place", "first"), [(Place(2, "e1"), 3), (Place(9, "e1"), 1), (Place(2, "e0"), 1)]
)
async def test_a_place_beyond_the_end_or_of_another_epoch_means_from_the_beginning(
    place: Place, first: int
) -> None:
    handle = FakeHandle()
    for number in range(1, 4):
        handle.revise(number, 1, UtteranceState.FINAL, "one")
    _, event = await take(read_meeting(handle, place, 60), 2)
    assert event["seq"] == first


async def test_what_was_revised_while_a_reader_was_slow_is_skipped_but_for_finals() -> None:
    handle = FakeHandle()
    lines = read_meeting(handle, START, 60)
    await take(lines, 2)
    waiting = asyncio.create_task(take(lines, 1))
    await asyncio.sleep(0)
    handle.revise(1, 1, UtteranceState.PARTIAL, "one")
    await waiting
    for rev in range(2, 6):
        handle.revise(1, rev, UtteranceState.PARTIAL, "one " * rev)
    handle.revise(1, 6, UtteranceState.FINAL, "one two")
    handle.revise(2, 1, UtteranceState.FINAL, "three")
    handle.revise(3, 1, UtteranceState.PARTIAL, "fo")
    handle.revise(3, 2, UtteranceState.PARTIAL, "four")
    assert [item["text"] for item in await take(lines, 3)] == ["one two", "three", "four"]


async def test_a_heartbeat_comes_in_time_and_again_whether_or_not_there_is_news() -> None:
    handle = FakeHandle()
    lines = read_meeting(handle, START, 0.02)
    await take(lines, 2)
    handle.now_s = 7.0
    assert await take(lines, 2) == [{"type": "heartbeat", "at": 7.0}] * 2

    async def chatter() -> None:
        for number in range(1, 10_000):
            handle.revise(number, 1, UtteranceState.FINAL, "one")
            await asyncio.sleep(0.001)

    talking = asyncio.create_task(chatter())
    kinds = [item["type"] for item in await take(lines, 60)]
    talking.cancel()
    assert "heartbeat" in kinds
    assert "caption" in kinds


async def test_extras_come_at_once_and_then_at_their_own_pace() -> None:
    counted: list[int] = []

    def extras() -> list[str]:
        counted.append(1)
        return [json.dumps({"type": "levels", "number": len(counted)})]

    lines = read_meeting(FakeHandle(), START, 60, extras, 0.01)
    events = await take(lines, 5)
    assert [item["type"] for item in events] == ["hello", "status", "levels", "levels", "levels"]


async def test_the_end_of_the_service_ends_the_stream_after_everything_was_said() -> None:
    """One batch used to be all that a reader who was behind got after the service had stopped."""
    handle = FakeHandle()
    lines = read_meeting(handle, START, 60)
    await take(lines, 2)
    for number in range(1, 3 * BATCH):
        handle.revise(number, 1, UtteranceState.FINAL, f"number {number}")
    await handle.end()
    handle.feed.close()
    events = await rest(lines)
    assert len(events) == 3 * BATCH
    assert (events[-1]["type"], events[-1]["state"]) == ("status", "ended")


async def test_a_stream_begun_after_the_end_still_tells_everything() -> None:
    handle = FakeHandle()
    handle.feed.close()
    assert [item["type"] for item in await rest(read_meeting(handle, START, 60))] == [
        *("hello", "status")
    ]


async def test_a_closed_stream_is_forgotten() -> None:
    handle = FakeHandle()
    lines = read_meeting(handle, START, 60)
    await take(lines, 2)
    assert len(handle.feed._waiting) == 1
    await lines.aclose()  # type: ignore[attr-defined]
    assert not handle.feed._waiting


async def test_a_stream_whose_reader_was_cancelled_is_forgotten() -> None:
    handle = FakeHandle()
    lines = read_meeting(handle, START, 60)
    await take(lines, 2)
    waiting = asyncio.ensure_future(anext(lines))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not handle.feed._waiting


async def test_a_stream_that_was_dropped_half_way_is_forgotten() -> None:
    """As when sending fails: nobody closes the generator, the loop does."""
    handle = FakeHandle()

    async def read_a_little() -> None:
        async for _ in read_meeting(handle, START, 60):
            return

    await read_a_little()
    for _ in range(5):
        await asyncio.sleep(0)
    assert not handle.feed._waiting
