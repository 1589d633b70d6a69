"""The order of the house, read from the source: who may import whom, and what is kept pure."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "captioner"

KINDS = {
    "values": """
        domain errors settings
        asr/ordinary asr/phrases
        captions/events
        server/depot server/desk server/readiness server/translating
        server/conducting server/phone_call
    """,
    "pure": """
        arguments scoring
        fetch/partial
        audio/advice audio/aligner audio/channel audio/endpoint audio/frame audio/level
        audio/soundcheck
        audio/presence audio/resample audio/ring audio/room audio/sample_clock audio/source
        audio/stretch
        audio/sources/phone_line audio/sources/pulse_listing audio/sources/track_names
        audio/bleed/gate audio/bleed/lags audio/bleed/late_frames audio/bleed/line_up
        audio/bleed/mask audio/bleed/mixing audio/bleed/offsets audio/bleed/owners
        audio/bleed/profiles audio/bleed/second_look
        audio/bleed/separation audio/bleed/spatial audio/bleed/speaker_sets audio/bleed/spectrum
        audio/bleed/weighing
        asr/agreement asr/batching asr/capacity asr/decoder asr/engine asr/filters asr/glossary
        asr/grouping asr/load asr/marker asr/patience asr/signs asr/sound asr/sounding asr/spoken
        asr/transcriber asr/window
        captions/cards captions/edits captions/meeting captions/messages captions/palette
        captions/recovery captions/roster captions/statistics captions/timeline
        captions/translations
        captions/conduct captions/pace captions/revisions captions/watchdog
        translate/codes translate/demand translate/engine translate/interpreter translate/keeping
        translate/languages translate/partials translate/routes translate/schedule
        translate/sentences
        store/completing store/cues store/export store/layout store/live_text store/opening
        store/private_names store/retention store/room_setup store/rows store/transcript
        server/access server/answers server/fanout server/fields server/meters server/metrics
        server/new_meeting server/pings server/push_formats server/push_queue server/wire
        server/hosts server/orders server/roles
        bench/bleed bench/drawing bench/figures bench/script bench/tables bench/usual
        bench/vocabulary
        store/formats/docx store/formats/html store/formats/json store/formats/md store/formats/srt
        store/formats/txt store/formats/vtt
    """,
    "adapter": """
        clock resources
        fetch/archives fetch/argos_index fetch/asking fetch/download fetch/hub fetch/model_file
        fetch/origin fetch/place
        translate/packages translate/pull
        audio/intake audio/vad
        audio/sources/block_queue audio/sources/device audio/sources/inputs
        audio/sources/meeting_file audio/sources/pactl audio/sources/phone audio/sources/portaudio
        audio/sources/pulse audio/sources/recording audio/sources/tracks
        asr/dispatch asr/inference asr/install asr/pull asr/remembered asr/speed asr/trial
        asr/upkeep asr/weights asr/whisper asr/worker
        translate/argos translate/installed translate/priority translate/worker
        store/certificates store/files store/journal store/journal_file store/known_devices
        store/recorder store/rooms store/seating
        server/address server/check server/doorway server/feed server/host
        server/languages server/listener server/mic server/models server/offers server/pages
        server/process server/push server/record server/rooms server/site server/statistics
        server/stream server/tls
        server/transcripts server/trust server/viewer
        server/conduct server/doors
        bench/held bench/machine bench/material bench/shapes
    """,
    "wiring": """
        __main__ app cli doctor
        service/checks service/checkup service/choosing service/depot service/errands
        service/explaining service/hearing service/keeping service/kept service/listener
        service/live service/live_export service/meetings service/microphones service/phones
        service/records service/rehearsal service/replay service/running service/shelf
        service/system_mute service/translating service/translators
        bench/batches bench/floor bench/one_by_one bench/scripted bench/side_by_side bench/speed
        bench/together bench/windows
        service/conducting service/scribes service/vitals
        commands/bench commands/bringing commands/cert commands/config commands/demo
        commands/devices commands/doctor commands/export commands/holding commands/links
        commands/models commands/purge commands/replay commands/serve
        commands/telling commands/transcribe commands/transcripts commands/weights
    """,
}
"""Every module by its kind; a new one fails a test until it stands here and in
docs/architecture.md."""

KIND_OF = {f"{name}.py": kind for kind, names in KINDS.items() for name in names.split()}

BELOW = {"domain.py", "errors.py", "clock.py", "settings.py", "resources.py"}
"""Modules of the root that every room may import."""

ROOMS = (
    *("fetch", "audio", "asr", "captions", "translate", "store", "server"),
    *("service", "root", "bench", "commands"),
)
"""From left to right; `root` is the modules above the rooms. A module imports from its own room
and those to its left."""

HOMES = {
    "sounddevice": {"audio/sources/portaudio.py"},
    "soundfile": {"audio/sources/recording.py"},
    "soxr": {"audio/resample.py"},
    "onnxruntime": {"audio/vad.py"},
    "faster_whisper": {"asr/whisper.py"},
    # The bench builds weights of its own.
    "ctranslate2": {"asr/whisper.py", "bench/shapes.py", "translate/argos.py"},
    "argostranslate": {"translate/argos.py"},
    "babel": {"translate/languages.py"},
    "huggingface_hub": {"fetch/hub.py"},
    # Only when somebody asks for a Word file.
    "docx": {"store/formats/docx.py"},
    "starlette": {
        *("server/host.py", "server/languages.py", "server/mic.py", "server/models.py"),
        *("server/check.py", "server/doorway.py", "server/rooms.py", "server/statistics.py"),
        *("server/pages.py", "server/record.py", "server/site.py", "server/transcripts.py"),
        *("server/trust.py", "server/viewer.py", "server/offers.py"),
        *("server/conduct.py", "server/doors.py"),
    },
    "uvicorn": {"server/listener.py"},
    "websockets": set(),
    "segno": {"server/address.py"},
    "cryptography": {"store/certificates.py"},
    # fetch/place.py asks whether another process still fills a folder.
    "psutil": {"fetch/place.py", "server/address.py", "server/process.py", "bench/machine.py"},
    "platformdirs": {"settings.py"},
    "sqlite3": {"store/journal.py", "store/journal_file.py"},
}
"""Where each library is known; everybody else sees our own words for it."""

NOT_FOR_POLICY = {
    *("asyncio", "threading", "time", "os", "logging", "socket", "queue", "subprocess", "select"),
    *("multiprocessing", "concurrent", "signal", "random", "secrets", "shutil", "tempfile"),
    *("urllib.request", "http", "sqlite3"),
}
"""What values and policies must not know: no I/O, no clock, no thread, no chance."""

LEANS_ON_AN_ADAPTER = {
    ("audio/room.py", "audio/vad.py"): "the type of a detector, which is handed in",
    ("server/desk.py", "server/feed.py"): "the type of a handle's feed; nothing is called",
}
"""A policy or value that imports an adapter's module, with the reason."""

MOST_LINES_OF_A_MODULE = 300
MOST_LINES_OF_A_FUNCTION = 60


def modules() -> list[str]:
    paths = (path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
    return sorted(path.as_posix() for path in paths if path.name != "__init__.py")


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse((PACKAGE / module).read_text(encoding="utf-8"))


def imports(module: str) -> Iterator[str]:
    """The full names of everything a module imports, anywhere in it."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            yield from (item.name for item in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module} imports by a relative name"
            assert node.module
            yield from (f"{node.module}.{item.name}" for item in node.names)
        elif isinstance(node, ast.Call) and "import_module" in ast.unparse(node.func):
            yield from (str(each.value) for each in node.args if isinstance(each, ast.Constant))


@cache
def own_imports(module: str) -> set[str]:
    """The modules of ours that a module imports."""
    found = set()
    for name in imports(module):
        parts = name.split(".")
        if parts[0] != "captioner":
            continue
        for end in (len(parts), len(parts) - 1):
            path = "/".join(parts[1:end]) + ".py"
            if (PACKAGE / path).is_file():
                found.add(path)
                break
    return found


def room_of(module: str) -> str:
    return module.split("/")[0] if "/" in module else "root"


def test_every_module_has_a_kind_and_every_kind_its_modules() -> None:
    listed = [name for names in KINDS.values() for name in names.split()]
    assert len(listed) == len(set(listed))
    assert sorted(KIND_OF) == modules()


def test_the_source_is_really_read() -> None:
    assert own_imports("service/live.py") >= {
        "asr/worker.py",
        "audio/room.py",
        "captions/meeting.py",
    }
    assert "faster_whisper.WhisperModel" in set(imports("asr/whisper.py"))  # inside a function


@pytest.mark.parametrize("module", modules())
def test_imports_go_one_way(module: str) -> None:
    for other in own_imports(module):
        if module in BELOW:
            assert other in BELOW, f"{module}, below every room, imports {other}"
        elif other not in BELOW and module not in ("cli.py", "__main__.py"):
            left, right = ROOMS.index(room_of(other)), ROOMS.index(room_of(module))
            assert left <= right, f"{module} imports {other}, which lies to its right"


def test_nobody_imports_in_a_circle() -> None:
    edges = {module: own_imports(module) for module in modules()}
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " -> ".join((*way, module))
        if module not in done:
            for other in sorted(edges[module]):
                visit(other, (*way, module))
            done.add(module)

    for module in modules():
        visit(module, ())


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_known_in_one_place(library: str) -> None:
    users = {m for m in modules() if any(n.split(".")[0] == library for n in imports(m))}
    assert users == HOMES[library]


def test_every_library_has_a_home() -> None:
    """A new dependency is a decision: give it one file, or say here that everybody may use it."""
    everywhere = {"captioner", "numpy", *sys.stdlib_module_names}
    used = {name.split(".")[0] for module in modules() for name in imports(module)}
    assert used - everywhere <= HOMES.keys()


@pytest.mark.parametrize("module", [m for m in modules() if "numpy" in set(imports(m))])
def test_numbers_stay_where_sound_is(module: str) -> None:
    assert room_of(module) in ("audio", "asr", "bench") or module == "doctor.py"


@pytest.mark.parametrize("module", [m for m, k in KIND_OF.items() if k in ("values", "pure")])
def test_policy_knows_no_time_no_thread_and_no_disk(module: str) -> None:
    for name in imports(module):
        for forbidden in NOT_FOR_POLICY:
            assert not f"{name}.".startswith(f"{forbidden}."), f"{module} imports {name}"
    calls = {
        node.func.id
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & {"open", "print", "input"}
    for other in own_imports(module):
        if (module, other) not in LEANS_ON_AN_ADAPTER:
            assert KIND_OF[other] in ("values", "pure"), f"{module} imports {other}"


@pytest.mark.parametrize("module", modules())
def test_modules_and_functions_stay_short(module: str) -> None:
    text = (PACKAGE / module).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES_OF_A_MODULE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            length = node.end_lineno - node.lineno + 1
            assert length <= MOST_LINES_OF_A_FUNCTION, f"{module}: {node.name} has {length} lines"


@pytest.mark.parametrize("module", [m for m in modules() if m != "__main__.py"])
def test_every_module_says_what_it_is(module: str) -> None:
    assert ast.get_docstring(tree_of(module))


def test_no_module_is_called_after_nothing() -> None:
    assert not {Path(each).stem for each in modules()} & {"utils", "util", "helpers", "common"}
