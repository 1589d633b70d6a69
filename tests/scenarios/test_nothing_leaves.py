"""Nothing leaves the room: the program writes only where it was told to, and talks to nobody."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from pathlib import Path

import pytest
import soundfile

from captioner import resources
from tests.fakes.word_package import DUTCH, install

ROOT = Path(__file__).parents[2]
CLIP_S = 6
THREADS = re.compile(r"python|captioner|asyncio|MainThread")
"""What this program's threads may be called: its own name where nobody named them."""

STRACE_S = 120
"""Telemetry of the libraries waits for more than a minute before its first look-up."""


@dataclass(frozen=True, slots=True)
class Traces:
    """What a run left behind."""

    files: list[str]
    threads: set[str]
    captions: list[str]
    translations: list[str]
    errors: str


def a_clip(folder: Path) -> Path:
    """The first seconds of the bundled meeting, of those who speak English."""
    source = resources.demo_meeting_folder()
    meeting = json.loads((source / "meeting.json").read_text(encoding="utf-8"))
    meeting["channels"] = [each for each in meeting["channels"] if each["language"] == "en"]
    folder.mkdir()
    for channel in meeting["channels"]:
        samples, rate = soundfile.read(source / channel["file"])
        channel["file"] = Path(channel["file"]).with_suffix(".wav").name
        soundfile.write(folder / channel["file"], samples[: rate * CLIP_S], rate)
    (folder / "meeting.json").write_text(json.dumps(meeting), encoding="utf-8")
    return folder


def clean_environment(folder: Path) -> dict[str, str]:
    """Nothing of this user's and nothing of a build machine's: CI=true alone silences telemetry."""
    for name in ("home", "tmp", "run"):
        (folder / name).mkdir()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "XDG_RUNTIME_DIR": str(folder / "run"),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def command(folder: Path, clip: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "captioner", "replay", str(clip), "--speed", "max"),
        *("--model", "demo", "--serve", "--viewer-address", "127.0.0.1"),
        *("--viewer-port", "0", "--host-port", "0"),
        *("--data", str(folder / "data"), "--out", str(folder / "out"), "--translate", "nl"),
    ]


async def run_and_watch(folder: Path, **more: str) -> Traces:
    """Serve and caption the clip; everything that appears in home, tmp, run or here is a trace."""
    clip = a_clip(folder / "clip")
    install(folder / "data", "en", "nl", DUTCH)
    environment = clean_environment(folder) | more
    here = folder / "here"
    here.mkdir()
    process = await asyncio.create_subprocess_exec(
        *command(folder, clip), cwd=here, env=environment, stdout=PIPE, stderr=PIPE
    )
    threads: set[str] = set()
    ending = asyncio.create_task(process.communicate())
    async with asyncio.timeout(60):
        while not ending.done():
            threads |= threads_of(process.pid)
            await asyncio.wait([ending], timeout=0.02)
    out, errors = await ending
    assert process.returncode == 0, errors.decode()
    assert b"Viewers: http://127.0.0.1:" in out
    return Traces(
        files_in(folder / "home", folder / "tmp", folder / "run", here),
        threads,
        finals_of(folder / "out" / "events.jsonl"),
        finals_of(folder / "out" / "events.jsonl", "translation"),
        errors.decode(),
    )


def threads_of(pid: int) -> set[str]:
    """Names of its threads; what ends while it is looked at, the process too, is left out."""
    found = set()
    with contextlib.suppress(OSError):
        for task in list(Path(f"/proc/{pid}/task").iterdir()):
            with contextlib.suppress(OSError):
                found.add((task / "comm").read_text(encoding="utf-8").strip())
    return found


def files_in(*folders: Path) -> list[str]:
    """All of them; a folder that vanishes while it is walked through is no fault."""
    return [
        str(Path(parent) / name)
        for folder in folders
        for parent, _, names in os.walk(folder)
        for name in names
    ]


def finals_of(path: Path, kind: str = "caption") -> list[str]:
    events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    finals = [event for event in events if event.get("state") == "final"]
    return [event["text"] for event in finals if event["type"] == kind]


async def test_a_service_that_hears_leaves_nothing_but_what_was_asked_for(tmp_path: Path) -> None:
    traces = await run_and_watch(tmp_path)
    assert traces.captions, "it heard nothing, so this proves nothing"
    assert traces.translations, "it translated nothing, so this proves nothing"
    assert traces.files == []
    assert traces.errors == ""
    assert {name for name in traces.threads if not THREADS.match(name)} == set()
    left = {path.name for path in (tmp_path / "out").iterdir()}
    assert left == {"events.jsonl", "meeting.json", "transcript.txt", "transcript.json"}


async def test_the_watch_would_notice_what_a_library_leaves(tmp_path: Path) -> None:
    """The same run with telemetry allowed: if this finds nothing, the test above is worthless."""
    import onnxruntime

    version = tuple(int(part) for part in onnxruntime.__version__.split(".")[:2])
    if sys.platform != "linux" or version < (1, 29):
        pytest.skip(f"onnxruntime {onnxruntime.__version__} has no telemetry here")
    traces = await run_and_watch(tmp_path, ORT_DISABLE_TELEMETRY="0")
    assert [path for path in traces.files if "onnxruntime" in path]


OUTSIDE = re.compile(
    r"^.*\b(?:connect|sendto|sendmsg|sendmmsg)\(.*"
    r"(?:sin_port=htons\((?P<port>\d+)\), sin_addr=inet_addr\(\"(?P<four>[^\"]+)\"\)"
    r"|inet_pton\(AF_INET6, \"(?P<six>[^\"]+)\").*$",
    re.MULTILINE,
)


def calls_outside(log: str) -> list[str]:
    """Lines of an strace log in which somebody beyond this machine, or a name server, is called."""
    found = []
    for match in OUTSIDE.finditer(log):
        address = match["four"] or match["six"]
        is_here = address.startswith("127.") or address in ("::1", "::ffff:127.0.0.1")
        if not is_here or match["port"] == "53":
            found.append(match[0])
    return found


@pytest.mark.parametrize(
    ("line", "is_outside"),
    [
        ('1 connect(3, {sa_family=AF_UNIX, sun_path="/run/pulse"}, 24) = 0', False),
        (
            "1 connect(3, {sa_family=AF_INET, sin_port=htons(443),"
            ' sin_addr=inet_addr("20.42.65.85")}, 16) = -1 EINPROGRESS',
            True,
        ),
        (
            "1 connect(3, {sa_family=AF_INET, sin_port=htons(53),"
            ' sin_addr=inet_addr("127.0.0.53")}, 16) = 0',
            True,
        ),
        (
            "1 connect(3, {sa_family=AF_INET, sin_port=htons(8080),"
            ' sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
            False,
        ),
        (
            '1 sendto(5, "..", 2, 0, {sa_family=AF_INET, sin_port=htons(5353),'
            ' sin_addr=inet_addr("224.0.0.251")}, 16) = 2',
            True,
        ),
        (
            "1 connect(3, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0),"
            ' inet_pton(AF_INET6, "2a00::1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
            True,
        ),
        ("1 socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE) = 6", False),
    ],
)
def test_a_call_to_somebody_outside_is_seen_in_a_log(line: str, is_outside: bool) -> None:
    assert bool(calls_outside(line)) is is_outside


def can_trace() -> bool:
    strace = shutil.which("strace")
    if strace is None:
        return False
    return subprocess.run([strace, "-o", os.devnull, "true"], capture_output=True).returncode == 0


@pytest.mark.slow
@pytest.mark.timeout(STRACE_S * 2 + 60)
async def test_two_minutes_of_service_call_nobody(tmp_path: Path) -> None:
    if not can_trace():
        pytest.skip("strace is not here or may not watch a process")
    clip = a_clip(tmp_path / "clip")
    install(tmp_path / "data", "en", "nl", DUTCH)
    environment = clean_environment(tmp_path)
    watch = ["strace", "-f", "-e", "trace=network", "-o"]
    serve = await asyncio.create_subprocess_exec(
        *(*watch, str(tmp_path / "serve.log"), sys.executable, "-m", "captioner", "serve"),
        *("--model", "demo", "--viewer-port", "0", "--host-port", "0"),
        *("--data", str(tmp_path / "serve-data")),
        cwd=tmp_path,
        env=environment,
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=True,
    )
    replay = await asyncio.create_subprocess_exec(
        *(*watch, str(tmp_path / "replay.log"), *command(tmp_path, clip)),
        cwd=tmp_path,
        env=environment,
        stdout=PIPE,
        stderr=PIPE,
    )
    _, errors = await asyncio.wait_for(replay.communicate(), 100)
    assert replay.returncode == 0, errors.decode()
    await asyncio.sleep(STRACE_S)
    os.killpg(serve.pid, signal.SIGTERM)
    _, errors = await asyncio.wait_for(serve.communicate(), 20)
    assert errors == b""
    assert finals_of(tmp_path / "out" / "events.jsonl")
    for name in ("serve.log", "replay.log"):
        log = (tmp_path / name).read_text(encoding="utf-8", errors="replace")
        assert "bind(" in log, "strace saw nothing, so this proves nothing"
        assert calls_outside(log) == []
