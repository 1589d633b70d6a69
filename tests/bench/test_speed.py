"""The measurement of a machine, on weights that are made in a moment."""

import itertools

from captioner.bench.shapes import Shape
from captioner.bench.speed import ROUNDS, measure_speed

SMALLEST = Shape("smallest", 64, 1, 1, 1)


def test_the_fastest_round_counts() -> None:
    took = iter([3.0, 1.0, 2.0] + [4.0] * (ROUNDS - 3))
    moments = itertools.accumulate(step for each in took for step in (0.0, each))
    assert measure_speed(SMALLEST, lambda: next(moments)) == 1.0


def test_it_takes_time() -> None:
    assert 0 < measure_speed(SMALLEST) < 5
