"""Microphones that say what a test tells them to, and what hears them."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from captioner.asr.engine import Encoded, GenerateOptions, WindowFloors
from captioner.asr.weights import Weights
from captioner.asr.worker import DecodeWorker
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.audio.source import AudioSource
from captioner.audio.vad import SileroModel
from captioner.domain import Hypothesis
from captioner.errors import AudioError, DecodeError
from captioner.server.desk import DeviceOffer
from captioner.service.running import Hearing
from captioner.settings import Settings

_SPOKEN = """
zero one two three four five six seven eight nine ten red orange yellow green blue pink
morning everybody welcome thank you please budget agenda question answer decision
"""
WORDS = tuple(_SPOKEN.split())
"""What can be said; each word is a tone of its own."""

WORD_FRAMES = 7
_FIRST_BIN, _BIN_STEP, _HOP = 10, 4, 256


def sound_of(text: str) -> Samples:
    """Each word as a tone of 224 ms, followed by one frame of silence."""
    times = np.arange(WORD_FRAMES * FRAME_SAMPLES) / SAMPLE_RATE
    gap = np.zeros(FRAME_SAMPLES, np.float32)
    parts: list[Samples] = [np.zeros(0, np.float32)]
    for word in text.split():
        hertz = (_FIRST_BIN + _BIN_STEP * WORDS.index(word)) * SAMPLE_RATE / FRAME_SAMPLES
        parts += [(0.5 * np.sin(2 * np.pi * hertz * times)).astype(np.float32), gap]
    return np.concatenate(parts)


def silence_of(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def hear(samples: Samples) -> str:
    """The words of `sound_of`, wherever in the samples they are; half a word counts as none."""
    words: list[str] = []
    heard, hops = -1, 0
    for start in range(0, len(samples) - FRAME_SAMPLES + 1, _HOP):
        window = samples[start : start + FRAME_SAMPLES]
        loud = float(np.sqrt(np.mean(window**2))) > 0.3
        peak = round((int(np.abs(np.fft.rfft(window)).argmax()) - _FIRST_BIN) / _BIN_STEP)
        hops = hops + 1 if loud and peak == heard else int(loud)
        heard = peak if loud else -1
        if hops == WORD_FRAMES and 0 <= heard < len(WORDS):
            words.append(WORDS[heard])
    return " ".join(words)


class LoudnessModel(SileroModel):
    """Takes for a voice whatever is loud. Unrealistic: at once, and of any sound."""

    def load(self) -> None:
        """There is nothing to read."""

    def run(
        self,
        window: npt.NDArray[np.float32],
        h: npt.NDArray[np.float32],
        c: npt.NDArray[np.float32],
    ) -> tuple[float, npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        loudness = float(np.sqrt(np.mean(window[0, -FRAME_SAMPLES:] ** 2)))
        return float(loudness > 0.01), h, c


@dataclass(frozen=True, slots=True, eq=False)
class HeardWindow:
    """What stands in for an encoder's output."""

    window_s: float
    text: str


class ToneEngine:
    """Hears the words of `sound_of`; fails or waits when it is told to.

    Unrealistic: it is never wrong, and as quick for thirty seconds as for one.
    """

    def __init__(self) -> None:
        self.failures = 0
        """How many of the next decodes fail."""
        self.may_decode = threading.Event()
        """Cleared: whatever is decoded waits for it."""
        self.may_decode.set()
        self.loaded = 0

    @property
    def name(self) -> str:
        return "tones"

    @property
    def languages(self) -> tuple[str, ...]:
        return ("en",)

    @property
    def conditions(self) -> str:
        return "tones"

    @property
    def floors(self) -> WindowFloors:
        return WindowFloors()

    def load(self) -> None:
        self.loaded += 1

    def fall_back(self) -> bool:
        return False

    def encode_together(self, stretches: Sequence[Samples], window_s: float) -> list[Encoded]:
        return [self.encode(samples, window_s) for samples in stretches]

    def encode(self, samples: Samples, window_s: float) -> Encoded:
        return HeardWindow(window_s, hear(samples))

    def generate(
        self, rows: Sequence[Encoded], languages: Sequence[str], options: GenerateOptions
    ) -> list[Hypothesis]:
        assert options.beam_size >= 1
        assert options.longest_s > 0
        self.may_decode.wait(30)
        if self.failures:
            self.failures -= 1
            raise DecodeError("decode_failed", "It was told to fail.")
        texts = [row.text for row in rows if isinstance(row, HeardWindow)]
        return [
            Hypothesis(text, language, -0.1, 0.01)
            for text, language in zip(texts, languages, strict=True)
        ]


class ToneHearing:
    """Loads a ToneEngine where the service would load Whisper; a HearingLoader."""

    def __init__(self) -> None:
        self.engine = ToneEngine()
        self.loads: list[str] = []
        """The weights that were asked for."""
        self.may_load = asyncio.Event()
        self.may_load.set()

    async def __call__(self, weights: Weights, _: SileroModel, settings: Settings) -> Hearing:
        self.loads.append(weights.name)
        await self.may_load.wait()
        worker = DecodeWorker(self.engine, settings.asr.beam_size)
        await worker.load()
        return Hearing(worker, LoudnessModel())


class ScriptedSource:
    """A microphone in which a test speaks; see AudioSource.

    Unrealistic: its sound comes as fast as it is taken, so a meeting of minutes takes moments.
    """

    def __init__(self, label: str, problem: Exception | None = None) -> None:
        self._label = label
        self._problem = problem
        self._queue: asyncio.Queue[Samples | Exception | None] = asyncio.Queue()
        self.is_open = False
        self.opened = 0
        self.closed = 0

    @property
    def label(self) -> str:
        return self._label

    async def open(self) -> None:
        if self._problem is not None:
            raise self._problem
        self.is_open = True
        self.opened += 1

    async def blocks(self) -> AsyncIterator[Samples]:
        while True:
            block = await self._queue.get()
            if isinstance(block, Exception):
                self._queue.task_done()
                raise block
            if block is None:
                self._queue.task_done()
                return
            yield block
            self._queue.task_done()

    async def close(self) -> None:
        self.is_open = False
        self.closed += 1

    def say(self, text: str) -> None:
        """Speak; the voice goes on until there is silence."""
        self._queue.put_nowait(sound_of(text))

    def play(self, samples: Samples) -> None:
        """Any sound."""
        self._queue.put_nowait(samples)

    def be_silent(self, seconds: float = 1.0) -> None:
        """Half a second ends an utterance."""
        self._queue.put_nowait(silence_of(seconds))

    def vanish(self, error: Exception | None = None) -> None:
        """Be unplugged, or fail as a driver does."""
        self._queue.put_nowait(
            error or AudioError("device_lost", f"The microphone {self._label} was unplugged.")
        )

    def stop_sending(self) -> None:
        """End without a word of why."""
        self._queue.put_nowait(None)

    async def taken(self) -> None:
        """Until everything said so far has been taken."""
        await self._queue.join()


class FakeDevices:
    """A table full of scripted microphones, by id; see Devices."""

    def __init__(self, ids: Iterable[str] = ("mic-1", "mic-2", "mic-3")) -> None:
        self.sources = {each: ScriptedSource(f"Microphone {each}") for each in ids}
        self.problem: AudioError | None = None
        """Why there is no list of microphones, if there is none."""
        self.switched_off: set[str] = set()
        """Those that the system itself has muted."""

    async def muted(self) -> frozenset[str]:
        return frozenset(self.switched_off)

    async def offers(self) -> list[DeviceOffer]:
        if self.problem is not None:
            raise self.problem
        return [
            DeviceOffer(
                id=each, label=source.label, channels=1, rate=48000, default=each == "mic-1"
            )
            for each, source in self.sources.items()
        ]

    def source(self, device: str) -> AudioSource:
        if device not in self.sources:
            raise AudioError("no_device", f"There is no microphone {device}.")
        return self.sources[device]

    def breaks(self, device: str, problem: Exception | None = None) -> None:
        """This one will not open."""
        failure = problem or AudioError("device_failed", f"The microphone {device} does not open.")
        self.sources[device] = ScriptedSource(f"Microphone {device}", failure)


def as_json(devices: Iterable[str], **others: Any) -> dict[str, Any]:
    """The body of POST /api/meetings for these devices, one speaker each."""
    names = ("Anna", "Bram", "Chen")
    channels = [
        {"device": device, "name": name, "language": "en"}
        for device, name in zip(devices, names, strict=False)
    ]
    return {"title": "Monday", "weights": "demo", "channels": channels, **others}
