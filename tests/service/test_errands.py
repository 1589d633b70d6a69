"""A process of its own, told by what it prints."""

import asyncio
import sys
from pathlib import Path

import pytest

from captioner.errors import FetchError
from captioner.server.depot import Errand, ErrandKind, ErrandState
from captioner.service.errands import Errands, arguments

PROGRESS = '{"type": "progress", "name": "small", "here": 5, "total": 10}'
SAID = '{"type": "said", "text": "small is here."}'
ERROR = '{"type": "error", "code": "source_busy", "message": "Later."}'


def errands(folder: Path, script: str) -> Errands:
    return Errands(folder, [sys.executable, "-c", script])


async def over(runner: Errands) -> Errand:
    await asyncio.wait_for(runner.over(), 30)
    assert runner.latest is not None
    return runner.latest


async def test_what_a_process_tells_is_known_until_the_next_one(tmp_path: Path) -> None:
    runner = errands(tmp_path, f"print('''{PROGRESS}\\n{SAID}''')")
    begun = await runner.begin(ErrandKind.PULL, "small")
    assert (begun.kind, begun.name, begun.state) == ("pull", "small", "running")
    done = await over(runner)
    assert (done.state, done.here, done.total) == (ErrandState.DONE, 5, 10)
    assert done.message == "small is here."
    assert (await runner.begin(ErrandKind.PULL, "base")).id == 2
    await over(runner)


async def test_a_failure_is_told_with_its_code(tmp_path: Path) -> None:
    runner = errands(tmp_path, f"print('''{ERROR}'''); exit(1)")
    await runner.begin(ErrandKind.PULL, "small")
    failed = await over(runner)
    assert (failed.state, failed.code) == (ErrandState.FAILED, "source_busy")
    assert failed.message == "Later."


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("print('no json'); print('[1]'); print('{\"type\": 7}')", ""),
        ("import sys; sys.exit('It broke.')", "It broke."),
        ("import os; os._exit(3)", "It ended with 3."),
        ("print('x' * 2_000_000)", "It ended with -9."),
    ],
)
async def test_a_process_that_breaks_is_a_failure_and_nothing_more(
    tmp_path: Path, script: str, message: str
) -> None:
    runner = errands(tmp_path, script)
    await runner.begin(ErrandKind.PULL, "small")
    ended = await over(runner)
    assert ended.message == message or ended.state is ErrandState.DONE


async def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    runner = Errands(tmp_path, [str(tmp_path / "nobody")])
    await runner.begin(ErrandKind.PULL, "small")
    assert (await over(runner)).state is ErrandState.FAILED


async def test_one_at_a_time_and_the_one_that_goes_on_can_be_stopped(tmp_path: Path) -> None:
    runner = errands(tmp_path, "import time; print('{}', flush=True); time.sleep(60)")
    await runner.begin(ErrandKind.PULL, "small")
    with pytest.raises(FetchError, match="small is still being worked on"):
        await runner.begin(ErrandKind.PULL, "base")
    await runner.cancel()
    assert runner.latest is not None
    assert runner.latest.state is ErrandState.CANCELLED
    await runner.cancel()


def test_what_a_host_types_is_never_a_flag(tmp_path: Path) -> None:
    assert arguments(ErrandKind.PULL, "--help", tmp_path)[-2:] == ["--", "--help"]
    assert arguments(ErrandKind.VERIFY, "", tmp_path)[-1] == f"--data={tmp_path}"
    assert arguments(ErrandKind.MEASURE, "", tmp_path)[:2] == ["list", "--measure"]
