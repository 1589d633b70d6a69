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

    def __init__(self, settings: Settings, load_hearing: HearingLoader) -> None:
        self._settings = settings
        self._load_hearing = load_hearing
        self._silero = SileroModel()
        self._known: dict[Path, Hearing] = {}
        """By the folder of the weights: two folders may have one name."""
        self._loading = asyncio.Lock()

    async def load(self, weights: Weights) -> Hearing:
        """What hears by these weights. Raises WeightsError."""
        async with self._loading:
            known = self._known.get(weights.folder)
            if known is None or known.worker.has_given_up:
                await self.close()
                self._known[weights.folder] = await self._load_hearing(
                    weights, self._silero, self._settings
                )
            return self._known[weights.folder]

    async def let_go(self, folder: Path) -> None:
        """Let go what was loaded from this folder, if it is what is loaded."""
        async with self._loading:
            if (hearing := self._known.pop(folder, None)) is not None:
                await hearing.worker.close()

    async def close(self) -> None:
        """Let the weights go."""
        for folder in list(self._known):
            await self._known.pop(folder).worker.close()
