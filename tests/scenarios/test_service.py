"""The whole program in a process of its own: how it begins, how it ends, what it says."""

import asyncio
import os
import re
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.fake_devices import as_json
from tests.fakes.recording_viewer import RecordingViewer, fetch, sse

ROOT = Path(__file__).parents[2]

PROGRAM = """
import asyncio, sys
from pathlib import Path
from captioner.commands.serve import run_serve
from captioner.service.meetings import Meetings
from tests.fakes.fake_devices import FakeDevices, ToneHearing
from tests.fakes.open_house import house_settings

async def main():
    settings = house_settings(Path(sys.argv[1]))
    devices, hearing = FakeDevices(), ToneHearing()
    devices.sources["mic-1"].say("one two three")
    if "pause" in sys.argv:
        devices.sources["mic-1"].be_silent()
    if "stuck" in sys.argv:
        hearing.engine.may_decode.clear()
    return await run_serve(settings, sys.stdout, Meetings(settings, devices, load_hearing=hearing))

sys.exit(asyncio.run(main()))
"""


@dataclass(slots=True)
class Program:
    process: Process
    host_port: int
    viewer_port: int
    key: str

    async def begin(self) -> dict[str, str]:
        """A meeting with one microphone."""
        answer = await fetch(
            self.host_port,
            "/api/meetings",
            "POST",
            as_json(["mic-1"]),
            {"Authorization": f"Bearer {self.key}"},
        )
        assert answer.status == 201, answer.text
        card: dict[str, str] = answer.json
        return card

    def viewer(self, code: str) -> RecordingViewer:
        return RecordingViewer(f"ws://127.0.0.1:{self.viewer_port}/m/{code}/events")

    async def end(self, number: int) -> tuple[int, str, float]:
        """Send a signal; the exit status, what it wrote on stderr, and how long it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        _, errors = await asyncio.wait_for(self.process.communicate(), 20)
        assert self.process.returncode is not None
        return self.process.returncode, errors.decode(), time.monotonic() - began


@asynccontextmanager
async def program(data: Path, *arguments: str) -> AsyncIterator[Program]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM, str(data), *arguments), cwd=ROOT, stdout=PIPE, stderr=PIPE
    )
    try:
        assert process.stdout is not None
        said = ""
        async with asyncio.timeout(20):
            while "Ctrl-C" not in said:
                line = await process.stdout.readline()
                assert line, (await process.communicate())[1].decode()
                said += line.decode()
        host = re.search(r"Host: +http://127.0.0.1:(\d+)/\?key=(\S+)", said)
        viewers = re.search(r"Viewers: http://127.0.0.1:(\d+)/", said)
        assert host
        assert viewers
        yield Program(process, int(host[1]), int(viewers[1]), host[2])
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def test_a_terminated_service_tells_everybody_and_leaves_at_once(tmp_path: Path) -> None:
    async with program(tmp_path) as service:
        card = await service.begin()
        code = card["code"]
        viewers = [await service.viewer(code).join() for _ in range(5)]
        for viewer in viewers:
            await viewer.until_type("status", state="live")
        async with sse(service.viewer_port, f"/m/{code}/events") as stream:
            assert (await stream.next())[1]["type"] == "hello"
            status, errors, took_s = await service.end(signal.SIGTERM)
            assert '"state":"ended"' in await stream.rest()
        assert (status, errors) == (0, "")
        assert took_s < 3
        for viewer in viewers:
            assert await viewer.until_closed() == 1001
            assert viewer.events[-1]["state"] == "ended"
            assert [text for _, text in viewer.shown] == ["one two three"]
    transcript = tmp_path / "meetings" / card["id"] / "transcript.txt"
    assert "Anna: one two three" in transcript.read_text(encoding="utf-8")


async def test_a_second_interrupt_does_not_wait_for_a_decode_that_hangs(tmp_path: Path) -> None:
    async with program(tmp_path, "stuck") as service:
        card = await service.begin()
        viewer = await service.viewer(card["code"]).join()
        await viewer.until_type("status")
        service.process.send_signal(signal.SIGINT)
        assert service.process.stdout is not None
        async with asyncio.timeout(10):
            while b"Stopping" not in await service.process.stdout.readline():
                pass
        await asyncio.sleep(0.3)
        assert service.process.returncode is None
        status, errors, took_s = await service.end(signal.SIGINT)
        assert took_s < 3
        assert status == 0
        assert "Traceback" not in errors
        await viewer.until_closed()


async def run(*arguments: str, env: dict[str, str] | None = None) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "captioner", *arguments),
        cwd=ROOT,
        env=os.environ | (env or {}),
        stdout=PIPE,
        stderr=PIPE,
    )
    out, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode is not None
    return process.returncode, out.decode(), errors.decode()


@pytest.mark.parametrize("flag", ["--viewer-port", "--host-port"])
async def test_a_port_in_use_is_one_sentence_and_exit_1(tmp_path: Path, flag: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        other = {"--viewer-port": "--host-port", "--host-port": "--viewer-port"}[flag]
        status, out, errors = await run(
            "serve",
            flag,
            port,
            other,
            "0",
            "--viewer-address",
            "127.0.0.1",
            "--data",
            str(tmp_path),
        )
    assert status == 1
    assert errors == f"Port {port} is taken by another program: end that, or choose another port.\n"
    assert out == ""


async def test_the_real_service_ends_well_while_its_weights_are_still_loading(
    tmp_path: Path,
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "captioner", "serve", "--model", "demo", "--data", str(tmp_path)),
        *("--viewer-port", "0", "--host-port", "0", "--viewer-address", "127.0.0.1"),
        cwd=ROOT,
        stdout=PIPE,
        stderr=PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        while b"Ctrl-C" not in await process.stdout.readline():
            pass
    process.send_signal(signal.SIGTERM)
    out, errors = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, errors.decode()) == (0, "")
    assert b"Stopping" in out
