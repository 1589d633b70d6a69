"""The thread that owns an engine, and what is done on it."""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from captioner.asr.decoder import Outcome, decode_batch, is_gpu_failure
from captioner.asr.engine import DecodeRequest, Engine
from captioner.asr.grouping import USUAL_BATCHING, Batching
from captioner.errors import DecodeError

logger = logging.getLogger(__name__)


class BatchingChooser(Protocol):
    """Says how a loaded engine is to be fed; never raises."""

    def __call__(self, engine: Engine, may_measure: bool) -> Batching:
        """`may_measure`: nobody waits for a caption."""


def choose_usual(engine: Engine, may_measure: bool) -> Batching:  # noqa: ARG001
    """Whatever the engine."""
    return USUAL_BATCHING


@dataclass(frozen=True, slots=True)
class Loaded:
    """The engine can decode; or why it cannot."""

    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class GaveWay:
    """The GPU failed: the batch in hand waits until the engine is on the CPU."""

    reason: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The batch in hand came back."""

    outcomes: list[Outcome]


Report = Loaded | GaveWay | Finished

Batch = tuple[Sequence[DecodeRequest], str]
"""Requests, and the names to expect."""


class Inference:
    """Everything that is done with an engine, on whichever thread."""

    def __init__(
        self,
        engine: Engine,
        beam_size: int,
        choose_batching: BatchingChooser,
        report: Callable[[Report], None],
        *,
        is_loaded: bool = False,
    ) -> None:
        """`is_loaded`: the engine has its weights already and keeps them."""
        self._is_loaded = is_loaded
        self._engine = engine
        self._beam_size = beam_size
        self._choose_batching = choose_batching
        self._report = report
        self._batching = USUAL_BATCHING

    def load(self, may_measure: bool) -> None:
        """Read the weights and learn how to feed them. Raises WeightsError."""
        if not self._is_loaded:
            self._engine.load()
        self._batching = self._choose_batching(self._engine, may_measure=may_measure)

    def decode(self, requests: Sequence[DecodeRequest], hotwords: str) -> list[Outcome]:
        """An outcome for every request, whatever happens. What a GPU failed at is done on the CPU;
        `report` is told before."""
        outcomes = self._decode(requests, hotwords)
        lost = [index for index, outcome in enumerate(outcomes) if is_gpu_failure(outcome)]
        if lost and self._fall_back(outcomes[lost[0]]):
            again = self._decode([requests[index] for index in lost], hotwords)
            for index, outcome in zip(lost, again, strict=True):
                outcomes[index] = outcome
        return outcomes

    def _decode(self, requests: Sequence[DecodeRequest], hotwords: str) -> list[Outcome]:
        try:
            return decode_batch(self._engine, requests, self._beam_size, hotwords, self._batching)
        except Exception as error:  # the thread must survive whatever an engine throws
            logger.exception("a decode failed, rows: %d", len(requests))
            failure = DecodeError("decode_failed", f"The engine failed: {error}.")
            return [failure for _ in requests]

    def _fall_back(self, failure: Outcome) -> bool:
        self._report(GaveWay(str(failure)))
        try:
            has_moved = self._engine.fall_back()
        except Exception as error:  # no room for the weights, say: the finals are tried again
            logger.error("The CPU cannot take over from the GPU: %s", error)
            return False
        if has_moved:
            self._batching = self._choose_batching(self._engine, may_measure=False)
        return has_moved


class EngineThread:
    """Loads an engine, then decodes a batch at a time; all on a thread of its own.

    A daemon: a thread that is stuck in native code keeps nobody from leaving. `report` is called on
    this thread and raises RuntimeError when nobody is left to tell.
    """

    def __init__(self, inference: Inference, report: Callable[[Report], None]) -> None:
        self._inference = inference
        self._report = report
        self._batches: queue.SimpleQueue[Batch | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="captioner-asr", daemon=True)
        self._may_measure = True

    def start(self, may_measure: bool) -> None:
        """Begin to load; `may_measure` as for BatchingChooser."""
        self._may_measure = may_measure
        self._thread.start()

    def put(self, batch: Batch) -> None:
        """Decode this next."""
        self._batches.put(batch)

    def stop(self) -> None:
        """Come to an end after what is in hand."""
        self._batches.put(None)

    def join(self) -> None:
        """Wait for the end."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self._load_and_decode()
        except RuntimeError:
            logger.debug("the loop has ended: nobody is left to tell")

    def _load_and_decode(self) -> None:
        try:
            self._inference.load(self._may_measure)
        except Exception as error:
            self._report(Loaded(error))
            return
        self._report(Loaded())
        while (batch := self._batches.get()) is not None:
            self._report(Finished(self._inference.decode(*batch)))
