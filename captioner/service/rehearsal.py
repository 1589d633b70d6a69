"""Before a meeting: how loud each microphone is, so that a host sees whose is which."""

import asyncio
import logging
from collections.abc import Callable, Iterable

from captioner.audio.level import LevelMeter
from captioner.audio.source import AudioSource
from captioner.errors import CaptionerError
from captioner.server.desk import DeviceLevel

logger = logging.getLogger(__name__)


class Rehearsal:
    """Opens microphones to see which one moves, and lets them go again. Nothing is kept."""

    def __init__(self, devices: Iterable[str], source: Callable[[str], AudioSource]) -> None:
        self._source = source
        self._meters = {device: LevelMeter() for device in devices}
        self._problems: dict[str, str] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.is_over = False

    def start(self) -> None:
        """Begin to listen, to all at once."""
        self._tasks = [asyncio.create_task(self._listen(device)) for device in self._meters]

    def levels(self) -> list[DeviceLevel]:
        """How loud each is now, or what is wrong with it."""
        return [
            DeviceLevel(device, meter.level.rms_db, self._problems.get(device, ""))
            for device, meter in self._meters.items()
        ]

    async def stop(self) -> None:
        """Let all microphones go; may be called twice."""
        self.is_over = True
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self, device: str) -> None:
        try:
            source = self._source(device)
            try:
                await source.open()
                async for block in source.blocks():
                    self._meters[device].accept(block)
            finally:
                await source.close()
        except CaptionerError as error:
            self._problems[device] = error.message
        except Exception:  # whatever a driver throws stays with its device
            logger.exception("%s cannot be tried out", device)
            self._problems[device] = f"{device} cannot be tried out: plug it in again."
