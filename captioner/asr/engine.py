"""What the rest of the house knows of a recogniser; nothing about Whisper in here."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from captioner.audio.frame import SAMPLE_RATE, Samples
from captioner.domain import ChannelId, Hypothesis, SamplePos, UtteranceId


class DecodeKind(StrEnum):
    """What a decode is for."""

    PARTIAL = "partial"
    """Worth having only while it is the newest."""
    FINAL = "final"
    """Never dropped."""


@dataclass(frozen=True, slots=True, eq=False)
class DecodeRequest:
    """A stretch of one channel that is to become words."""

    channel: ChannelId
    utterance: UtteranceId
    kind: DecodeKind
    start: SamplePos
    """First voiced sample, for the caption's time."""
    end: SamplePos
    """Sample after the last voiced one."""
    samples: Samples
    """The sound itself, with what goes before and after the voice."""
    language: str
    attempt: int = 1
    """1 for the first try."""

    @property
    def length_s(self) -> float:
        """Seconds of sound to decode."""
        return len(self.samples) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class WindowFloors:
    """How short a window may be, in seconds."""

    partial_s: float = 5.0
    """The shortest of a partial."""
    final_s: float = 10.0
    """The shortest of a final."""
    margin_s: float = 1.0
    """Silence that must fit behind the speech; without it the last word suffers."""


CAUTIOUS = WindowFloors()
"""For weights that nobody has measured."""


class Encoded(Protocol):
    """One stretch after the encoder; opaque outside its engine."""

    @property
    def window_s(self) -> float:
        """Seconds of the window it was encoded in; rows of one `generate` have the same."""


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """How a batch of rows is decoded."""

    longest_s: float
    """Seconds of the longest stretch among the rows; bounds the text."""
    beam_size: int = 1
    temperature: float = 0.0
    """0 takes the likeliest token; above, tokens are drawn at random, flatter the higher."""
    hotwords: str = ""
    """Names and terms to expect, given to every row as if they had just been said."""


class Engine(Protocol):
    """A recogniser. Used from one thread at a time; `load` before anything else.

    Constructors are cheap and cannot fail; `load` does the slow part.
    """

    @property
    def name(self) -> str:
        """Of its weights, for people."""

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes it can be asked for."""

    @property
    def conditions(self) -> str:
        """What its speed depends on: weights, device, threads, machine, library; after `load`."""

    @property
    def floors(self) -> WindowFloors:
        """How short the windows of its weights may be."""

    def load(self) -> None:
        """Read the weights; a second time anew, where they were. Raises WeightsError."""

    def fall_back(self) -> bool:
        """Load anew on the CPU after a "gpu_failed"; False: it runs there already.

        Raises WeightsError; the engine is then as it was.
        """

    def encode(self, samples: Samples, window_s: float) -> Encoded:
        """Encode mono 16 kHz sound, filled up with silence to `window_s` seconds (at most 30)."""

    def encode_together(self, stretches: Sequence[Samples], window_s: float) -> list[Encoded]:
        """Encode several in one call, each as `encode` does; raises for all of them."""

    def generate(
        self, rows: Sequence[Encoded], languages: Sequence[str], options: GenerateOptions
    ) -> list[Hypothesis]:
        """Decode rows of one window length together, each in its language, in order.

        Raises DecodeError for the whole batch; its code "gpu_failed" says that nothing more can be
        hoped for before `fall_back`.
        """
