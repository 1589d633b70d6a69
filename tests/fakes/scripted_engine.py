"""A recogniser that does as it is told, and workers without a thread."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from captioner.asr.decoder import Outcome
from captioner.asr.engine import DecodeRequest, Encoded, Engine, GenerateOptions, WindowFloors
from captioner.asr.inference import Inference, choose_usual
from captioner.asr.worker import DecodeWorker
from captioner.audio.frame import Samples
from captioner.domain import Hypothesis
from captioner.errors import DecodeError
from tests.fakes.tone_source import heard


def refused(message: str = "The engine was told to fail.") -> DecodeError:
    return DecodeError("decode_failed", message)


def gpu_failed() -> DecodeError:
    return DecodeError("gpu_failed", "The decoder failed: CUDA failed with error out of memory.")


@dataclass(frozen=True, slots=True, eq=False)
class ScriptedRow:
    """One stretch after the encoder: the sound itself."""

    window_s: float
    samples: Samples


@dataclass(frozen=True, slots=True)
class Generated:
    """One call of `generate`, as it came."""

    texts: tuple[str, ...]
    windows_s: tuple[float, ...]
    languages: tuple[str, ...]
    options: GenerateOptions


class ScriptedEngine:
    """Hears what `tone_source` says, or what `hears` makes of the samples; records every call.

    `encode_fails` and `generate_fails` are asked before each call for the error to raise.
    Unrealistic: it takes no time, and a word in half a window is heard as well as a whole one.
    """

    name = "scripted"
    languages = ("en", "nl")
    conditions = "scripted"

    def __init__(self, hears: Callable[[Samples], str] = heard) -> None:
        self.hears = hears
        self.load_fails: Exception | None = None
        self.encode_fails: Callable[[Samples], Exception | None] = lambda _: None
        self.generate_fails: Callable[[Sequence[str]], Exception | None] = lambda _: None
        self.believes: Callable[[str, float, float], tuple[str, float, float]] = lambda text, *_: (
            text,
            -0.1,
            0.0,
        )
        """Of a text, its window and the temperature: the text, its average log probability and the
        probability that nobody spoke."""
        self.floors = WindowFloors()
        self.loaded = 0
        self.fell_back = 0
        self.runs_on_gpu = False
        """Whether there is a CPU to fall back on."""
        self.encoded: list[tuple[int, float]] = []
        """Samples and window of every stretch."""
        self.encode_calls: list[int] = []
        """Stretches of every call of `encode` and `encode_together`."""
        self.generated: list[Generated] = []

    def load(self) -> None:
        if self.load_fails is not None:
            raise self.load_fails
        self.loaded += 1

    def fall_back(self) -> bool:
        """As if loaded anew: `load_fails` counts here too."""
        if not self.runs_on_gpu:
            return False
        if self.load_fails is not None:
            raise self.load_fails
        self.runs_on_gpu = False
        self.fell_back += 1
        return True

    def encode_together(self, stretches: Sequence[Samples], window_s: float) -> list[Encoded]:
        self.encode_calls.append(len(stretches))
        return [self._encode(samples, window_s) for samples in stretches]

    def encode(self, samples: Samples, window_s: float) -> Encoded:
        self.encode_calls.append(1)
        return self._encode(samples, window_s)

    def _encode(self, samples: Samples, window_s: float) -> Encoded:
        self.encoded.append((len(samples), window_s))
        if (error := self.encode_fails(samples)) is not None:
            raise error
        return ScriptedRow(window_s, samples)

    def generate(
        self, rows: Sequence[Encoded], languages: Sequence[str], options: GenerateOptions
    ) -> list[Hypothesis]:
        texts = [self.hears(row.samples) for row in rows if isinstance(row, ScriptedRow)]
        windows = tuple(row.window_s for row in rows)
        self.generated.append(Generated(tuple(texts), windows, tuple(languages), options))
        if (error := self.generate_fails(texts)) is not None:
            raise error
        hypotheses = []
        for text, language, window_s in zip(texts, languages, windows, strict=True):
            said, likelihood, no_speech = self.believes(text, window_s, options.temperature)
            hypotheses.append(Hypothesis(said, language, likelihood, no_speech))
        return hypotheses


Job = tuple[Sequence[DecodeRequest], Callable[[list[Outcome]], None]]


class HeldWorker(DecodeWorker):
    """Decodes when it is told to, on the caller's thread: a decode can be as slow as one likes.

    Unrealistic: the loop waits while it decodes.
    """

    def __init__(self, engine: Engine, beam_size: int = 1) -> None:
        super().__init__(engine, beam_size)
        self.held: list[Job] = []
        self._inference = Inference(engine, beam_size, choose_usual, lambda _: None)

    def submit(self, batch: Sequence[DecodeRequest], done: Callable[[list[Outcome]], None]) -> None:
        self.held.append((batch, done))

    def finish(self) -> None:
        """Decode what is held."""
        held, self.held = self.held, []
        for batch, done in held:
            done(self._inference.decode(batch, self.hotwords))


class PromptWorker(HeldWorker):
    """Decodes in the next turn of the loop, so that runs can be repeated."""

    def submit(self, batch: Sequence[DecodeRequest], done: Callable[[list[Outcome]], None]) -> None:
        super().submit(batch, done)
        asyncio.get_running_loop().call_soon(self.finish)
