"""What a worker needs to keep going when a decode gets stuck, and what a host is told of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from captioner.asr.engine import Engine
from captioner.asr.inference import (
    Batch,
    BatchingChooser,
    EngineThread,
    Inference,
    Report,
    choose_usual,
)

ON_THE_CPU = (
    "The GPU failed, so the CPU decodes from here on, more slowly; nothing that was said is lost."
    " Start captioner again to use the GPU again."
)
STARTED_ANEW = (
    "A decode got stuck and was started anew on the CPU; nothing that was said is lost."
    " If this comes again, choose other weights."
)
GIVEN_UP = (
    "Decoding has stopped and cannot be started anew: end this meeting, which keeps what was shown,"
    " and start another; if that does not help, start captioner again."
)


class Timer(Protocol):
    """The loop's clock, or a test's."""

    def now_s(self) -> float:
        """Seconds from an arbitrary moment."""

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Callable[[], None]:
        """Call it once, then; gives what takes that back."""


class LoopTimer:
    """The time of the event loop that runs."""

    def now_s(self) -> float:
        return asyncio.get_running_loop().time()

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Callable[[], None]:
        return asyncio.get_running_loop().call_later(seconds, callback).cancel


class Thread(Protocol):
    """An EngineThread, or what stands in for it."""

    def start(self, may_measure: bool) -> None:
        """Load; report it."""

    def put(self, batch: Batch) -> None:
        """Decode; report it."""

    def stop(self) -> None:
        """Come to an end after what is in hand."""

    def join(self) -> None:
        """Wait for the end."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What keeps a worker going, and how it feeds its engine."""

    new_engine: Callable[[], Engine] | None = None
    """Another one with the same weights, on the CPU, not loaded, for one that got stuck; None: a
    decode may take for ever, and nobody takes over."""
    least_s: float = 20.0
    """No decode counts as stuck before this."""
    choose_batching: BatchingChooser = choose_usual
    timer: Timer = field(default_factory=LoopTimer)
    new_thread: Callable[[Inference, Callable[[Report], None]], Thread] = EngineThread
