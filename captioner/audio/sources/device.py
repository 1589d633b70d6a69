"""Local microphones: listed, opened one at a time, followed until they are lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from captioner.audio.frame import Samples, mix_to_mono
from captioner.audio.level import StallWatch
from captioner.audio.resample import Resampler
from captioner.audio.sources.block_queue import ArrivedBlock, BlockQueue
from captioner.audio.sources.portaudio import (
    DeviceCard,
    close_stream,
    find_card,
    list_cards,
    load_sounddevice,
    look_again,
    start_stream,
)
from captioner.audio.sources.pulse import HOLD_S, PulseWatch, StreamWatch
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

    async def devices(self) -> list[DeviceCard]:
        """The microphones, freshly looked for unless one is open. Raises AudioError."""
        async with self._lock:
            library = await asyncio.to_thread(self._load_library)
            if not self._open_streams:  # looking again would end every stream
                await asyncio.to_thread(look_again, library)
            return list_cards(library)

    def device(self, device_id: str, settings: Settings) -> "DeviceSource":
        """The source for one of `devices`."""
        return DeviceSource(device_id, settings, self)

    async def open_stream(self, device_id: str, **hooks: Any) -> tuple[Any, StreamWatch | None]:
        """A running stream, and its watch where it belongs to a sound server. Raises AudioError."""
        async with self._lock:
            library = await asyncio.to_thread(self._load_library)
            card = find_card(list_cards(library), device_id)
            before = await self.pulse.outputs()
            opening = asyncio.create_task(asyncio.to_thread(start_stream, library, card, hooks))
            try:
                stream = await asyncio.shield(opening)
                watch = None if before is None else await self.pulse.watch_since(before)
            except asyncio.CancelledError:  # the thread goes on: nobody else would close it
                with contextlib.suppress(AudioError):
                    close_stream(await opening)
                raise
            self._open_streams += 1
            return stream, watch

    async def close_stream(self, stream: Any, watch: StreamWatch | None) -> None:
        """Stop and close it; a device that is gone cannot refuse."""
        async with self._lock:
            self._open_streams -= 1
            await asyncio.to_thread(close_stream, stream)
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
        self.arrived_at_s = 0.0
        """See TimedSource: the moment on PortAudio's thread, less what the resampler holds back."""
        self.lost_s = 0.0
        """See TimedSource."""

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
        rate = self._stream.samplerate
        resampler = Resampler(rate)
        loss: AudioError | None = None
        while loss is None and self._stream is not None:
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
            elif self._stream is not None:
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
                async with asyncio.timeout(_LOOK_S):
                    await self._wake.wait()
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
