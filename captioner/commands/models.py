"""`captioner models`: which weights are here, and fetching more."""

import math
import time
from typing import TextIO

from captioner.asr.pull import pull_weights
from captioner.asr.weights import Languages, Weights, survey_weights
from captioner.settings import Settings

_LANGUAGES = {Languages.ENGLISH: "English only", Languages.MANY: "many languages"}
_LINE_EVERY_S = 5.0
"""How often progress is told where lines cannot be overwritten."""


def run_models_list(settings: Settings, out: TextIO) -> int:
    """Write one line for each set of weights on this machine, and what is wrong with others."""
    folder = settings.store.folder
    survey = survey_weights(folder)
    for weights in survey.usable:
        print(describe(weights), file=out)
    for error in survey.broken:
        print(error.message, file=out)
    if all(weights.is_demo for weights in survey.usable):
        print("None of these hears people: `captioner models pull small` fetches some.", file=out)
    return 0


def run_models_pull(settings: Settings, name: str, out: TextIO) -> int:
    """Fetch the weights `name`. Raises WeightsError, with nothing half-installed."""
    line = ProgressLine(name, out)
    try:
        weights = pull_weights(name, settings.store.folder, line)
    finally:
        line.close()
    print(describe(weights), file=out)
    return 0


def describe(weights: Weights) -> str:
    """One line: name, size, languages, place."""
    heard = "synthetic voices only" if weights.is_demo else _LANGUAGES[weights.languages]
    return f"{weights.name:<20} {in_megabytes(weights.size_bytes):>8}  {heard:<22} {weights.folder}"


def in_megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.0f} MB"


class ProgressLine:
    """How far a download is: one line that overwrites itself, or a line now and then in a file."""

    def __init__(self, name: str, out: TextIO) -> None:
        self._name = name
        self._out = out
        self._told_at = -math.inf
        self._is_open = False

    def __call__(self, here: int, total: int) -> None:
        line = f"{self._name}: {100 * here // max(total, 1)} % of {in_megabytes(total)}"
        if self._out.isatty():
            print(f"\r{line:<60}", end="", file=self._out, flush=True)
            self._is_open = True
        elif here == total or time.monotonic() - self._told_at >= _LINE_EVERY_S:
            self._told_at = time.monotonic()
            print(line, file=self._out, flush=True)

    def close(self) -> None:
        """End the line, so that what comes next starts a new one."""
        if self._is_open:
            print(file=self._out)
        self._is_open = False
