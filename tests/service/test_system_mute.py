import asyncio
from pathlib import Path

import pytest

from captioner.audio.advice import Advice
from captioner.domain import ChannelId
from captioner.service.system_mute import channels_of, watch_system_mute
from tests.fakes.open_house import open_house
from tests.fakes.recording_viewer import until


async def test_a_microphone_that_the_system_mutes_is_told_and_taken_back(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin(2)
        assert running.devices == {1: "mic-1", 2: "mic-2"}
        answers = [frozenset({"mic-2", "mic-9"}), frozenset[str]()]
        seen: list[list[Advice | None]] = []

        async def muted() -> frozenset[str]:
            return answers.pop(0)

        async def pause(_: float) -> None:
            house.source(1).say("one")
            house.source(2).say("one")
            await house.source(2).taken()
            seen.append([level.advice for level in running.levels()])
            if not answers:
                await asyncio.Event().wait()

        watching = asyncio.create_task(watch_system_mute(running, muted, pause))
        await until(lambda: len(seen) == 2)
        watching.cancel()
        assert seen == [[None, Advice.SYSTEM_MUTED], [None, None]]


async def test_a_sound_server_that_cannot_be_asked_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin(1)
        times = 0

        async def muted() -> frozenset[str]:
            raise OSError("gone")

        async def pause(_: float) -> None:
            nonlocal times
            times += 1
            if times == 2:
                await running.end()

        await watch_system_mute(running, muted, pause)
        assert "cannot be asked" in caplog.text
        assert channels_of(running, frozenset({"mic-1"})) == {ChannelId(1)}
