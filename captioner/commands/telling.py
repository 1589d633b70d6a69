"""How far something is, told to a person at a terminal or to a program."""

import json
import math
import os
import threading
import time
from typing import Protocol, TextIO

from captioner.errors import CaptionerError

LINE_EVERY_S = 5.0
"""How often progress is told where lines cannot be overwritten."""

JSON_EVERY_S = 0.25


class Teller(Protocol):
    """Who is told what happens."""

    def progress(self, name: str, here: int, total: int) -> None:
        """So many bytes of so many."""

    def say(self, sentence: str) -> None:
        """Something that is done or was found."""

    def fail(self, error: CaptionerError) -> int:
        """It did not work; the exit status."""

    def close(self) -> None:
        """Nothing more comes for now."""


class TerminalTeller:
    """Sentences, and one line of progress that overwrites itself, or a line now and then."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._told_at = -math.inf
        self._is_open = False

    def progress(self, name: str, here: int, total: int) -> None:
        share = f"{100 * here // total} % of {in_megabytes(total)}" if total else in_megabytes(here)
        if self._out.isatty():
            print(f"\r{f'{name}: {share}':<60}", end="", file=self._out, flush=True)
            self._is_open = True
        elif here == total or time.monotonic() - self._told_at >= LINE_EVERY_S:
            self._told_at = time.monotonic()
            print(f"{name}: {share}", file=self._out, flush=True)

    def say(self, sentence: str) -> None:
        self.close()
        print(sentence, file=self._out, flush=True)

    def fail(self, error: CaptionerError) -> int:
        self.close()
        raise error

    def close(self) -> None:
        """End the line, so that what comes next starts a new one."""
        if self._is_open:
            print(file=self._out)
        self._is_open = False


class JsonTeller:
    """An object a line: `progress`, `said`, `error`; the last one is `done` or `error`."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._told_at = -math.inf

    def progress(self, name: str, here: int, total: int) -> None:
        if here != total and time.monotonic() - self._told_at < JSON_EVERY_S:
            return
        self._told_at = time.monotonic()
        self._write({"type": "progress", "name": name, "here": here, "total": total})

    def say(self, sentence: str) -> None:
        self._write({"type": "said", "text": sentence})

    def fail(self, error: CaptionerError) -> int:
        self._write({"type": "error", "code": error.code, "message": error.message})
        return 1

    def close(self) -> None:
        """Nothing is open."""

    def _write(self, value: dict[str, object]) -> None:
        print(json.dumps(value, ensure_ascii=False), file=self._out, flush=True)


def end_with_input() -> None:
    """End this process as soon as its standard input does: whoever began it is gone.

    What is half done is as after any kill: gone on with the next time.
    """

    def watch() -> None:
        # Not through sys.stdin: its lock, held here, would stop the interpreter from ending.
        while os.read(0, 1024):
            pass
        os._exit(1)

    threading.Thread(target=watch, name="captioner-parent", daemon=True).start()


def in_megabytes(size_bytes: int) -> str:
    """For people."""
    return f"{size_bytes / 1e6:.0f} MB"
