import os

import numpy as np

from captioner.bench.machine import (
    cpu_seconds,
    describe_machine,
    forget_peak_memory,
    load_average,
    peak_memory_bytes,
)


def test_work_is_counted() -> None:
    before = cpu_seconds()
    sum(number * number for number in range(200_000))
    assert cpu_seconds() > before


def test_the_peak_of_memory_is_seen_after_it_has_gone() -> None:
    forget_peak_memory()
    before = peak_memory_bytes()
    large = np.ones(40_000_000, np.uint8)
    assert large.sum() == 40_000_000
    del large
    assert peak_memory_bytes() >= before


def test_the_machine_is_described_by_kind_and_not_by_name() -> None:
    described = describe_machine()
    assert described.keys() == {"processor", "memory", "system", "libraries"}
    assert f"{os.cpu_count()} cores" in described["processor"]
    assert "ctranslate2 " in described["libraries"]
    assert os.uname().nodename not in " ".join(described.values())


def test_the_load_is_a_number_where_there_is_one() -> None:
    load = load_average()
    assert load is None or load >= 0
