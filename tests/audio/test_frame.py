import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.audio.frame import (
    FRAME_SAMPLES,
    SAMPLE_RATE,
    AudioFrame,
    Framer,
    mix_to_mono,
    samples_to_seconds,
    seconds_to_samples,
)
from captioner.domain import SamplePos


@given(sizes=st.lists(st.integers(0, 3 * FRAME_SAMPLES), max_size=12), start=st.integers(0, 10**9))
def test_frames_hold_every_sample_once_however_the_sound_was_cut(
    sizes: list[int], start: int
) -> None:
    sound = np.arange(sum(sizes), dtype=np.float32)
    framer = Framer(SamplePos(start))
    frames: list[AudioFrame] = []
    for piece in np.split(sound, np.cumsum(sizes)[:-1]) if sizes else []:
        frames += framer.accept(piece)
    frames += framer.flush()
    assert [frame.start for frame in frames] == [
        start + FRAME_SAMPLES * number for number in range(len(frames))
    ]
    assert all(len(frame.samples) == FRAME_SAMPLES for frame in frames)
    joined = np.concatenate([frame.samples for frame in frames]) if frames else sound
    assert np.array_equal(joined[: len(sound)], sound)
    assert not joined[len(sound) :].any()
    assert len(joined) - len(sound) < FRAME_SAMPLES
    assert framer.flush() == []


def test_a_frame_ends_after_its_last_sample() -> None:
    assert AudioFrame(SamplePos(512), np.zeros(512, np.float32)).end == 1024


def test_a_block_that_is_used_again_does_not_change_what_waits_for_a_whole_frame() -> None:
    """Device buffers are reused: the rest that is kept must be a copy."""
    framer = Framer(SamplePos(0))
    block = np.ones(100, np.float32)
    framer.accept(block)
    block[:] = 7
    (frame,) = framer.flush()
    assert set(frame.samples[:100]) == {1.0}


@pytest.mark.parametrize(
    ("seconds", "samples"), [(0.0, 0), (1.0, 16_000), (0.00003, 0), (0.1, 1600)]
)
def test_seconds_are_the_nearest_whole_number_of_samples(seconds: float, samples: int) -> None:
    assert seconds_to_samples(seconds) == samples


def test_samples_are_seconds_at_one_rate() -> None:
    assert samples_to_seconds(SAMPLE_RATE * 3 // 2) == 1.5


def test_mono_is_the_mean_of_the_columns() -> None:
    flat = np.array([0.5, -0.5], np.float32)
    assert mix_to_mono(flat) is flat
    assert np.array_equal(mix_to_mono(flat[:, None]), flat)
    stereo = np.array([[1.0, 0.0], [0.5, -0.5]], np.float32)
    mixed = mix_to_mono(stereo)
    assert np.array_equal(mixed, np.array([0.5, 0.0], np.float32))
    assert mixed.dtype == np.float32
