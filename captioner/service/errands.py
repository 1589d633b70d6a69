"""Something that takes long, done by `captioner models` in a process of its own."""

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from captioner.errors import FetchError
from captioner.server.depot import Errand, ErrandKind, ErrandState

NICENESS = 10
"""A meeting that goes on comes first."""

END_S = 5.0
"""For a process that is told to stop; then it is killed."""

_LONGEST_LINE_BYTES = 1 << 20


class Errands:
    """One at a time; the latest is remembered. Used from the event loop's thread.

    A process of its own: a download lets its process talk to the outside, which this one never
    does, and whatever it does it takes nothing from a meeting.
    """

    def __init__(self, folder: Path, command: Sequence[str] | None = None) -> None:
        """`folder` is the data folder; `command`: something else than `captioner models`."""
        self._folder = folder
        self._command = command or (sys.executable, "-m", "captioner", "models")
        self._process: Process | None = None
        self._watching: asyncio.Task[None] | None = None
        self._is_cancelled = False
        self.latest: Errand | None = None

    @property
    def is_running(self) -> bool:
        return self.latest is not None and self.latest.state is ErrandState.RUNNING

    async def begin(self, kind: ErrandKind, name: str) -> Errand:
        """Start one. Raises FetchError while another goes on."""
        if self.is_running:
            assert self.latest is not None
            what = self.latest.name or self.latest.kind
            raise FetchError("already_fetching", f"{what} is still being worked on: wait for it.")
        self.latest = errand = Errand((self.latest.id if self.latest else 0) + 1, kind, name)
        self._is_cancelled = False
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                *arguments(kind, name, self._folder),
                stdin=PIPE,  # it ends when we do
                stdout=PIPE,
                stderr=PIPE,
                limit=_LONGEST_LINE_BYTES,
                start_new_session=True,  # Ctrl-C is for us; we tell it
            )
        except OSError as error:
            self._end(ErrandState.FAILED, "source_failed", f"It could not be started: {error}.")
            return errand
        with contextlib.suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, NICENESS)
        self._watching = asyncio.create_task(self._watch(self._process))
        return errand

    async def cancel(self) -> None:
        """Stop what goes on; returns when it has."""
        if self._process is None or self._watching is None or not self.is_running:
            return
        self._is_cancelled = True
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        _, late = await asyncio.wait([self._watching], timeout=END_S)
        if late:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await asyncio.wait([self._watching])

    async def over(self) -> None:
        """Until nothing goes on."""
        if self._watching is not None:
            await self._watching

    async def _watch(self, process: Process) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        errors = asyncio.create_task(process.stderr.read())
        failure: tuple[str, str] | None = None
        try:
            async for line in process.stdout:
                failure = self._accept(line) or failure
        except ValueError:  # a line without end is none of ours
            process.kill()
        status = await process.wait()
        said = (await errors).decode("utf-8", "replace").strip().rpartition("\n")[2]
        if failure is not None:
            self._end(ErrandState.FAILED, *failure)
        elif self._is_cancelled:
            self._end(ErrandState.CANCELLED, "", "")
        elif status == 0:
            self._end(ErrandState.DONE, "", "")
        else:
            self._end(ErrandState.FAILED, "source_failed", said or f"It ended with {status}.")

    def _accept(self, line: bytes) -> tuple[str, str] | None:
        """One line of what the process tells; the code and sentence of an error."""
        try:
            told = json.loads(line)
            kind = told["type"]
            if kind == "error":
                return str(told["code"]), str(told["message"])
            assert self.latest is not None
            if kind == "progress":
                self.latest = replace(self.latest, here=int(told["here"]), total=int(told["total"]))
            elif kind == "said":
                self.latest = replace(self.latest, message=str(told["text"]))
        except (ValueError, TypeError, KeyError):
            pass  # nothing that we know
        return None

    def _end(self, state: ErrandState, code: str, message: str) -> None:
        assert self.latest is not None
        said = message or (self.latest.message if state is ErrandState.DONE else "")
        self.latest = replace(self.latest, state=state, code=code, message=said)


def arguments(kind: ErrandKind, name: str, folder: Path) -> list[str]:
    """The words after `captioner models`; what a host typed is never taken for a flag."""
    data = f"--data={folder}"
    if kind is ErrandKind.MEASURE:
        return ["list", "--measure", data]
    return [kind.value, "--json", "--until-eof", data, *(["--", name] if name else [])]
