"""The one thread that translates, and what happens when it does not come back."""

import asyncio
import logging
import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from captioner.errors import TranslateError
from captioner.translate.engine import Outcome, TranslateRequest, Translator
from captioner.translate.interpreter import Interpreter

logger = logging.getLogger(__name__)

PATIENCE_S = 30.0
"""A batch takes a tenth of a second, the first of a package a second or two."""

MOST_STUCK = 3
"""Threads that may be given up; a translator that gets stuck more often is not asked again."""


@dataclass(eq=False, slots=True)
class _Batch:
    requests: Sequence[TranslateRequest]
    done: Callable[[list[Outcome]], None]
    timer: asyncio.TimerHandle | None = None
    is_over: bool = False


class TranslateWorker:
    """Takes batches, gives each back exactly once, on the loop. Used from the loop's thread.

    `new_translator` makes what translates; it is cheap and loads nothing yet. Nothing here raises:
    whatever goes wrong is the outcome of its batch.
    """

    def __init__(
        self, new_translator: Callable[[], Translator], patience_s: float = PATIENCE_S
    ) -> None:
        self._new_translator = new_translator
        self._patience_s = patience_s
        self._thread: _Thread | None = None
        self._batches: list[_Batch] = []
        self.stuck = 0
        """How often a thread was given up."""
        self.busy_s = 0.0
        """Seconds spent on batches so far."""

    @property
    def has_given_up(self) -> bool:
        """Whether it will translate no more."""
        return self.stuck >= MOST_STUCK

    def submit(
        self, requests: Sequence[TranslateRequest], done: Callable[[list[Outcome]], None]
    ) -> None:
        """Translate these; `done` gets an outcome for each, in a later turn of the loop."""
        loop = asyncio.get_running_loop()
        batch = _Batch(requests, done)
        if self.has_given_up:
            loop.call_soon(self._finish, batch, _failed(requests), 0.0)
            return
        self._batches.append(batch)
        if len(self._batches) == 1:
            self._begin(loop)

    async def close(self) -> None:
        """Stop after what is in hand; what is stuck is left behind."""
        thread, self._thread = self._thread, None
        for batch in self._batches:
            if batch.timer is not None:
                batch.timer.cancel()
        self._batches.clear()
        if thread is not None:
            await asyncio.to_thread(thread.stop, 2.0)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """The first batch goes to the thread; the others wait here, so that a thread that is given
        up takes no more than one with it."""
        if self._thread is None:
            self._thread = _Thread(Interpreter(self._new_translator()), loop)
        batch = self._batches[0]
        batch.timer = loop.call_later(self._patience_s, self._give_up, batch)
        self._thread.put(
            batch.requests, lambda outcomes, took_s: self._take(batch, outcomes, took_s)
        )

    def _take(self, batch: _Batch, outcomes: list[Outcome], took_s: float) -> None:
        if batch.is_over or batch not in self._batches:
            return  # it had been given up
        if batch.timer is not None:
            batch.timer.cancel()
        self._finish(batch, outcomes, took_s)

    def _give_up(self, batch: _Batch) -> None:
        self.stuck += 1
        logger.error("a translation does not come back: it is left behind (%d)", self.stuck)
        if self._thread is not None:
            self._thread.abandon()
            self._thread = None
        self._finish(batch, _failed(batch.requests), self._patience_s)

    def _finish(self, batch: _Batch, outcomes: list[Outcome], took_s: float) -> None:
        batch.is_over = True
        self.busy_s += took_s
        if batch in self._batches:
            self._batches.remove(batch)
        waiting = list(self._batches)
        if self.has_given_up:
            self._batches.clear()
        try:
            batch.done(outcomes)
        except Exception:  # whoever asked is not to stop the others
            logger.exception("a translation was not taken")
        if self.has_given_up:
            for each in waiting:
                self._finish(each, _failed(each.requests), 0.0)
        elif waiting:
            self._begin(asyncio.get_running_loop())


class _Thread:
    """A daemon: what is stuck in native code keeps nobody from leaving."""

    def __init__(self, interpreter: Interpreter, loop: asyncio.AbstractEventLoop) -> None:
        self._interpreter = interpreter
        self._loop = loop
        self._jobs: queue.SimpleQueue[
            tuple[Sequence[TranslateRequest], Callable[[list[Outcome], float], None]] | None
        ] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="captioner-translate", daemon=True)
        self._thread.start()

    def put(
        self, requests: Sequence[TranslateRequest], done: Callable[[list[Outcome], float], None]
    ) -> None:
        self._jobs.put((requests, done))

    def abandon(self) -> None:
        """It ends by itself if it ever comes back."""
        self._jobs.put(None)

    def stop(self, timeout_s: float) -> None:
        self._jobs.put(None)
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            requests, done = job
            began = time.monotonic()
            try:
                outcomes = self._interpreter.translate(requests)
            except Exception:  # the thread survives whatever a translator throws
                # No traceback: it might hold what was said.
                logger.error("a batch was not translated: %s", sys.exc_info()[0])
                outcomes = _failed(requests)
            try:
                self._loop.call_soon_threadsafe(done, outcomes, time.monotonic() - began)
            except RuntimeError:
                return  # the loop has ended: nobody is left to tell


def _failed(requests: Sequence[TranslateRequest]) -> list[Outcome]:
    error = TranslateError("not_translated", "The translation failed.")
    return [error for _ in requests]
