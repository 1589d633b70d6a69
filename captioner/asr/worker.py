"""Decodes batches on a thread of its own, and sees to it that each of them comes back."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from captioner.asr.decoder import Decoded, Outcome
from captioner.asr.engine import DecodeRequest, Engine
from captioner.asr.inference import (
    BatchingChooser,
    GaveWay,
    Inference,
    Loaded,
    Report,
    choose_usual,
)
from captioner.asr.patience import LOADING_S, MOST_HANGS, Patience
from captioner.asr.upkeep import GIVEN_UP, ON_THE_CPU, STARTED_ANEW, Thread, Upkeep
from captioner.errors import DecodeError

logger = logging.getLogger(__name__)

BEATS = 4
"""The time of a decode is counted in so many steps: a laptop that slept through it, and the decode
with it, loses one of them and not all."""

TOLD_FOR_S = 60.0
"""So long a host reads of a decode that got stuck, once all goes well again."""


@dataclass(slots=True, eq=False)
class _Job:
    """A batch, in the parts that are decoded one after another."""

    parts: deque[Sequence[DecodeRequest]]
    done: Callable[[list[Outcome]], None]
    outcomes: list[Outcome] = field(default_factory=list)


class DecodeWorker:
    """Owns an engine: everything that touches it runs on one thread of its own.

    All methods are called from the event loop's thread. One batch at a time is decoded, the others
    wait. A batch that does not come back in time is given up: its thread is left to itself, what it
    may still bring is ignored, its requests fail, and a new engine on a new thread takes over.
    Until something has come back from that one, requests are decoded alone, so that a sound that
    nobody can decode takes no other with it.
    """

    def __init__(self, engine: Engine, beam_size: int, upkeep: Upkeep | None = None) -> None:
        self.engine = engine
        """The one that decodes now."""
        self.hotwords = ""
        """Names to expect in finals, of the meeting that goes on."""
        self.fallbacks = 0
        """Decodes beyond the first of a final whose text looked bad, since the beginning."""
        self.problem = ""
        """What the host should know, in a sentence or two; empty: all is well."""
        self.has_given_up = False
        """Whether everything fails from here on, at once."""
        self._beam_size = beam_size
        self._upkeep = upkeep or Upkeep()
        self._timer = self._upkeep.timer
        self._patience = Patience(self._upkeep.least_s)
        self._thread: Thread | None = None
        self._loading: asyncio.Future[None] | None = None
        self._is_loaded = False
        self._is_over = False
        self._waiting: deque[_Job] = deque()
        self._job: _Job | None = None
        self._part: Sequence[DecodeRequest] | None = None
        """What the thread has in hand."""
        self._began_s: float | None = None
        """When it began; None: what it takes tells nothing of the engine's pace."""
        self._hangs = 0
        """In a row."""
        self._hung_s = 0.0
        self._is_closing = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._unwatch: Callable[[], None] = lambda: None

    async def load(self) -> None:
        """Start the thread and load the weights on it. Raises WeightsError."""
        self._loading = asyncio.get_running_loop().create_future()
        self._start(may_measure=True)
        try:
            await self._loading
        except asyncio.CancelledError:
            await self.close()
            raise

    def submit(self, batch: Sequence[DecodeRequest], done: Callable[[list[Outcome]], None]) -> None:
        """Decode a batch; `done` is called on the loop's thread with an outcome per request."""
        self._idle.clear()
        parts = [[request] for request in batch] if self._hangs else [batch]
        self._waiting.append(_Job(deque(parts), done))
        self._go_on()

    @property
    def is_decoding(self) -> bool:
        """Whether something is in hand, so that patience counts its time."""
        return self._part is not None

    def start_anew(self, *, reload: bool) -> bool:
        """Decode in the plainest way from here on: on another thread, batched as usual, without
        names to expect; with `reload`, by weights that are read anew, on the same device.

        Whether it could: what is in hand is left to patience.
        """
        if self._part is not None or self._thread is None or not self._is_loaded or self._is_over:
            return False
        self.hotwords = ""
        self._thread.stop()
        self._patience.forget()
        self._start(may_measure=False, choose=choose_usual, is_loaded=not reload)
        self._watch(LOADING_S)
        return True

    async def close(self) -> None:
        """Finish what was handed in and end the thread; may be called twice.

        A thread that is stuck is left behind when its time is over.
        """
        self._is_closing = True
        if self._loading is not None:
            self._loading.cancel()
        if self._is_loaded:
            await self._idle.wait()
        self._unwatch()
        is_free = self._is_loaded
        self._is_over, self._is_loaded = True, False
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.stop()
            if is_free:
                thread.join()
        self._go_on()

    def _start(
        self, *, may_measure: bool, choose: BatchingChooser | None = None, is_loaded: bool = False
    ) -> None:
        loop = asyncio.get_running_loop()

        def report(what: Report) -> None:
            loop.call_soon_threadsafe(self._accept, thread, what)

        chosen = choose or self._upkeep.choose_batching
        inference = Inference(self.engine, self._beam_size, chosen, report, is_loaded=is_loaded)
        thread = self._upkeep.new_thread(inference, report)
        self._thread, self._is_loaded = thread, False
        thread.start(may_measure)

    def _accept(self, thread: Thread, report: Report) -> None:
        """What a thread has to say; one that was given up is not listened to."""
        if thread is not self._thread:
            return
        self._unwatch()
        if isinstance(report, Loaded):
            self._accept_loaded(thread, report.error)
        elif isinstance(report, GaveWay):
            self._tell(ON_THE_CPU, report.reason)
            self._patience.forget()
            self._began_s = None
            self._watch(LOADING_S + self._patience.bound_s(_lengths_s(self._part or ())))
        else:
            self._accept_finished(report.outcomes)
        self._go_on()

    def _accept_loaded(self, thread: Thread, error: Exception | None) -> None:
        self._is_loaded = error is None
        first, self._loading = self._loading, None
        if error is not None:
            self._thread = None
            thread.join()  # its report was its last act
        if first is None:
            if error is not None:
                self._give_up(str(error))
        elif not first.done():  # nobody waits any more: Ctrl-C
            first.set_exception(error) if error is not None else first.set_result(None)

    def _accept_finished(self, outcomes: list[Outcome]) -> None:
        assert self._job is not None
        assert self._part is not None
        if self._began_s is not None:
            self._patience.accept(_lengths_s(self._part), self._timer.now_s() - self._began_s)
        self._part, self._hangs = None, 0
        if self.problem == STARTED_ANEW and self._timer.now_s() - self._hung_s >= TOLD_FOR_S:
            self.problem = ""
        self.fallbacks += sum(each.fallbacks for each in outcomes if isinstance(each, Decoded))
        self._job.outcomes += outcomes

    def _go_on(self) -> None:
        """Hand over what comes next, if there is anything and the thread is free for it."""
        while self._part is None:
            if self._job is None:
                if not self._waiting:
                    self._idle.set()
                    return
                self._job = self._waiting.popleft()
            if not self._job.parts:
                asyncio.get_running_loop().call_soon(self._job.done, self._job.outcomes)
                self._job = None
            elif self._is_over:
                self._fail(self._job.parts.popleft(), "Decoding has stopped.")
            elif self._is_loaded:
                self._begin(self._job.parts.popleft())
            else:
                return

    def _begin(self, part: Sequence[DecodeRequest]) -> None:
        assert self._thread is not None
        self._part, self._began_s = part, self._timer.now_s()
        self._watch(self._patience.bound_s(_lengths_s(part)))
        self._thread.put((part, self.hotwords))

    def _fail(self, part: Sequence[DecodeRequest], reason: str) -> None:
        assert self._job is not None
        self._job.outcomes += [DecodeError("decode_failed", reason) for _ in part]

    def _watch(self, bound_s: float) -> None:
        if self._upkeep.new_engine is not None:
            self._beat(bound_s, BEATS)

    def _beat(self, bound_s: float, left: int) -> None:
        if left == 0:
            self._accept_stuck(bound_s)
            return
        self._unwatch = self._timer.call_later(
            bound_s / BEATS, lambda: self._beat(bound_s, left - 1)
        )

    def _accept_stuck(self, bound_s: float) -> None:
        """Neither an outcome nor an error in all that time."""
        assert self._upkeep.new_engine is not None
        part, self._part = self._part, None
        stuck, self._thread = self._thread, None
        if stuck is not None:
            stuck.stop()  # should it ever wake up
        self._hangs += 1
        self._hung_s = self._timer.now_s()
        reason = f"Nothing came back for {bound_s:.0f} s."
        if part is None or self._hangs > MOST_HANGS or self._is_closing:
            self._give_up(reason)
        else:
            self._tell(STARTED_ANEW, reason)
            self.engine = self._upkeep.new_engine()
            self._patience.forget()
            self._start(may_measure=False)
            self._watch(LOADING_S)
        if part is not None:
            self._fail(part, reason)
        self._go_on()

    def _give_up(self, reason: str) -> None:
        self.has_given_up = self._is_over = True
        self._is_loaded = False
        self._tell(GIVEN_UP, reason)

    def _tell(self, problem: str, reason: str) -> None:
        self.problem = problem
        logger.warning("%s (%s)", problem, reason)


def _lengths_s(part: Sequence[DecodeRequest]) -> list[float]:
    return [request.length_s for request in part]
