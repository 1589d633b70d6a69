"""What hears for every meeting: weights in their engine, and the voice detector."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from captioner.asr.remembered import RememberedBatching
from captioner.asr.upkeep import Upkeep
from captioner.asr.weights import Weights
from captioner.asr.whisper import WhisperEngine
from captioner.asr.worker import DecodeWorker
from captioner.audio.vad import SileroModel
from captioner.errors import MeetingError
from captioner.service.running import Hearing
from captioner.settings import Settings

HearingLoader = Callable[[Weights, SileroModel, Settings], Awaitable[Hearing]]
"""Loads what hears. Raises WeightsError."""


async def load_whisper(weights: Weights, silero: SileroModel, settings: Settings) -> Hearing:
    """Load the voice detector and the weights. Raises WeightsError."""
    await asyncio.to_thread(silero.load)
    engine = WhisperEngine(weights, settings.asr.device, settings.asr.cpu_threads)
    upkeep = Upkeep(
        # A GPU on which a decode got stuck is not asked again.
        new_engine=lambda: WhisperEngine(weights, "cpu", settings.asr.cpu_threads),
        least_s=settings.asr.decode_timeout_s,
        choose_batching=RememberedBatching(settings.store.folder).choose,
    )
    worker = DecodeWorker(engine, settings.asr.beam_size, upkeep)
    await worker.load()
    return Hearing(worker, silero)


class Hearings:
    """What hears, loaded once and kept; what an earlier meeting heard by is let go."""

    def __init__(
        self, settings: Settings, load_hearing: HearingLoader, is_busy: Callable[[], bool]
    ) -> None:
        """`is_busy`: whether a meeting goes on or begins: what it hears by stays."""
        self._settings = settings
        self._load_hearing = load_hearing
        self._is_busy = is_busy
        self._silero = SileroModel()
        self._known: dict[Path, Hearing] = {}
        """By the folder of the weights: two folders may have one name."""
        self._loading = asyncio.Lock()

    async def load(self, weights: Weights) -> Hearing:
        """What hears by these weights, for a meeting. Raises WeightsError."""
        async with self._loading:
            return await self._load(weights)

    async def load_to_try(self, weights: Weights) -> Hearing:
        """The same, to try something out between meetings: it would take what a meeting hears by.

        Raises WeightsError, and MeetingError while a meeting goes on or begins.
        """
        self._check_free()
        async with self._loading:
            self._check_free()  # one may have begun while the lock was waited for
            return await self._load(weights)

    async def let_go(self, folder: Path) -> None:
        """Let go what was loaded from this folder, if it is what is loaded; never a meeting's."""
        async with self._loading:
            if not self._is_busy() and (hearing := self._known.pop(folder, None)) is not None:
                await hearing.worker.close()

    async def close(self) -> None:
        """Let the weights go."""
        for folder in list(self._known):
            await self._known.pop(folder).worker.close()

    async def _load(self, weights: Weights) -> Hearing:
        known = self._known.get(weights.folder)
        if known is None or known.worker.has_given_up:
            await self.close()
            self._known[weights.folder] = await self._load_hearing(
                weights, self._silero, self._settings
            )
        return self._known[weights.folder]

    def _check_free(self) -> None:
        if self._is_busy():
            raise MeetingError("wrong_state", "A meeting is going on: its page shows the load.")
