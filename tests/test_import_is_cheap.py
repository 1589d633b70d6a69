"""Nothing happens on import: no library is loaded, no file, device or socket touched."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

HEAVY = (
    *("faster_whisper", "ctranslate2", "onnxruntime", "sounddevice", "soundfile", "soxr"),
    *("starlette", "uvicorn", "websockets", "numpy", "huggingface_hub", "segno", "psutil", "av"),
)

WATCHED_IMPORT = """
import importlib, json, sys, threading
opened = []
QUIET = ("open", "socket.connect", "socket.bind", "subprocess.Popen", "os.mkdir", "ctypes.dlopen")

def watch(event, arguments):
    if event not in QUIET:
        return
    if event == "open":
        path, mode, flags = arguments
        writes = isinstance(mode, str) and set(mode) & set("wax+") or (flags or 0) & 0b11
        if not writes:
            return
    if event == "ctypes.dlopen" and arguments[0] is None:
        return
    opened.append([event, repr(arguments[0] if arguments else "")])

names = json.loads(sys.argv[1])
for name in json.loads(sys.argv[2]):
    importlib.import_module(name)
before = threading.active_count()
sys.addaudithook(watch)
for name in names:
    importlib.import_module(name)
threads = [thread.name for thread in threading.enumerate()][before:]
print(json.dumps({"loaded": sorted(sys.modules), "opened": opened, "threads": threads}))
"""


def imported(names: list[str], first: tuple[str, ...] = ()) -> dict[str, list[object]]:
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED_IMPORT, json.dumps(names), json.dumps(first)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[object]] = json.loads(done.stdout)
    return found


def modules() -> list[str]:
    paths = sorted((ROOT / "captioner").rglob("*.py"))
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths]
    return [name.removesuffix(".__init__") for name in names]


def test_the_command_line_loads_nothing_heavy() -> None:
    loaded = imported(["captioner.cli"])["loaded"]
    assert [name for name in HEAVY if name in loaded] == []


def test_no_module_loads_an_engine_or_a_sound_system_when_it_is_imported() -> None:
    loaded = imported(modules())["loaded"]
    slow = ("faster_whisper", "ctranslate2", "onnxruntime", "sounddevice", "huggingface_hub", "av")
    assert [name for name in slow if name in loaded] == []
    assert "captioner.server.host" in loaded


def test_no_module_opens_anything_when_it_is_imported() -> None:
    """What the libraries themselves do when they are loaded is not ours to judge."""
    libraries = ("numpy", "soxr", "soundfile", "psutil", "starlette.applications", "segno")
    more = ("uvicorn", "starlette.routing", "starlette.websockets", "platformdirs", "asyncio")
    found = imported(modules(), (*libraries, *more))
    assert found["opened"] == []
    assert found["threads"] == []


def test_telemetry_is_off_before_any_library_could_be_imported() -> None:
    script = "import captioner, os; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    environment = {"PATH": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-B", "-c", script], env=environment, capture_output=True, text=True
    )
    assert done.stdout.strip() == "1", done.stderr
