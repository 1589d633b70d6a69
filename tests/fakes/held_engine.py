"""Whisper with a hand on its decoder, without Whisper."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from captioner.asr.engine import Encoded, GenerateOptions
from captioner.asr.weights import Languages, Weights
from captioner.audio.frame import FRAME_SAMPLES, Samples
from captioner.audio.vad import SileroModel
from captioner.bench.held import HeldWhisper
from captioner.domain import Hypothesis
from tests.fakes.scripted_engine import ScriptedEngine

LOUD = 0.01
NOWHERE = Weights("fake", Path("nowhere"), False, Languages.MANY, 0)


class HeldFake(HeldWhisper):
    """Hears what `hears` makes of the samples; records windows and the lengths it is held at.

    Unrealistic: it takes no time, unless `works` passes some.
    """

    def __init__(self, hears: Callable[[Samples], str] = lambda _: "noise") -> None:
        super().__init__(NOWHERE, "cpu", 1)
        self._ear = ScriptedEngine(hears)
        self.works: Callable[[float], None] = lambda _: None
        """Called with the seconds of every window that is encoded."""
        self.windows: list[float] = []
        self.held: tuple[int, ...] = ()
        self.lengths: list[tuple[int, ...]] = []
        """What was held at every call of `generate`."""
        self.sizes: list[int] = []

    def load(self) -> None:
        self._ear.load()

    def hold(self, lengths: Sequence[int]) -> None:
        self.held = tuple(lengths)

    def encode(self, samples: Samples, window_s: float) -> Encoded:
        self.windows.append(window_s)
        self.works(window_s)
        return self._ear.encode(samples, window_s)

    def encode_zeros(self, samples: Samples, window_s: float) -> Encoded:
        return self.encode(samples, window_s)

    def encode_together(self, stretches: Sequence[Samples], window_s: float) -> list[Encoded]:
        self.works(window_s)
        return [self._ear.encode(each, window_s) for each in stretches]

    def generate(
        self, rows: Sequence[Encoded], languages: Sequence[str], options: GenerateOptions
    ) -> list[Hypothesis]:
        self.lengths.append(self.held)
        self.sizes.append(len(rows))
        return self._ear.generate(rows, languages, options)


class LoudDetector:
    """Hears a voice in every frame that is louder than a whisper."""

    def speech_probability(self, samples: Samples) -> float:
        return float(abs(samples).max() > LOUD)

    def reset(self) -> None:
        """Nothing to forget."""


class LoudModel(SileroModel):
    """Stands where the voice detector's weights do, and hears as `LoudDetector` does."""

    def load(self) -> None:
        """Nothing to load."""

    def run(self, window: Any, h: Any, c: Any) -> tuple[float, Any, Any]:
        return float(abs(window[0, -FRAME_SAMPLES:]).max() > LOUD), h, c
