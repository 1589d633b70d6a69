"""PortAudio's devices and streams; the only file that knows sounddevice.

PortAudio is not thread-safe: whoever calls these sees to it that one at a time is running.
"""

import importlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from captioner.audio.resample import is_usable_rate
from captioner.audio.sources.pulse_listing import PulseSource
from captioner.errors import AudioError

_STEERS = "PULSE_SOURCE"
_BLOCK_S = 0.032
_MOST_CHANNELS = 2
"""Of a device that offers 32, as ALSA's plugins do, only the first ones are somebody's."""

SERVED = "Pulse: "
"""How the id of a device begins that is known by the sound server's name."""

_WAY_TO_SERVER = "pulse"
"""ALSA's plugin to the server; which microphone it hears is said by PULSE_SOURCE."""

_STAND_INS = {
    *("pulse", "default", "sysdefault", "pipewire", "jack", "oss", "dmix", "dsnoop", "front"),
    *("lavrate", "samplerate", "speexrate", "speex", "upmix", "vdownmix", "hdmi", "iec958"),
    *("a52", "arcam-av-ctl", "usbstream"),
}
"""What ALSA's plugins are called: no microphone of its own is behind any of them."""

_MOST_INPUTS = 32

_LOOPBACK = re.compile(r"\[Loopback\]|^BlackHole|^Stereo Mix", re.IGNORECASE)
"""Names under which PortAudio shows what the computer plays: WASAPI's loopback devices, the virtual
device that people install on macOS, and an input of some Windows sound cards."""

_OTHER_RATES = (48_000, 44_100, 16_000)


@dataclass(frozen=True, slots=True)
class DeviceCard:
    """A microphone that can be chosen."""

    id: str
    """The same after a restart: host API and name, and a number where a name is there twice."""
    label: str
    channels: int
    """Inputs that it offers, at least 1."""
    rate: int
    """Samples a second that it prefers."""
    is_default: bool
    index: int
    """PortAudio's number for it, until it looks for devices again."""
    source: str = ""
    """What the sound server calls it, where it is one of the server's."""
    inputs: int = 1
    """How many of its inputs can be microphones of their own; 1: it is offered as a whole only."""
    is_monitor: bool = False
    """Whether it hears what this computer plays: people in a call, a film."""


def load_sounddevice(import_module: Callable[[str], Any] = importlib.import_module) -> Any:
    """sounddevice, which starts PortAudio when it is imported. Raises AudioError."""
    try:
        return import_module("sounddevice")
    except Exception as error:  # OSError without the library, its own error when that fails
        raise AudioError("no_portaudio", how_to_get_portaudio(sys.platform)) from error


def how_to_get_portaudio(platform: str) -> str:
    """One sentence for somebody on `platform`, a value of sys.platform."""
    if platform.startswith("linux"):
        way = "`sudo apt install libportaudio2` (Debian, Ubuntu) or `sudo dnf install portaudio`"
    else:
        way = "`pip install --force-reinstall sounddevice`, which brings it along"
    return f"The PortAudio library, which listens to microphones, is missing: {way}."


def look_again(library: Any) -> None:
    """Find devices that were plugged in since; ends every stream."""
    library._terminate()
    library._initialize()


def list_cards(library: Any) -> list[DeviceCard]:
    """Every device with an input, as of the last look."""
    apis = [api["name"] for api in library.query_hostapis()]
    default = _default_index(library)
    cards: list[DeviceCard] = []
    seen: dict[str, int] = {}
    for index, device in enumerate(library.query_devices()):
        channels, rate = int(device["max_input_channels"]), int(device["default_samplerate"])
        if channels < 1:
            continue
        name = " ".join(str(device["name"]).split())
        device_id = f"{apis[device['hostapi']]}: {name}"
        seen[device_id] = seen.get(device_id, 0) + 1
        is_hardware = "(hw:" in name or apis[device["hostapi"]] != "ALSA"
        is_monitor = _LOOPBACK.search(name) is not None
        inputs = min(channels, _MOST_INPUTS) if is_hardware and not is_monitor else 1
        card = DeviceCard(
            device_id,
            name,
            channels,
            rate,
            is_default=index == default,
            index=index,
            inputs=inputs,
            is_monitor=is_monitor,
        )
        if seen[device_id] > 1:
            place = f" #{seen[device_id]}"
            card = replace(card, id=device_id + place, label=name + place)
        cards.append(card)
    return cards


def _default_index(library: Any) -> int | None:
    try:
        return int(library.query_devices(kind="input")["index"])
    except library.PortAudioError:  # there is none
        return None


def merge_sources(
    cards: Sequence[DeviceCard], sources: Sequence[PulseSource] | None
) -> list[DeviceCard]:
    """The devices by the sound server's names, where there is one that PortAudio can reach.

    PortAudio's own names for the same hardware, and for "whatever is the default", are left out
    then: who chose both would caption one microphone twice. Names that somebody has given to ALSA
    stay, and interfaces of more than two inputs: the server's way mixes those up.
    """
    way = next((card for card in cards if card.label == _WAY_TO_SERVER), None)
    if way is None or not sources:
        return list(cards)
    served = [
        DeviceCard(
            id=f"{SERVED}{source.name}",
            label=source.label,
            channels=source.channels,
            rate=source.rate,
            is_default=source.is_default,
            index=way.index,
            source=source.name,
            inputs=2 if source.is_stereo and not source.is_monitor else 1,
            is_monitor=source.is_monitor,
        )
        for source in sorted(sources, key=lambda each: each.is_monitor)
    ]
    named = [card for card in cards if not _is_stand_in(card)]
    return served + [replace(card, is_default=False) for card in named]


def _is_stand_in(card: DeviceCard) -> bool:
    if "(hw:" in card.label:
        return card.channels <= _MOST_CHANNELS
    return card.label.partition(":")[0] in _STAND_INS


def find_card(cards: Iterable[DeviceCard], device_id: str) -> DeviceCard:
    """The device of this id. Raises AudioError("no_device")."""
    for card in cards:
        if card.id == device_id:
            return card
    raise AudioError(
        "no_device",
        f"The microphone {device_id} is not there: plug it in, or choose another;"
        " `captioner devices` lists them.",
    )


def start_stream(
    library: Any, card: DeviceCard, hooks: dict[str, Any], *, is_split: bool = False
) -> Any:
    """A running stream at the device's own rate, or at the first one that it accepts.

    `hooks`: callback and finished_callback, called on a thread of PortAudio; `is_split`: they want
    all inputs. Raises AudioError.
    """
    rates = [rate for rate in dict.fromkeys((card.rate, *_OTHER_RATES)) if is_usable_rate(rate)]
    reason = ""
    for channels in _widths(card, is_split):
        for rate in rates:
            try:
                with _steered_to(card.source):
                    return _start(library, card.index, rate, channels, hooks)
            except library.PortAudioError as error:
                reason = str(error).splitlines()[0] if str(error) else repr(error)
    raise AudioError(
        "device_failed",
        f"The microphone {card.label} does not open ({reason}): plug it in again, or close the"
        " program that uses it.",
    )


def _widths(card: DeviceCard, is_split: bool) -> Iterable[int]:
    """How many inputs to ask for, what is best first."""
    if is_split:
        return (card.inputs,)
    if card.source:
        # The server mixes: asked for two of an interface without left and right it sends silence.
        return (1,)
    return dict.fromkeys((min(card.channels, _MOST_CHANNELS), card.channels))


@contextmanager
def _steered_to(source: str) -> Iterator[None]:
    """Have the sound server's next stream hear this source: its library reads the variable anew
    for every stream. An empty name changes nothing."""
    before = os.environ.get(_STEERS)
    if source:
        os.environ[_STEERS] = source
    try:
        yield
    finally:
        if source and before is None:
            os.environ.pop(_STEERS, None)
        elif source and before is not None:
            os.environ[_STEERS] = before


def _start(library: Any, index: int, rate: int, channels: int, hooks: dict[str, Any]) -> Any:
    stream = library.InputStream(
        device=index,
        samplerate=rate,
        channels=channels,
        dtype="float32",
        latency="high",  # odd block sizes and losses otherwise; 32 ms blocks either way
        blocksize=round(rate * _BLOCK_S),
        **hooks,
    )
    try:
        stream.start()
    except library.PortAudioError:
        stream.close()
        raise
    return stream


def close_stream(stream: Any) -> None:
    """Stop and close it; one whose device is gone does not refuse."""
    stream.abort()
    stream.close()
