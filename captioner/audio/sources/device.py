"""Local microphones: listed, opened one at a time, followed until they are lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

from captioner.audio.frame import Samples, mix_to_mono
from captioner.audio.level import StallWatch
from captioner.audio.resample import Resampler
from captioner.audio.sources.block_queue import ArrivedBlock, BlockQueue
from captioner.audio.sources.inputs import (
    NOWHERE,
    Home,
    Hooks,
    OpenedStream,
    SharedInputs,
    split_input,
)
from captioner.audio.sources.portaudio import (
    SERVED,
    DeviceCard,
    close_stream,
    find_card,
    list_cards,
    load_sounddevice,
    look_again,
    merge_sources,
    start_stream,
)
from captioner.audio.sources.pulse import HOLD_S, PulseWatch, StreamWatch
from captioner.audio.sources.pulse_listing import PulseSource
from captioner.clock import Clock, SystemClock
from captioner.errors import AudioError
from captioner.settings import Settings

_QUEUE_BLOCKS = 300
"""About 10 s: what the loop may be away before silence takes the place of sound."""

_LOOK_S = 0.25
"""How often a stream that sends nothing is looked at."""

_MOVED = "was taken away, and the sound server put another one in its place"


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
        self._labels: dict[str, str] = {}
        self._shared = SharedInputs()

    async def devices(self) -> list[DeviceCard]:
        """The microphones, freshly looked for unless one is open. Raises AudioError."""
        async with self._lock:
            library = await asyncio.to_thread(self._load_library)
            if not self._open_streams:  # looking again would end every stream
                await asyncio.to_thread(look_again, library)
            return self._cards(library, await self.pulse.sources())

    async def muted(self) -> frozenset[str]:
        """The ids of those that are switched off in the system's sound settings, as far as the
        sound server says so; may be asked while microphones are open."""
        sources = await self.pulse.sources() or []
        return frozenset(f"{SERVED}{each.name}" for each in sources if each.is_muted)

    def device(self, device_id: str, settings: Settings) -> "DeviceSource":
        """The source for one of `devices`."""
        return DeviceSource(device_id, settings, self)

    def label(self, device_id: str) -> str:
        """What people call it, as far as it has been seen."""
        device, number = split_input(device_id)
        label = self._labels.get(device) or device.partition(": ")[2] or device
        return label if number is None else f"{label}, input {number}"

    async def open_stream(self, device_id: str, home: Home | None, hooks: Hooks) -> OpenedStream:
        """Open a device and watch it where it belongs to a sound server. Raises AudioError.

        `home`: None at first; afterwards what it heard: it hears that again or it stays lost.
        """
        device, number = split_input(device_id)
        if number is None:
            return await self._open(device, home, hooks)
        whole = partial(self._open, device, home, is_split=True)
        opened = await self._shared.open(device, number, hooks, whole)
        if number > opened.stream.channels:
            await self.close_stream(opened)
            find_card([], device_id)
        return opened

    async def _open(
        self, device_id: str, home: Home | None, hooks: Hooks, *, is_split: bool = False
    ) -> OpenedStream:
        async with self._lock:
            library = await asyncio.to_thread(self._load_library)
            card = await self._find(library, device_id, home)
            before = await self.pulse.outputs()
            opening = asyncio.create_task(
                asyncio.to_thread(start_stream, library, card, hooks, is_split=is_split)
            )
            watch: StreamWatch | None = None
            try:
                stream = await asyncio.shield(opening)
                watch = None if before is None else await self.pulse.watch_since(before)
                hears = await self._home_of(watch)
            except asyncio.CancelledError:  # the thread goes on: nobody else would close it
                with contextlib.suppress(AudioError):
                    close_stream(await opening)
                if watch is not None:
                    await self.pulse.forget(watch)
                raise
            self._open_streams += 1
        opened = OpenedStream(stream, watch, hears)
        expected = home or (frozenset({card.source}) if card.source else NOWHERE)
        if expected and hears != expected:
            await self._close(opened)
            raise AudioError("device_failed", _elsewhere(card))
        return opened

    async def close_stream(self, opened: OpenedStream) -> None:
        """Stop and close it; a device that is gone cannot refuse."""
        if opened.split is None or await self._shared.leave(opened):
            await self._close(opened)

    async def _close(self, opened: OpenedStream) -> None:
        async with self._lock:
            self._open_streams -= 1
            await asyncio.to_thread(close_stream, opened.stream)
            if opened.watch is not None:
                await self.pulse.forget(opened.watch)

    def _cards(self, library: Any, sources: list[PulseSource] | None) -> list[DeviceCard]:
        cards = merge_sources(list_cards(library), sources)
        self._labels.update({card.id: card.label for card in cards})
        return cards

    async def _find(self, library: Any, device_id: str, home: Home | None) -> DeviceCard:
        """The device as of now. A name of ALSA's is listed for ever: the server knows better."""
        sources = await self.pulse.sources()
        if home and sources is not None and not home <= {source.name for source in sources}:
            return find_card([], device_id)
        if home is not None and not home and not self._open_streams:
            await asyncio.to_thread(look_again, library)  # it may have been plugged in since
        cards = self._cards(library, sources)
        return find_card([*cards, *list_cards(library)], device_id)

    async def _home_of(self, watch: StreamWatch | None) -> Home:
        """The names of what a stream hears; nothing where that cannot be told."""
        if watch is None:
            return NOWHERE
        names = {source.index: source.name for source in await self.pulse.sources() or ()}
        heard = {names.get(index, "") for index in watch.outputs.values()}
        return NOWHERE if "" in heard else frozenset(heard)


class DeviceSource:
    """One microphone of this machine; see AudioSource.

    It is lost when its stream ends, when it sends nothing for `stall_s`, and when a sound server
    has moved it to another microphone: pulse.py says what is promised then.
    """

    def __init__(self, device_id: str, settings: Settings, system: SoundSystem) -> None:
        self._id = device_id
        self._system = system
        self._queue = BlockQueue(_QUEUE_BLOCKS)
        self._stall_s = settings.audio.stall_s
        self._stall = StallWatch(self._stall_s)
        self._opened: OpenedStream | None = None
        self._home: Home | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._is_finished = False
        self.arrived_at_s = 0.0
        """See TimedSource: the moment on PortAudio's thread, less what the resampler holds back."""
        self.lost_s = 0.0
        """See TimedSource."""

    @property
    def label(self) -> str:
        return self._system.label(self._id)

    @property
    def dropped_frames(self) -> int:
        """Samples at the device's rate that silence replaced, since nobody took them in time."""
        return self._queue.dropped_frames

    async def open(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue = BlockQueue(_QUEUE_BLOCKS)
        self._stall = StallWatch(self._stall_s)
        self._is_finished = False
        hooks: Hooks = {"callback": self._accept_sound, "finished_callback": self._accept_end}
        self._opened = await self._system.open_stream(self._id, self._home, hooks)
        self._home = self._opened.home
        self._stall.note_opened(self._system.clock.monotonic_s())

    async def close(self) -> None:
        opened, self._opened = self._opened, None
        self._wake.set()
        if opened is not None:
            await self._system.close_stream(opened)

    async def blocks(self) -> AsyncIterator[Samples]:
        if self._opened is None:
            return
        rate = self._opened.stream.samplerate
        resampler = Resampler(rate)
        loss: AudioError | None = None
        while loss is None and self._opened is not None:
            arrived = self._queue.take()
            if arrived is None:
                loss = await self._wait()
            elif await self._is_ours(arrived):
                self._stall.note_block(arrived.at_s)
                samples = resampler.accept(mix_to_mono(arrived.samples))
                self.arrived_at_s = arrived.at_s - resampler.held_back_s
                self.lost_s = self._queue.dropped_frames / rate
                if len(samples):
                    yield samples
            elif self._opened is not None:
                loss = self._lost(_MOVED)
        if loss is not None:
            yield resampler.flush()
            raise loss

    @property
    def _watch(self) -> StreamWatch | None:
        return None if self._opened is None else self._opened.watch

    async def _wait(self) -> AudioError | None:
        """Until there may be a block; the reason where there will be none."""
        if self._is_finished and self._queue.is_empty:  # in this order: its last block comes first
            return self._lost("was unplugged or switched off")
        if self._watch is not None and self._watch.is_moved:
            return self._lost(_MOVED)
        if self._stall.is_stalled(self._system.clock.monotonic_s()):
            return self._lost("no longer sends any sound")
        self._wake.clear()
        if self._queue.is_empty and self._opened is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await self._wake.wait()
        return None

    async def _is_ours(self, arrived: ArrivedBlock) -> bool:
        """Whether the block is of this microphone; waits for the news of the contrary."""
        watch = self._watch
        if watch is None:
            return True
        waited_s = self._system.clock.monotonic_s() - arrived.at_s
        # Always by a timer: the loop reads the server's news before it fires one.
        await asyncio.sleep(max(0.001, HOLD_S - waited_s))
        return await watch.is_own()

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


def _elsewhere(card: DeviceCard) -> str:
    return (
        f"The microphone {card.label} is not what the sound server gives us under its name:"
        " choose it again, or another."
    )
