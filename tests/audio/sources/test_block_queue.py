"""Blocks cross from the device's thread in order, and time is never lost."""

import numpy as np

from captioner.audio.sources.block_queue import Block, BlockQueue


def block(value: float, frames: int = 4, channels: int = 2) -> Block:
    return np.full((frames, channels), value, np.float32)


def test_blocks_come_out_in_order_with_their_times() -> None:
    queue = BlockQueue(8)
    for number in range(3):
        queue.put(block(number), at_s=10.0 + number)
    assert not queue.is_empty
    taken = [queue.take() for _ in range(4)]
    assert [(each.samples[0, 0], each.at_s) for each in taken if each] == [
        (0.0, 10.0),
        (1.0, 11.0),
        (2.0, 12.0),
    ]
    assert taken[3] is None
    assert BlockQueue(8).is_empty
    assert queue.dropped_frames == 0


def test_silence_of_the_same_length_takes_the_place_of_what_was_dropped() -> None:
    queue = BlockQueue(2)
    for number in range(1, 6):
        queue.put(block(number), at_s=float(number))
    assert queue.dropped_frames == 12
    sound = [queue.take(), queue.take()]
    queue.put(block(6), at_s=6.0)
    sound += [queue.take(), queue.take()]
    samples = np.concatenate([each.samples for each in sound if each])[:, 0]
    assert samples.tolist() == [1.0] * 4 + [2.0] * 4 + [0.0] * 12 + [6.0] * 4
    assert queue.take() is None


def test_a_gap_is_filled_once() -> None:
    queue = BlockQueue(1)
    for number in range(1, 4):
        queue.put(block(number), at_s=0.0)
    queue.take()
    queue.put(block(4), at_s=0.0)
    queue.take(), queue.take()
    queue.put(block(5), at_s=0.0)
    last = queue.take()
    assert last is not None
    assert last.samples[0, 0] == 5.0
    assert queue.is_empty
