"""The machine's own microphones as the service offers them."""

from captioner.audio.source import AudioSource
from captioner.audio.sources.device import SoundSystem
from captioner.server.desk import DeviceOffer
from captioner.settings import Settings


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
            )
            for card in await self._system.devices()
        ]

    def source(self, device: str) -> AudioSource:
        """A device by its id; opening it tells whether it is there."""
        return self._system.device(device, self._settings)
