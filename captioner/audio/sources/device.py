"""Local microphones through PortAudio; the only file that knows sounddevice."""

import asyncio
import contextlib
import importlib
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from captioner.audio.frame import Samples, mix_to_mono
from captioner.audio.level import StallWatch
from captioner.audio.resample import Resampler, is_usable_rate
from captioner.audio.sources.block_queue import ArrivedBlock, BlockQueue
from captioner.audio.sources.pulse import HOLD_S, PulseWatch, StreamWatch
from captioner.clock import Clock, SystemClock
from captioner.errors import AudioError
from captioner.settings import Settings

_BLOCK_S = 0.032
_QUEUE_BLOCKS = 300
"""About 10 s: what the loop may be away before silence takes the place of sound."""

_MOST_CHANNELS = 2
"""Of a device that offers 32, as ALSA's plugins do, only the first ones are somebody's."""

_OTHER_RATES = (48_000, 44_100, 16_000)
_LOOK_S = 0.25
"""How often a stream that sends nothing is looked at."""

_MOVED = "was taken away, and the sound server put another one in its place"


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


class SoundSystem:
    """PortAudio, and what its streams share; one per process. Used from the loop's thread."""

    def __init__(
        self,
        load_library: Callable[[], Any] | None = None,
        pulse: PulseWatch | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`load_library`: what stands in for sounddevice in tests."""
        self._load_library = load_library or load_sounddevice
        self.pulse = pulse or PulseWatch()
        self.clock = clock or SystemClock()
        self._lock = asyncio.Lock()  # PortAudio is not thread-safe
        self._open_streams = 0

    async def devices(self) -> list[DeviceCard]:
        """The microphones, freshly looked for unless one is open. Raises AudioError."""
        async with self._lock:
            library = await asyncio.to_thread(self._load_library)
            if not self._open_streams:  # looking again would end every stream
                await asyncio.to_thread(_look_again, library)
            return _cards(library)

    def device(self, device_id: str, settings: Settings) -> "DeviceSource":
        """The source for one of `devices`."""
        return DeviceSource(device_id, settings, self)

    async def open_stream(self, device_id: str, **hooks: Any) -> tuple[Any, StreamWatch | None]:
        """A running stream, and its watch where it belongs to a sound server. Raises AudioError."""
        async with self._lock:
            library = await asyncio.to_thread(self._load_library)
            card = _find(_cards(library), device_id)
            before = await self.pulse.outputs()
            opening = asyncio.create_task(asyncio.to_thread(_start_any, library, card, hooks))
            try:
                stream = await asyncio.shield(opening)
                watch = None if before is None else await self.pulse.watch_since(before)
            except asyncio.CancelledError:  # the thread goes on: nobody else would close it
                with contextlib.suppress(AudioError):
                    _close(await opening)
                raise
            self._open_streams += 1
            return stream, watch

    async def close_stream(self, stream: Any, watch: StreamWatch | None) -> None:
        """Stop and close it; a device that is gone cannot refuse."""
        async with self._lock:
            self._open_streams -= 1
            await asyncio.to_thread(_close, stream)
            if watch is not None:
                await self.pulse.forget(watch)


class DeviceSource:
    """One microphone of this machine; see AudioSource.

    It is lost when its stream ends, when it sends nothing for `stall_s`, and when a sound server
    has moved it to another microphone: pulse.py says what is promised then.
    """

    def __init__(self, device_id: str, settings: Settings, system: SoundSystem) -> None:
        self._id = device_id
        self._system = system
        self._queue = BlockQueue(_QUEUE_BLOCKS)
        self._stall = StallWatch(settings.audio.stall_s)
        self._stream: Any = None
        self._watch: StreamWatch | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._is_finished = False

    @property
    def label(self) -> str:
        return self._id.partition(": ")[2] or self._id

    @property
    def dropped_frames(self) -> int:
        """Samples at the device's rate that silence replaced, since nobody took them in time."""
        return self._queue.dropped_frames

    async def open(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stream, self._watch = await self._system.open_stream(
            self._id, callback=self._accept_sound, finished_callback=self._accept_end
        )
        self._stall.note_opened(self._system.clock.monotonic_s())

    async def close(self) -> None:
        stream, self._stream = self._stream, None
        self._wake.set()
        if stream is not None:
            await self._system.close_stream(stream, self._watch)

    async def blocks(self) -> AsyncIterator[Samples]:
        if self._stream is None:
            return
        resampler = Resampler(self._stream.samplerate)
        loss: AudioError | None = None
        while loss is None and self._stream is not None:
            arrived = self._queue.take()
            if arrived is None:
                loss = await self._wait()
            elif await self._is_ours(arrived):
                self._stall.note_block(arrived.at_s)
                samples = resampler.accept(mix_to_mono(arrived.samples))
                if len(samples):
                    yield samples
            else:
                loss = self._lost(_MOVED)
        if loss is not None:
            yield resampler.flush()
            raise loss

    async def _wait(self) -> AudioError | None:
        """Until there may be a block; the reason where there will be none."""
        if self._is_finished and self._queue.is_empty:  # in this order: its last block comes first
            return self._lost("was unplugged or switched off")
        if self._watch is not None and self._watch.is_moved:
            return self._lost(_MOVED)
        if self._stall.is_stalled(self._system.clock.monotonic_s()):
            return self._lost("no longer sends any sound")
        self._wake.clear()
        if self._queue.is_empty and self._stream is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _LOOK_S)
        return None

    async def _is_ours(self, arrived: ArrivedBlock) -> bool:
        """Whether the block is of this microphone; waits for the news of the contrary."""
        if self._watch is None:
            return True
        waited_s = self._system.clock.monotonic_s() - arrived.at_s
        # Always by a timer: the loop reads the server's news before it fires one.
        await asyncio.sleep(max(0.001, HOLD_S - waited_s))
        return await self._watch.is_own()

    def _lost(self, what: str) -> AudioError:
        message = f"The microphone {self.label} {what}: plug it in again, or choose another."
        return AudioError("device_lost", message)

    def _accept_sound(self, block: Any, _frames: int, _time: Any, _flags: Any) -> None:
        """On PortAudio's thread: copy and go; `block` is only lent."""
        self._queue.put(block.copy(), self._system.clock.monotonic_s())
        self._call_loop()

    def _accept_end(self) -> None:
        """On PortAudio's thread: no more sound will come, wanted or not."""
        self._is_finished = True
        self._call_loop()

    def _call_loop(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._wake.set)


def load_sounddevice() -> Any:
    """sounddevice, which starts PortAudio when it is imported. Raises AudioError."""
    try:
        return importlib.import_module("sounddevice")
    except Exception as error:  # OSError without the library, its own error when that fails
        raise AudioError("no_portaudio", how_to_get_portaudio(sys.platform)) from error


def how_to_get_portaudio(platform: str) -> str:
    """One sentence for somebody on `platform`, a value of sys.platform."""
    if platform.startswith("linux"):
        way = "`sudo apt install libportaudio2` (Debian, Ubuntu) or `sudo dnf install portaudio`"
    else:
        way = "`pip install --force-reinstall sounddevice`, which brings it along"
    return f"The PortAudio library, which listens to microphones, is missing: {way}."


def _look_again(library: Any) -> None:
    library._terminate()
    library._initialize()


def _cards(library: Any) -> list[DeviceCard]:
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
        card = DeviceCard(device_id, name, channels, rate, index == default, index)
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


def _find(cards: Iterable[DeviceCard], device_id: str) -> DeviceCard:
    for card in cards:
        if card.id == device_id:
            return card
    raise AudioError(
        "no_device",
        f"The microphone {device_id} is not there: plug it in, or choose another;"
        " `captioner devices` lists them.",
    )


def _start_any(library: Any, card: DeviceCard, hooks: dict[str, Any]) -> Any:
    """The stream at the device's own rate, or at the first one that it accepts."""
    rates = [rate for rate in dict.fromkeys((card.rate, *_OTHER_RATES)) if is_usable_rate(rate)]
    reason = ""
    for channels in dict.fromkeys((min(card.channels, _MOST_CHANNELS), card.channels)):
        for rate in rates:
            try:
                return _start(library, card.index, rate, channels, hooks)
            except library.PortAudioError as error:
                reason = str(error).splitlines()[0] if str(error) else repr(error)
    raise AudioError(
        "device_failed",
        f"The microphone {card.label} does not open ({reason}): plug it in again, or close the"
        " program that uses it.",
    )


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


def _close(stream: Any) -> None:
    stream.abort()
    stream.close()
