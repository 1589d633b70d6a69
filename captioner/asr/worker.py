"""The one inference thread."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence

from captioner.asr.decoder import Decoded, Outcome, decode_batch
from captioner.asr.engine import DecodeRequest, Engine
from captioner.errors import DecodeError

logger = logging.getLogger(__name__)

Job = tuple[Sequence[DecodeRequest], Callable[[list[Outcome]], None]]


class DecodeWorker:
    """Owns an engine: everything that touches it runs on this thread.

    `load`, `submit` and `close` are called from the event loop's thread. One batch at a time: who
    submits the next waits for the last to come back.
    """

    def __init__(self, engine: Engine, beam_size: int) -> None:
        self.engine = engine
        self._beam_size = beam_size
        self.hotwords = ""
        """Names to expect in finals, of the meeting that goes on; set from the loop's thread."""
        self.fallbacks = 0
        """Decodes beyond the first of a final whose text looked bad, since the beginning."""
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def load(self) -> None:
        """Load the weights and start the thread. Raises WeightsError."""
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self.engine.load)
        self._thread = threading.Thread(target=self._run, name="captioner-asr", daemon=True)
        self._thread.start()

    def submit(self, batch: Sequence[DecodeRequest], done: Callable[[list[Outcome]], None]) -> None:
        """Decode a batch; `done` is called on the loop's thread with an outcome per request."""
        self._jobs.put((batch, done))

    async def close(self) -> None:
        """Finish the batch in hand and end the thread; may be called twice."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._jobs.put(None)
            await asyncio.to_thread(thread.join)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            batch, done = job
            outcomes = self._decode(batch)
            assert self._loop is not None
            try:
                self._loop.call_soon_threadsafe(done, outcomes)
            except RuntimeError:
                return  # the loop has ended: nobody is left to tell

    def _decode(self, batch: Sequence[DecodeRequest]) -> list[Outcome]:
        try:
            outcomes = decode_batch(self.engine, batch, self._beam_size, self.hotwords)
        except Exception as error:  # the thread must survive whatever an engine throws
            logger.exception("a decode failed, rows: %d", len(batch))
            return [DecodeError("decode_failed", f"The engine failed: {error}.") for _ in batch]
        self.fallbacks += sum(each.fallbacks for each in outcomes if isinstance(each, Decoded))
        return outcomes
