"""Any rate comes out as 16 kHz, seamlessly."""

import numpy as np
import pytest

from captioner.audio.frame import SAMPLE_RATE, Samples
from captioner.audio.resample import Resampler, is_usable_rate


def tone(frequency: float, rate: int, seconds: float) -> Samples:
    return np.sin(2 * np.pi * frequency * np.arange(int(rate * seconds)) / rate).astype(np.float32)


def in_odd_blocks(resampler: Resampler, samples: Samples) -> Samples:
    """The whole way through, cut into blocks of changing, awkward lengths."""
    pieces, position, lengths = [], 0, [1, 417, 130, 1536, 7, 415, 0, 4096]
    turn = 0
    while position < len(samples):
        length = lengths[turn % len(lengths)]
        pieces.append(resampler.accept(samples[position : position + length]))
        position += length
        turn += 1
    pieces.append(resampler.flush())
    return np.concatenate(pieces)


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000])
def test_a_tone_in_odd_blocks_comes_out_continuous_and_in_its_place(rate: int) -> None:
    heard = in_odd_blocks(Resampler(rate), tone(440, rate, 2.0))
    wanted = tone(440, SAMPLE_RATE, 2.0)
    assert abs(len(heard) - len(wanted)) <= 1
    assert heard.dtype == np.float32
    inner = slice(1600, 30_000)  # a tone that starts and stops at once rings at its ends
    assert np.max(np.abs(heard[inner] - wanted[inner])) < 0.005


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000, 96_000])
def test_a_tone_above_the_new_limit_is_gone_and_does_not_fold_back(rate: int) -> None:
    heard = in_odd_blocks(Resampler(rate), 0.9 * tone(10_000, rate, 1.0))
    assert np.max(np.abs(heard[1600:-1600])) < 0.001


def test_sound_at_48_khz_is_held_back_by_no_more_than_40_ms() -> None:
    resampler = Resampler(48_000)
    block = tone(440, 48_000, 0.032)
    came = 0
    for number in range(1, 60):
        came += len(resampler.accept(block))
        assert number < 10 or number * 0.032 - came / SAMPLE_RATE < 0.040


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_it_says_how_much_it_holds_back(rate: int) -> None:
    """Whoever compares arrivals of two devices with different rates must know."""
    resampler, came = Resampler(rate), 0
    assert resampler.held_back_s == 0
    for number in range(1, 40):
        came += len(resampler.accept(np.zeros(417, np.float32)))
        held_s = number * 417 / rate - came / SAMPLE_RATE
        assert resampler.held_back_s == pytest.approx(held_s, abs=1e-4)


def test_sound_at_16_khz_passes_at_once() -> None:
    samples = 0.5 * tone(440, SAMPLE_RATE, 0.1)
    np.testing.assert_array_equal(Resampler(SAMPLE_RATE).accept(samples), samples)


def test_samples_that_are_no_numbers_do_not_silence_the_channel_for_good() -> None:
    resampler = Resampler(48_000)
    block = tone(440, 48_000, 0.1)
    broken = block.copy()
    broken[10:12] = (np.nan, np.inf)
    heard = np.concatenate([resampler.accept(part) for part in (block, broken, block, block)])
    assert np.all(np.isfinite(heard))
    assert np.max(np.abs(heard[-800:])) > 0.9
    assert np.isnan(broken[10])  # the caller's block is left as it was


def test_sound_above_full_scale_is_cut_to_it() -> None:
    heard = in_odd_blocks(Resampler(48_000), 3 * tone(440, 48_000, 0.5))
    assert np.max(np.abs(heard)) == 1.0


def test_doubles_come_out_as_float32_too() -> None:
    assert Resampler(48_000).accept(np.zeros(4800, np.float64)).dtype == np.float32


@pytest.mark.parametrize("rate", [0, -1, 4_000, 384_000])
def test_a_rate_out_of_bounds_is_refused(rate: int) -> None:
    assert not is_usable_rate(rate)
    with pytest.raises(ValueError, match="8000"):
        Resampler(rate)
