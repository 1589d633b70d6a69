"""What it costs to encode and decode several stretches in one call, in every size and window."""

import time
from collections.abc import Callable, Sequence

from captioner.asr.grouping import BatchFigures
from captioner.asr.trial import ROUNDS, BatchEngine, Trial, fastest
from captioner.audio.frame import Samples

SIZES = (1, 2, 4, 8)
WINDOWS_S = (5.0, 10.0, 15.0)


def measure_batches(
    engine: BatchEngine,
    stretches: Sequence[Samples],
    windows_s: Sequence[float] = WINDOWS_S,
    sizes: Sequence[int] = SIZES,
    clock: Callable[[], float] = time.perf_counter,
) -> list[BatchFigures]:
    """Every size in every window."""
    figures = []
    for window_s in windows_s:
        trial = Trial(engine, stretches, window_s, max(sizes), clock)
        rounds = [[trial.run(size) for size in sizes] for _ in range(ROUNDS)]
        figures += [fastest(list(of_one_size)) for of_one_size in zip(*rounds, strict=True)]
    return figures
