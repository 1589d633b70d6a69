"""What sounddevice offers of itself to us, without a sound card."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt


class FakePortAudioError(Exception):
    """Stands for sounddevice.PortAudioError."""


@dataclass
class FakeDevice:
    """A device; `plays` is handed over, block by block, as soon as it is started."""

    name: str
    channels: int = 1
    rate: float = 48_000.0
    plays: npt.NDArray[np.float32] | None = None
    """(frames,): the same sound on every channel."""
    refuses: str = ""
    """Why it does not open."""
    rates: Sequence[int] = ()
    """The only rates that it accepts; empty: all."""
    api: int = 0


class FakeStream:
    """Keeps the rules of an InputStream. Unrealistic: calls back from the thread that feeds it."""

    def __init__(
        self,
        device: FakeDevice,
        samplerate: int,
        channels: int,
        blocksize: int,
        callback: Callable[..., None],
        finished_callback: Callable[[], None],
    ) -> None:
        self.device = device
        self.samplerate = float(samplerate)
        self.channels = channels
        self._blocksize = blocksize
        self._callback = callback
        self._finished = finished_callback
        self.is_running = False
        self.is_closed = False

    def start(self) -> None:
        self.is_running = True
        if self.device.plays is not None:
            self.feed(np.repeat(self.device.plays[:, None], self.channels, axis=1))

    def feed(self, samples: npt.NDArray[np.float32]) -> None:
        """Hand (frames, channels) over as PortAudio does: in blocks that are only lent."""
        for offset in range(0, len(samples), self._blocksize):
            lent = samples[offset : offset + self._blocksize].copy()
            self._callback(lent, len(lent), None, None)
            lent[:] = 9.0

    def finish(self) -> None:
        """The device is gone."""
        self.is_running = False
        self._finished()

    def abort(self) -> None:
        if self.is_running:
            self.finish()

    def close(self) -> None:
        assert not self.is_running
        self.is_closed = True


@dataclass
class FakePortAudio:
    """The module. Fails when two threads are in it at once, as PortAudio may."""

    devices: list[FakeDevice]
    default: int = 0
    streams: list[FakeStream] = field(default_factory=list)
    looks: int = 0
    """How often it was started anew."""
    opening: threading.Event | None = None
    """Where given, opening waits for it."""
    asked: list[tuple[int, int]] = field(default_factory=list)
    """Rate and channels of every attempt to open."""
    PortAudioError: type[Exception] = FakePortAudioError
    _busy: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> "FakePortAudio":
        """Loads the library: itself."""
        return self

    def _terminate(self) -> None:
        assert all(stream.is_closed for stream in self.streams)

    def _initialize(self) -> None:
        self.looks += 1

    def query_hostapis(self) -> list[dict[str, Any]]:
        return [{"name": "ALSA"}, {"name": "JACK"}]

    def query_devices(self, kind: str | None = None) -> Any:
        entries = [
            {
                "index": index,
                "name": device.name,
                "hostapi": device.api,
                "max_input_channels": device.channels,
                "default_samplerate": device.rate,
            }
            for index, device in enumerate(self.devices)
        ]
        if kind is None:
            return entries
        if self.default >= len(entries):
            raise FakePortAudioError("no default input")
        return entries[self.default]

    def InputStream(  # noqa: N802
        self, *, device: int, samplerate: int, channels: int, blocksize: int, **rest: Any
    ) -> FakeStream:
        assert self._busy.acquire(blocking=False), "PortAudio is not thread-safe"
        try:
            self.asked.append((samplerate, channels))
            if self.opening is not None:
                self.opening.wait(10)
            chosen = self.devices[device]
            if chosen.refuses:
                raise FakePortAudioError(chosen.refuses)
            if chosen.rates and samplerate not in chosen.rates:
                raise FakePortAudioError("Invalid sample rate [PaErrorCode -9997]")
            assert rest.pop("dtype") == "float32"
            assert rest.pop("latency") == "high"
            stream = FakeStream(chosen, samplerate, channels, blocksize, **rest)
            self.streams.append(stream)
            return stream
        finally:
            self._busy.release()
