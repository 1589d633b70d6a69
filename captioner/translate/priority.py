"""Work that gives way to what hears: threads of a library that run below the program's others."""

import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

logger = logging.getLogger(__name__)

T = TypeVar("T")

NICENESS = 10
"""Steps below the others: a decode that wants the same core gets nine times as much of it."""


def made_quietly(make: Callable[[], T]) -> T:
    """What `make` returns or raises; threads that it starts have a low priority for ever.

    It runs on a thread of its own, whose priority they inherit (on Linux; elsewhere they stay as
    they are). The thread that uses them keeps its own: held up while it has the interpreter's lock,
    it would hold up everybody.
    """
    made: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        _lower()
        try:
            made.append(make())
        except BaseException as error:  # raised again below, where somebody waits for it
            failed.append(error)

    thread = threading.Thread(target=run, name="captioner-translate", daemon=True)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return made[0]


def _lower() -> None:
    if sys.platform != "linux":
        return
    thread = threading.get_native_id()
    try:
        usual = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, min(usual + NICENESS, 19))
    except OSError:
        logger.debug("the priority of translations stays as it is")
