"""Which rows share a call of the engine, by what such calls were measured to cost."""

from dataclasses import dataclass

from captioner.asr.batching import LARGEST_BATCH

WORTH_IT = 0.9
"""The dearer way must cost so much more before the usual one is left: a measurement beside other
work is never exact, and what it finds is kept."""


@dataclass(frozen=True, slots=True)
class Batching:
    """What goes into one call. The default is what CPUs were found to like."""

    encodes_together: bool = False
    """Whether rows of one window are encoded in one call."""
    largest_batch: int = LARGEST_BATCH
    """Most rows that are decoded in one call."""

    @property
    def in_words(self) -> str:
        """For people."""
        encodes = "together" if self.encodes_together else "one by one"
        decodes = f"up to {self.largest_batch} together" if self.largest_batch > 1 else "one by one"
        return f"encodes {encodes}, decodes {decodes}"


USUAL_BATCHING = Batching()
"""Where nothing was measured."""


@dataclass(frozen=True, slots=True)
class BatchFigures:
    """Milliseconds for one row when so many go through in one call."""

    window_s: float
    rows: int
    encode_ms: float
    generate_ms: float


def choose_batching(one: BatchFigures, many: BatchFigures) -> Batching:
    """By the cost of a row alone and among others."""
    decodes_alone = one.generate_ms <= WORTH_IT * many.generate_ms
    return Batching(
        encodes_together=many.encode_ms <= WORTH_IT * one.encode_ms,
        largest_batch=1 if decodes_alone else LARGEST_BATCH,
    )


def row_cost_s(figures: BatchFigures, window_s: float) -> float:
    """Of a row in another window: the encoder has more to do in a longer one, the decoder not."""
    return (figures.encode_ms * window_s / figures.window_s + figures.generate_ms) / 1000


def choose_trial_rows(row_s: float, budget_s: float, most: int) -> int:
    """How many rows a trial can afford that works each of them twice; 0: none.

    `row_s` is what one row costs alone. Two are the fewest that can share a call.
    """
    return next((rows for rows in (most, 2) if 2 * rows * row_s <= budget_s), 0)
