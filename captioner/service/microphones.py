"""The machine's own microphones as the service offers them."""

from typing import Protocol

from captioner.audio.source import AudioSource
from captioner.audio.sources.device import SoundSystem
from captioner.audio.sources.inputs import input_id
from captioner.audio.sources.portaudio import DeviceCard
from captioner.errors import AudioError
from captioner.server.desk import DeviceOffer
from captioner.settings import Settings


class Devices(Protocol):
    """The microphones of this machine, or what stands in for them."""

    async def offers(self) -> list[DeviceOffer]:
        """All of them. Raises AudioError."""

    def source(self, device: str) -> AudioSource:
        """The source of a device, by its id; not yet open."""

    async def muted(self) -> frozenset[str]:
        """The ids of those that the system itself has switched off, as far as it says so."""


class NoDevices:
    """For meetings whose sound comes from a recording."""

    async def offers(self) -> list[DeviceOffer]:
        """None."""
        return []

    def source(self, device: str) -> AudioSource:
        """Never."""
        raise AudioError("no_device", f"There is no microphone {device} here.")

    async def muted(self) -> frozenset[str]:
        """None."""
        return frozenset()


class Microphones:
    """What PortAudio finds."""

    def __init__(self, settings: Settings, system: SoundSystem) -> None:
        self._settings = settings
        self._system = system

    async def offers(self) -> list[DeviceOffer]:
        """All input devices. Raises AudioError("no_portaudio") with what to install."""
        return [
            DeviceOffer(
                id=card.id,
                label=card.label,
                channels=card.channels,
                rate=card.rate,
                default=card.is_default,
                inputs=_inputs(card),
                monitor=card.is_monitor,
            )
            for card in await self._system.devices()
        ]

    def source(self, device: str) -> AudioSource:
        """A device by its id; opening it tells whether it is there."""
        return self._system.device(device, self._settings)

    async def muted(self) -> frozenset[str]:
        """As the sound server tells; of other systems nothing is known."""
        return await self._system.muted()


def _inputs(card: DeviceCard) -> tuple[str, ...]:
    """A single input needs no name beside that of its device."""
    if card.inputs < 2:
        return ()
    return tuple(input_id(card.id, number) for number in range(1, card.inputs + 1))
