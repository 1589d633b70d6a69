"""How fast this machine is, measured once and kept in the data folder."""

import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from captioner.asr.capacity import (
    Fit,
    count_speakers,
    describe_fit,
    judge,
    recommend,
    stretch_cost_s,
)

FILE_NAME = "speed.json"
MOST_REMEMBERED = 20


def machine_name() -> str:
    """What the figure belongs to: another processor or CTranslate2 has another."""
    try:
        library = version("ctranslate2")
    except PackageNotFoundError:
        library = "?"
    return f"{_processor()}, {os.cpu_count()} cores, ctranslate2 {library}"


def remembered_speed(folder: Path) -> float | None:
    """Seconds of one stretch with weights of the shape of tiny; None: nobody has measured here."""
    value = _read(folder / FILE_NAME).get(machine_name())
    return value if isinstance(value, float) and 0 < value < 1000 else None


def remember_speed(folder: Path, tiny_s: float) -> None:
    """Keep it. Never fails: what cannot be written is measured again."""
    path = folder / FILE_NAME
    kept = _read(path)
    kept.pop(machine_name(), None)
    kept = dict([*kept.items(), (machine_name(), round(tiny_s, 5))][-MOST_REMEMBERED:])
    beside = path.with_name(f".{FILE_NAME}.new")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError:
        return


def capacity_hint(name: str, folder: Path) -> str:
    """What the host must know of weights that this machine cannot hold well; empty: nothing.

    Empty too where nobody has measured this machine, or nobody knows the size.
    """
    tiny_s = remembered_speed(folder)
    cost_s = stretch_cost_s(name, tiny_s) if tiny_s is not None else None
    if tiny_s is None or cost_s is None:
        return ""
    speakers = count_speakers(cost_s)
    if judge(speakers) is Fit.WELL:
        return ""
    return describe_fit(name, speakers, recommend(tiny_s, english_only=name.endswith(".en")))


def _read(path: Path) -> dict[str, object]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()
