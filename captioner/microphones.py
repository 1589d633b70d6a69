"""The machine's own microphones as the service offers them."""

from captioner.audio.source import AudioSource
from captioner.server.desk import DeviceOffer
from captioner.settings import Settings


class Microphones:
    """What PortAudio finds."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def offers(self) -> list[DeviceOffer]:
        """All input devices. Raises AudioError("no_portaudio") with what to install."""
        from captioner.audio.sources.device import list_devices

        return [
            DeviceOffer(
                id=card.id,
                label=card.label,
                channels=card.channels,
                rate=card.rate,
                default=card.is_default,
            )
            for card in list_devices()
        ]

    def source(self, device: str, settings: Settings) -> AudioSource:
        """A device by its id; opening it tells whether it is there."""
        from captioner.audio.sources.device import DeviceSource

        return DeviceSource(device, settings.audio)
