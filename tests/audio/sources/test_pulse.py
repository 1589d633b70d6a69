"""A recording that the sound server moves to another microphone is found out at once."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psutil
import pytest

from captioner.audio.sources.pulse import PulseWatch, StreamWatch
from tests.fakes.fake_pactl import PROCESS_ID, FakePactl

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="PulseAudio is not on Windows")

SOON_S = 5.0
"""Far longer than any answer takes, on a busy machine too."""


@pytest.fixture
def pactl(tmp_path: Path) -> Iterator[FakePactl]:
    pactl = FakePactl(tmp_path)
    yield pactl
    pactl.close()


@pytest.fixture
async def watch(pactl: FakePactl) -> AsyncIterator[PulseWatch]:
    # Checks only when an event asks for one, unless a test says otherwise.
    watch = PulseWatch(pactl.program, PROCESS_ID, check_s=3600)
    yield watch
    for stream in list(watch._streams):
        await watch.forget(stream)


async def opened(watch: PulseWatch, pactl: FakePactl, streams: dict[int, int]) -> StreamWatch:
    """The watch of what is new in `streams`."""
    before = await watch.outputs()
    assert before is not None
    pactl.set_streams(streams)
    stream = await watch.watch_since(before)
    assert stream is not None
    return stream


async def is_own(stream: StreamWatch) -> bool:
    async with asyncio.timeout(SOON_S):
        return await stream.is_own()


async def until(is_so: Callable[[], bool]) -> None:
    """Let the loop run until another process has had its effect."""
    async with asyncio.timeout(SOON_S):
        while not is_so():  # noqa: ASYNC110  # nobody could set an event
            await asyncio.sleep(0.001)


async def turn_suspicious(stream: StreamWatch, than: int) -> None:
    await until(lambda: stream.suspicions > than)


async def test_a_stream_that_stays_is_our_own(watch: PulseWatch, pactl: FakePactl) -> None:
    stream = await opened(watch, pactl, {5: 1})
    assert stream.outputs == {5: 1}
    assert await is_own(stream)


async def test_a_moved_stream_is_condemned(watch: PulseWatch, pactl: FakePactl) -> None:
    stream = await opened(watch, pactl, {5: 1})
    assert await is_own(stream)
    pactl.set_streams({5: 0})
    pactl.emit("change", "source-output", 5)
    await turn_suspicious(stream, 1)
    assert not await is_own(stream)
    assert stream.is_moved


async def test_a_moved_stream_stays_condemned_even_when_it_moves_back(
    watch: PulseWatch, pactl: FakePactl
) -> None:
    stream = await opened(watch, pactl, {5: 1})
    pactl.set_streams({5: 0})
    assert not await is_own(stream)
    pactl.set_streams({5: 1})
    pactl.emit("change", "source-output", 5)
    await turn_suspicious(stream, 1)
    assert not await is_own(stream)


async def test_a_stream_whose_microphone_went_is_condemned(
    watch: PulseWatch, pactl: FakePactl
) -> None:
    stream = await opened(watch, pactl, {5: 1})
    assert await is_own(stream)
    pactl.set_streams({})
    pactl.emit("remove", "source", 1)
    await turn_suspicious(stream, 1)
    assert not await is_own(stream)


async def test_nothing_is_sure_while_the_server_is_asked(
    watch: PulseWatch, pactl: FakePactl
) -> None:
    stream = await opened(watch, pactl, {5: 1})
    assert await is_own(stream)
    pactl.switch("slow", "0.3")
    pactl.emit("change", "source-output", 5)
    await turn_suspicious(stream, 1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(stream.is_own(), 0.1)
    assert await is_own(stream)


async def test_an_answer_to_an_older_question_does_not_clear_a_stream(
    watch: PulseWatch, pactl: FakePactl
) -> None:
    stream = await opened(watch, pactl, {5: 1})
    assert await is_own(stream)
    asked = stream.suspicions
    stream.suspect()
    stream.accept_listing({5: 1}, asked)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(stream.is_own(), 0.05)
    stream.accept_listing({5: 1}, asked + 1)
    assert await is_own(stream)


async def test_a_change_of_volume_costs_a_question_and_no_sound(
    watch: PulseWatch, pactl: FakePactl
) -> None:
    stream = await opened(watch, pactl, {5: 1})
    assert await is_own(stream)
    for number in range(1, 4):
        pactl.emit("change", "source-output", 5)
        await turn_suspicious(stream, number)
        assert await is_own(stream)


async def test_what_happens_to_others_is_no_suspicion(watch: PulseWatch, pactl: FakePactl) -> None:
    one = await opened(watch, pactl, {5: 1})
    two = await opened(watch, pactl, {5: 1, 6: 2})
    assert await is_own(one)
    assert await is_own(two)
    before = one.suspicions
    pactl.emit("change", "source-output", 99)
    pactl.emit("change", "source", 1)
    pactl.emit("remove", "source", 7)
    pactl.set_streams({5: 1, 6: 0})
    pactl.emit("change", "source-output", 6)
    await turn_suspicious(two, 1)
    assert not await is_own(two)
    assert await is_own(one)
    assert one.suspicions == before


async def test_a_move_that_no_event_told_is_found_by_the_next_check(pactl: FakePactl) -> None:
    watch = PulseWatch(pactl.program, PROCESS_ID, check_s=0.05)
    stream = await opened(watch, pactl, {5: 1})
    assert await is_own(stream)
    pactl.set_streams({5: 0})
    await until(lambda: stream.is_moved)
    await watch.forget(stream)


async def test_a_subscriber_that_dies_is_replaced(watch: PulseWatch, pactl: FakePactl) -> None:
    stream = await opened(watch, pactl, {5: 1})
    assert await is_own(stream)
    os.kill(pactl.subscribers[-1], signal.SIGKILL)
    await turn_suspicious(stream, 1)
    assert await is_own(stream)
    assert len(pactl.subscribers) == 2
    pactl.set_streams({5: 0})
    pactl.emit("change", "source-output", 5)
    await turn_suspicious(stream, 2)
    assert not await is_own(stream)


async def test_a_server_that_no_longer_answers_condemns_all(
    watch: PulseWatch, pactl: FakePactl
) -> None:
    one = await opened(watch, pactl, {5: 1})
    two = await opened(watch, pactl, {5: 1, 6: 2})
    assert await is_own(one)
    assert await is_own(two)
    pactl.switch("gone")
    os.kill(pactl.subscribers[-1], signal.SIGKILL)
    await turn_suspicious(one, 1)
    assert not await is_own(one)
    assert not await is_own(two)


async def test_eight_streams_share_one_subscriber(watch: PulseWatch, pactl: FakePactl) -> None:
    streams = {}
    for number in range(8):
        streams[number] = number
        await opened(watch, pactl, streams)
    assert len(pactl.subscribers) == 1


async def test_watching_ends_with_the_last_stream(watch: PulseWatch, pactl: FakePactl) -> None:
    one = await opened(watch, pactl, {5: 1})
    two = await opened(watch, pactl, {5: 1, 6: 2})
    subscriber = psutil.Process(pactl.subscribers[0])
    await watch.forget(one)
    assert subscriber.is_running()
    await watch.forget(two)
    assert not subscriber.is_running()


async def test_whoever_waits_for_a_verdict_is_let_go_when_the_stream_is_closed(
    watch: PulseWatch, pactl: FakePactl
) -> None:
    stream = await opened(watch, pactl, {5: 1})
    pactl.switch("slow", "3")
    stream.suspect()
    waiting = asyncio.create_task(is_own(stream))
    await asyncio.sleep(0)
    await watch.forget(stream)
    assert not await waiting


async def test_a_device_that_is_not_the_servers_is_not_watched(
    watch: PulseWatch, pactl: FakePactl
) -> None:
    before = await watch.outputs()
    assert before == {}
    assert await watch.watch_since(before) is None
    assert not psutil.pid_exists(pactl.subscribers[0])


async def test_without_pactl_nothing_is_watched(tmp_path: Path) -> None:
    assert await PulseWatch(str(tmp_path / "pactl")).outputs() is None


async def test_a_pactl_that_cannot_be_run_is_as_none(tmp_path: Path) -> None:
    (tmp_path / "pactl").write_text("#!/no/such/shell\n")
    (tmp_path / "pactl").chmod(0o755)
    assert await PulseWatch(str(tmp_path / "pactl")).outputs() is None


async def test_without_a_server_nothing_is_watched(watch: PulseWatch, pactl: FakePactl) -> None:
    pactl.switch("gone")
    assert await watch.outputs() is None
    assert not pactl.subscribers


async def test_a_subscriber_that_hears_nothing_is_not_relied_on(
    watch: PulseWatch, pactl: FakePactl, caplog: pytest.LogCaptureFixture
) -> None:
    pactl.switch("mute")
    assert await watch.outputs() is None
    assert "will not be noticed" in caplog.text
    assert not psutil.pid_exists(pactl.subscribers[0])
