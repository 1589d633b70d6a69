"""Before a meeting: how loud each microphone is and what is wrong with it, for a host to see whose
it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

from captioner.audio.frame import Samples
from captioner.audio.level import LevelMeter
from captioner.audio.soundcheck import (
    NOTHING,
    HeardSound,
    MicrophonePair,
    Recent,
    find_pairs,
    judge_sound,
)
from captioner.audio.source import AudioSource
from captioner.errors import CaptionerError
from captioner.server.readiness import DeviceLevel
from captioner.service.microphones import Devices

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0


async def _nobody() -> frozenset[str]:
    return frozenset()


async def begin_rehearsal(devices: Devices) -> "Rehearsal":
    """Of all microphones and of each of their inputs. Raises AudioError."""
    offers = await devices.offers()
    ids = [each for offer in offers for each in (offer.inputs or [offer.id])]
    rehearsal = Rehearsal(ids, devices.source, devices.muted)
    rehearsal.start()
    return rehearsal


class Rehearsal:
    """Opens microphones to see which one moves, and lets them go again.

    The last seconds of each are held in memory, to be compared with the others; nothing is kept.
    """

    def __init__(
        self,
        devices: Iterable[str],
        source: Callable[[str], AudioSource],
        muted: Callable[[], Awaitable[frozenset[str]]] = _nobody,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`muted`: which of them the system itself has switched off."""
        self._source = source
        self._ask_muted = muted
        self._pause = pause
        self._meters = {device: LevelMeter() for device in devices}
        self._recent = {device: Recent() for device in self._meters}
        self._heard: dict[str, HeardSound] = {}
        self._muted: frozenset[str] = frozenset()
        self._problems: dict[str, str] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.pairs: list[MicrophonePair] = []
        self.is_over = False
        self.viewers = 0
        """Pages that look at it: two hosts must not take the microphones from each other."""

    def start(self) -> None:
        """Begin to listen, to all at once."""
        self._tasks = [asyncio.create_task(self._listen(device)) for device in self._meters]
        self._tasks.append(asyncio.create_task(self._look_again_and_again()))

    def levels(self) -> list[DeviceLevel]:
        """How loud each is now, or what is wrong with it."""
        return [
            DeviceLevel(
                device,
                meter.level.rms_db,
                self._problems.get(device, ""),
                self._heard.get(device),
                is_muted=device in self._muted,
            )
            for device, meter in self._meters.items()
        ]

    def recent(self, device: str) -> Samples:
        """Its last seconds at 16 kHz; empty where nothing was heard."""
        known = self._recent.get(device)
        return NOTHING if known is None else known.samples

    async def look(self) -> None:
        """Judge what was heard in the last seconds. Comparing is done on another thread."""
        self._muted = await self._ask_muted()
        recent = {
            device: each.samples for device, each in self._recent.items() if len(each.samples)
        }
        self._heard = {device: judge_sound(samples) for device, samples in recent.items()}
        self.pairs = await asyncio.to_thread(find_pairs, recent)

    async def leave(self) -> None:
        """One page looks no more; with the last one the microphones are let go."""
        self.viewers -= 1
        if self.viewers <= 0:
            await self.stop()

    async def stop(self) -> None:
        """Let all microphones go, whoever still looks; may be called twice."""
        self.is_over = True
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._recent.clear()

    async def _look_again_and_again(self) -> None:
        while True:
            await self._pause(LOOK_EVERY_S)
            try:
                await self.look()
            except Exception:  # the levels go on without it
                logger.exception("the microphones could not be compared")

    def _accept(self, device: str, block: Samples) -> None:
        self._meters[device].accept(block)
        self._recent[device].accept(block)

    async def _listen(self, device: str) -> None:
        try:
            source = self._source(device)
            try:
                await source.open()
                async for block in source.blocks():
                    self._accept(device, block)
            finally:
                await source.close()
        except CaptionerError as error:
            self._problems[device] = error.message
        except Exception:  # whatever a driver throws stays with its device
            logger.exception("%s cannot be tried out", device)
            self._problems[device] = f"{device} cannot be tried out: plug it in again."
