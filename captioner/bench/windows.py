"""Words wrong and cost against the length of the window, with either padding."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from captioner.asr.engine import GenerateOptions
from captioner.audio.frame import SAMPLE_RATE
from captioner.bench.held import HeldWhisper
from captioner.bench.machine import cpu_seconds
from captioner.bench.material import Clip
from captioner.scoring import split_words, word_distance

BUCKETS_S = (5.0, 10.0, 15.0, 20.0, 25.0, 30.0)
MARGINS_S = (1.0, 2.0)
STEP_S = 0.02
"""The encoder puts two feature frames into one position: windows are multiples of this."""


class Padding(StrEnum):
    """What a window is filled up with."""

    SILENCE = "silence"
    """The sound with digital silence."""
    ZEROS = "zeros"
    """The features with zeros, as stock faster-whisper does."""


@dataclass(frozen=True, slots=True)
class WindowRule:
    """A way to choose a window: always the same, or the sound's own length and a margin."""

    label: str
    fixed_s: float = 0.0
    margin_s: float = 0.0

    def window_s(self, length_s: float) -> float | None:
        """The window for so much sound; None where it does not fit."""
        wanted = self.fixed_s or math.ceil((length_s + self.margin_s) / STEP_S) * STEP_S
        return round(wanted, 2) if length_s <= wanted <= 30.0 else None


RULES = (
    *(WindowRule(f"{bucket:.0f} s", fixed_s=bucket) for bucket in BUCKETS_S),
    *(WindowRule(f"own length + {margin:.0f} s", margin_s=margin) for margin in MARGINS_S),
)


@dataclass(frozen=True, slots=True)
class WindowFigures:
    """One rule with one padding over all clips that fit."""

    window: str
    padding: str
    clips: int
    words: int
    errors: int
    cpu_s: float

    @property
    def word_error_rate(self) -> float:
        """Errors per word."""
        return self.errors / max(self.words, 1)


def measure_windows(
    engine: HeldWhisper,
    clips: Sequence[Clip],
    rules: Sequence[WindowRule] = RULES,
    cpu: Callable[[], float] = cpu_seconds,
) -> list[WindowFigures]:
    """Decode every clip alone, under every rule, with both paddings."""
    return [_measure(engine, clips, rule, padding, cpu) for rule in rules for padding in Padding]


def _measure(
    engine: HeldWhisper,
    clips: Sequence[Clip],
    rule: WindowRule,
    padding: Padding,
    cpu: Callable[[], float],
) -> WindowFigures:
    done = words = errors = 0
    began_s = cpu()
    for clip in clips:
        length_s = len(clip.samples) / SAMPLE_RATE
        window_s = rule.window_s(length_s)
        if window_s is None:
            continue
        encode = engine.encode if padding is Padding.SILENCE else engine.encode_zeros
        row = encode(clip.samples, window_s)
        heard = engine.generate([row], ["en"], GenerateOptions(longest_s=length_s))[0].text
        said = split_words(clip.text)
        errors += word_distance(said, split_words(heard))
        words, done = words + len(said), done + 1
    return WindowFigures(rule.label, padding, done, words, errors, cpu() - began_s)
