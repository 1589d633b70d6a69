"""What waits for a decode, batch by batch to the worker and back."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from captioner.asr.batching import DecodeQueue
from captioner.asr.decoder import Outcome
from captioner.asr.engine import DecodeRequest
from captioner.asr.load import WELL_AFTER_S, Load, LoadMeter
from captioner.asr.worker import DecodeWorker
from captioner.errors import DecodeError

logger = logging.getLogger(__name__)


class Dispatcher:
    """Hands requests to the worker, one batch at a time, and their outcomes back.

    Everything here runs on the event loop's thread. `now_s` tells the seconds of the meeting's
    clock. `on_outcome` is called with every outcome; after a failure it may give the request to try
    instead. `on_turn` is called after every batch, and once more a while after the last.
    """

    def __init__(
        self,
        worker: DecodeWorker,
        now_s: Callable[[], float],
        on_outcome: Callable[[DecodeRequest, Outcome], DecodeRequest | None],
        on_turn: Callable[[], None],
    ) -> None:
        self._worker = worker
        self._now_s = now_s
        self._on_outcome = on_outcome
        self._on_turn = on_turn
        self._queue = DecodeQueue()
        self._meter = LoadMeter()
        self._in_hand: Sequence[DecodeRequest] = ()
        self._pump_is_due = False
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def lag_s(self) -> float:
        """Age of the oldest sound that still waits."""
        return self._meter.lag_s(self._now_s())

    def load(self) -> Load:
        """How the meeting keeps up."""
        figures = self._meter.report(self._now_s(), len(self._queue), self._queue.shed)
        return replace(figures, problem=self._worker.problem)

    def accept(self, request: DecodeRequest) -> None:
        """Put a request in its place."""
        self._queue.accept(request)
        self._meter.accept_request(request, self._now_s())
        self._idle.clear()
        if not self._pump_is_due:
            # Later in this turn of the loop, so that channels that speak at once share a batch.
            self._pump_is_due = True
            asyncio.get_running_loop().call_soon(self._pump)

    def drop(self) -> None:
        """Nothing of what waits is decoded; what is in hand comes back and is not wanted."""
        self._queue.drop()

    async def settle(self) -> None:
        """Wait until nothing waits for a decode."""
        await self._idle.wait()

    def _pump(self) -> None:
        self._pump_is_due = False
        if self._in_hand:
            return
        self._in_hand = self._queue.choose_batch()
        if self._in_hand:
            self._meter.accept_started(self._in_hand, self._now_s())
            self._worker.submit(self._in_hand, self._accept_outcomes)
        else:
            self._meter.accept_idle()
            # Also if no more sound comes that would ask.
            asyncio.get_running_loop().call_later(WELL_AFTER_S, self._on_turn)
            self._idle.set()

    def _accept_outcomes(self, outcomes: list[Outcome]) -> None:
        requests, self._in_hand = self._in_hand, ()
        self._meter.accept_finished(self._now_s())
        for request, outcome in zip(requests, outcomes, strict=True):
            self._accept_outcome(request, outcome)
        self._pump()
        self._on_turn()

    def _accept_outcome(self, request: DecodeRequest, outcome: Outcome) -> None:
        instead: DecodeRequest | None = None
        try:
            instead = self._on_outcome(request, outcome)
        except Exception:  # whatever it is, the other captions and the next batch go on
            logger.exception("a caption of channel %d was not published", request.channel)
        if isinstance(outcome, DecodeError):
            logger.warning("channel %d, %s: %s", request.channel, request.kind, outcome.message)
            self._meter.accept_failed(request, is_tried_again=instead is not None)
        else:
            self._meter.accept_decoded(request, outcome.rejection, outcome.fallbacks)
        if instead is not None:
            self.accept(instead)
