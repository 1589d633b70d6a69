"""A service that is killed at random moments, again and again, in the middle of everything."""

import asyncio
import json
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from captioner.captions.recovery import CUT_OFF
from captioner.domain import MeetingId
from captioner.store.journal import Journal
from tests.fakes.recording_viewer import RecordingViewer, until

ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Mortal:
    """A service that can be killed and started again on the same folder."""

    mother: Process
    data: Path
    keep: str = "transcript"
    child: int = 0
    lives: int = 0

    async def live(self) -> dict[str, Any]:
        """Start it; where it is, and which meeting it has."""
        self.lives += 1
        report = self.data / f"report-{self.lives}.json"
        assert self.mother.stdin is not None
        line = json.dumps([str(self.data), str(report), self.keep])
        self.mother.stdin.write(line.encode() + b"\n")
        self.child = int(await self._said())
        await until(report.exists)
        card: dict[str, Any] = json.loads(report.read_text())
        return card

    async def die(self) -> None:
        """Kill it, without a word."""
        os.kill(self.child, signal.SIGKILL)
        assert await self._said() == "gone"

    async def _said(self) -> str:
        assert self.mother.stdout is not None
        async with asyncio.timeout(20):
            line = await self.mother.stdout.readline()
        assert line, "the mother of all services is dead"
        return line.decode().strip()


@asynccontextmanager
async def mortal(data: Path, keep: str = "transcript") -> AsyncIterator[Mortal]:
    mother = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fakes.mortal_house"), cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    service = Mortal(mother, data, keep)
    try:
        assert await service._said() == "ready"
        yield service
    finally:
        if service.child and mother.returncode is None:
            try:
                os.kill(service.child, signal.SIGKILL)
            except ProcessLookupError:
                service.child = 0
        assert mother.stdin is not None
        mother.stdin.close()
        await mother.wait()


class Reader:
    """A viewer that follows a service through its lives."""

    def __init__(self) -> None:
        self.viewer = RecordingViewer("")

    async def come(self, card: dict[str, Any]) -> None:
        self.viewer._url = f"ws://127.0.0.1:{card['port']}/m/{card['code']}/events"
        if self.viewer.epoch:
            await self.viewer.come_back()
        else:
            await self.viewer.join()

    def has(self, events: int) -> bool:
        """Whether so many have come."""
        return len(self.viewer.numbered) > events

    def finals(self) -> Counter[str]:
        return Counter(e["utterance"] for e in self.viewer.numbered if e.get("state") == "final")


async def kill_again_and_again(data: Path, times: int, seed: int) -> dict[str, int]:
    chance = random.Random(seed)
    steady, restless = Reader(), Reader()
    async with mortal(data) as service:
        card = await service.live()
        first = card
        for number in range(times):
            await steady.come(card)
            if number % 3 != 1:  # this one misses whole lives of the service
                await restless.come(card)
            wanted = len(steady.viewer.numbered) + 12
            if number % 4 == 0:  # some lives are long enough for finals, some end at once
                await until(partial(steady.has, wanted))
            await asyncio.sleep(chance.uniform(0, 0.25))
            await service.die()
            for reader in (steady, restless):
                await reader.viewer._ended()
            card = await service.live()
            assert (card["epoch"], card["code"], card["id"]) == (
                first["epoch"],
                first["code"],
                first["id"],
            )
        for reader in (steady, restless):
            await reader.come(card)
        newcomer = Reader()
        await newcomer.come(card)
        await asyncio.sleep(0.5)
        await service.die()
        for reader in (steady, restless, newcomer):
            await reader.viewer._ended()
    return check(data, MeetingId(first["id"]), [steady, restless, newcomer])


def check(data: Path, meeting: MeetingId, readers: list[Reader]) -> dict[str, int]:
    """Nobody has lost or doubled anything, and everybody knows what the record knows."""
    journal = Journal(data)
    journal.open()
    kept = {e.seq: e for e in journal.events(meeting) if getattr(e, "state", "") == "final"}
    open_ones = {each.utterance for each in journal.unfinished(meeting)}
    journal.close()
    finals = Counter(getattr(event, "utterance", "") for event in kept.values())
    assert set(finals.values()) == {1}
    for reader in readers:
        numbers = [event["seq"] for event in reader.viewer.numbered]
        assert numbers == sorted(set(numbers)), "a number came twice"
        mine = reader.finals()
        assert set(mine.values()) == {1}, "a final was doubled"
        assert set(mine) <= set(finals), "a final that was shown is not in the record"
        last = reader.viewer.seq
        due = {getattr(event, "utterance", "") for seq, event in kept.items() if seq <= last}
        assert due == set(mine), "a final was lost"
        seen = {event["utterance"] for event in reader.viewer.numbered if "utterance" in event}
        assert seen - set(mine) <= open_ones | set(finals), "an utterance was left open"
        for event in reader.viewer.numbered:
            if event.get("state") == "final":
                assert event["text"] == getattr(kept[event["seq"]], "text", None)
    cut = sum(getattr(event, "text", "") == CUT_OFF for event in kept.values())
    return {"finals": len(finals), "cut_off": cut}


async def test_a_service_killed_ten_times_loses_and_doubles_nothing(tmp_path: Path) -> None:
    found = await kill_again_and_again(tmp_path, times=10, seed=1)
    assert found["finals"] >= 10
    assert found["cut_off"] >= 1


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(10, 14))
async def test_a_service_killed_hundreds_of_times_loses_and_doubles_nothing(
    tmp_path: Path, seed: int
) -> None:
    found = await kill_again_and_again(tmp_path, times=75, seed=seed)
    assert found["cut_off"] >= 10


async def test_captions_only_has_another_epoch_after_a_crash_and_says_so(tmp_path: Path) -> None:
    async with mortal(tmp_path, "captions") as service:
        card = await service.live()
        reader = Reader()
        await reader.come(card)
        await until(lambda: len(reader.finals()) >= 3)
        await service.die()
        await reader.viewer._ended()
        before = len(reader.viewer.events)
        again = await service.live()
        assert again["code"] == card["code"]
        assert again["epoch"] != card["epoch"]
        await reader.come(again)
        told = await reader.viewer.until_type("status", state="paused")
        assert "not kept" in told["message"]
        later = [e for e in reader.viewer.events[before:] if e["type"] == "caption"]
        assert all(event["utterance"].startswith(again["epoch"]) for event in later)
