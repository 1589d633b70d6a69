import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from captioner.audio.ring import SampleRing
from captioner.domain import SamplePos

CAPACITY = 16


def filled(count: int, start: int = 0) -> SampleRing:
    ring = SampleRing(CAPACITY, SamplePos(start))
    for value in range(count):
        ring.append(np.array([start + value], np.float32))
    return ring


@given(
    sizes=st.lists(st.integers(0, CAPACITY), max_size=20),
    start=st.integers(0, 1000),
    span=st.tuples(st.integers(-5, 330), st.integers(0, 60)),
)
def test_reading_gives_what_a_plain_array_still_has(
    sizes: list[int], start: int, span: tuple[int, int]
) -> None:
    total = sum(sizes)
    sound = np.arange(1, total + 1, dtype=np.float32)
    ring = SampleRing(CAPACITY, SamplePos(start))
    given_so_far = 0
    for size in sizes:
        ring.append(sound[given_so_far : given_so_far + size])
        given_so_far += size
    assert ring.end == start + total
    assert ring.start == start + max(0, total - CAPACITY)

    begin, end = start + span[0], start + span[0] + span[1]
    kept_from = max(0, total - CAPACITY)
    expected = sound[min(max(span[0], kept_from), total) : max(0, min(end - start, total))]
    assert np.array_equal(ring.read(SamplePos(begin), SamplePos(end)), expected)
    if span[0] >= 0:
        assert ring.dropped == max(0, min(kept_from, span[0] + span[1]) - span[0])


def test_a_reader_that_comes_too_late_is_counted_by_what_it_missed() -> None:
    ring = filled(40)
    assert ring.read(SamplePos(20), SamplePos(30)).tolist() == [24, 25, 26, 27, 28, 29]
    assert ring.dropped == 4


def test_a_stretch_that_is_gone_as_a_whole_counts_its_own_length_only() -> None:
    """The count once ran on to the oldest sample kept: a second lost read as an hour."""
    ring = filled(1000)
    assert not len(ring.read(SamplePos(10), SamplePos(15)))
    assert ring.dropped == 5


def test_nothing_is_missed_before_the_first_sample_or_after_the_newest() -> None:
    ring = filled(4, start=100)
    assert ring.read(SamplePos(90), SamplePos(102)).tolist() == [100, 101]
    assert not len(ring.read(SamplePos(104), SamplePos(110)))
    assert ring.dropped == 0


def test_what_was_read_is_a_copy() -> None:
    ring = filled(4)
    ring.read(SamplePos(0), SamplePos(4))[:] = 9
    assert ring.read(SamplePos(0), SamplePos(4)).tolist() == [0, 1, 2, 3]
