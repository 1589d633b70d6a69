"""What this machine is, and what a measurement used of it."""

import importlib.metadata
import os
import platform
import sys
import time
from pathlib import Path

import psutil

LIBRARIES = ("ctranslate2", "faster-whisper", "onnxruntime", "numpy")
_PEAK = "VmHWM:"


def cpu_seconds() -> float:
    """Processor seconds of this process so far, all threads, user and system."""
    return time.process_time()


def forget_peak_memory() -> None:
    """Begin to look for the peak anew, where the system can (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def peak_memory_bytes() -> int:
    """The most memory that was in use since `forget_peak_memory`, else what is in use now."""
    try:
        for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
            if line.startswith(_PEAK):
                return int(line.removeprefix(_PEAK).split()[0]) * 1024
    except OSError:
        pass
    return int(psutil.Process().memory_info().rss)


def load_average() -> float | None:
    """Processes that wanted a core over the last minute, this one among them."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def describe_machine() -> dict[str, str]:
    """Kind of machine and versions; nothing that tells which machine it is."""
    libraries = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES)
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()}, Python {sys.version.split()[0]}",
        "libraries": libraries,
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
