"""What this process uses of the machine."""

import psutil

from captioner.server.metrics import ProcessFigures


def process_figures() -> ProcessFigures:
    """Of this moment."""
    process = psutil.Process()
    with process.oneshot():
        times = process.cpu_times()
        return ProcessFigures(process.memory_info().rss, times.user + times.system)
