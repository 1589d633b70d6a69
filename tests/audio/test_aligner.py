"""What two devices heard at the same time lies at the same place, and nothing is squeezed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.audio.aligner import MOST_CORRECTION, Aligner, Gap
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from tests.fakes.drifting_device import DriftingDevice

HOUR_S = 3600.0


@dataclass
class Alignment:
    """A device that hears clicks, and where its aligner put them."""

    device: DriftingDevice
    clicks_s: Sequence[float]
    """Since the device began."""
    aligner: Aligner = field(default_factory=Aligner)
    gaps: list[Gap] = field(default_factory=list)
    errors_s: dict[float, float] = field(default_factory=dict)
    """Of every click that was heard: how much later than it was it is placed."""
    delivered: int = 0

    def run(self, length_s: float) -> "Alignment":
        clicks = {self.device.sample_at(at_s): at_s for at_s in self.clicks_s}
        heard: list[float] = []
        places: list[float] = []
        waiting = sorted(clicks)
        size = self.device.block
        for block in self.device.deliveries(length_s):
            sound = np.zeros(size, np.float32)
            while waiting and waiting[0] < block.first + size:
                click = waiting.pop(0)
                if click >= block.first:  # else it was lost
                    sound[click - block.first] = 1.0
                    heard.append(clicks[click])
            self.delivered += size
            places += self._places(self.aligner.accept(sound, block.arrived_s))
        places += self._places(self.aligner.flush())
        assert len(places) == len(heard), "every click that was delivered is there once"
        self.errors_s = {
            at_s: place - self.device.began_s - at_s
            for at_s, place in zip(heard, places, strict=True)
        }
        return self

    def _places(self, sound: Samples) -> list[float]:
        self.gaps += self.aligner.take_gaps()
        first = self.aligner.given - len(sound)
        loud = [int(at) for at in np.flatnonzero(sound > 0.4)]
        # A click between two samples is loud in both.
        alone = [at for number, at in enumerate(loud) if not number or at > loud[number - 1] + 1]
        return [self.aligner.start_s + (first + at) / SAMPLE_RATE for at in alone]

    def has_lost(self, at_s: float, within_s: float) -> bool:
        """Whether something was lost in the seconds before."""
        return any(0 <= at_s - lost_s < within_s for lost_s in self.device.losses_s)


def hour(ppm: float, seed: int, block: int) -> Alignment:
    device = DriftingDevice(ppm, Random(seed), block=block, per_burst=1).misbehave(HOUR_S)
    return Alignment(device, [at + 0.37 for at in range(0, int(HOUR_S) - 10, 3)]).run(HOUR_S)


def test_a_phone_on_a_poor_network_is_in_its_place_to_10_ms_for_half_an_hour() -> None:
    """Its crystal is off, its blocks come 30 ms late on average, and cuts hold it up for seconds.
    Uncorrected it is 0.18 s off at the end; as a device's, its late sound would count as lost."""
    length_s, random = HOUR_S / 2, Random(3)
    cuts_s = {random.uniform(20, length_s - 20): random.uniform(0.2, 10) for _ in range(25)}
    device = DriftingDevice(
        100, Random(4), block=800, per_burst=1, jitter_s=0.03, stalls_s={2.0: 0.4} | cuts_s
    )
    clicks_s = [at + 0.37 for at in range(0, int(length_s) - 12, 3)]
    phone = Alignment(device, clicks_s, Aligner(is_numbered=True)).run(length_s)
    assert phone.gaps == []
    assert max(abs(error) for error in phone.errors_s.values()) < 0.010


def test_two_devices_400_ppm_apart_that_lose_sound_stay_together_for_an_hour() -> None:
    """Uncorrected they are 1.4 s apart at the end, and as much again for what they lost."""
    fast, slow = hour(200, 1, 1600), hour(-200, 2, 1440)
    for each in (fast, slow):
        assert max(abs(error) for error in each.errors_s.values()) < 0.050
        assert len(each.gaps) >= 10
        assert -0.5 < each.aligner.drift_ppm - each.device.ppm < 20
    both = fast.errors_s.keys() & slow.errors_s.keys()
    calm = [at for at in both if not fast.has_lost(at, 10) and not slow.has_lost(at, 10)]
    assert len(calm) > 700
    assert max(abs(fast.errors_s[at] - slow.errors_s[at]) for at in calm) < 0.020


def test_a_gap_stands_where_the_sound_was_lost_and_is_as_long() -> None:
    device = DriftingDevice(0, Random(3), losses_s={20.0: 0.5})
    run = Alignment(device, [19.9, 20.6]).run(30)
    (gap,) = run.gaps
    assert gap.start / SAMPLE_RATE == pytest.approx(20.0, abs=0.05)
    assert gap.length / SAMPLE_RATE == pytest.approx(0.5, abs=0.04)
    assert run.errors_s == pytest.approx({19.9: 0, 20.6: 0}, abs=0.010)


def test_sound_is_not_touched_while_the_device_keeps_time() -> None:
    aligner = Aligner()
    sound = np.random.default_rng(1).uniform(-1, 1, 200 * 480).astype(np.float32)
    heard = [
        aligner.accept(sound[at : at + 480], 7.0 + (at + 480) / SAMPLE_RATE)
        for at in range(0, len(sound), 480)
    ]
    np.testing.assert_array_equal(np.concatenate([*heard, aligner.flush()]), sound)
    assert aligner.start_s == pytest.approx(7.0)


def test_a_tone_of_a_device_that_drifts_stays_a_clean_tone() -> None:
    """No clicks: every step from sample to sample is one that the tone itself has."""
    device = DriftingDevice(-200, Random(4), jitter_s=0.001)
    aligner = Aligner()
    heard = []
    for block in device.deliveries(40):
        at = np.arange(block.first, block.first + 512)
        tone = np.sin(2 * np.pi * 1000 * at / SAMPLE_RATE).astype(np.float32)
        heard.append(aligner.accept(tone, block.arrived_s))
    sound = np.concatenate(heard)
    assert aligner.given > aligner._taken + 40, "it was stretched"
    second = np.diff(sound, 2)
    assert np.max(np.abs(second)) < 1.02 * (2 - 2 * np.cos(2 * np.pi * 1000 / SAMPLE_RATE))


def test_a_burst_right_at_the_start_does_not_put_the_channel_too_late() -> None:
    """The first block was late by half a second: all that follow say so."""
    device = DriftingDevice(0, Random(5), stalls_s={0.0: 0.5})
    run = Alignment(device, [1.0, 5.0]).run(8)
    assert run.errors_s == pytest.approx({1.0: 0, 5.0: 0}, abs=0.010)
    assert run.gaps == []


def test_late_sound_leaves_the_moment_the_rest_has_come() -> None:
    aligner, now_s = Aligner(), 50.0
    block = np.zeros(512, np.float32)
    for _ in range(100):
        now_s += 0.032
        aligner.accept(block, now_s)
    held = [len(aligner.accept(block, now_s + 0.32)) for _ in range(8)]
    assert held == [0] * 8
    assert len(aligner.accept(block, now_s + 0.32)) == 9 * 512
    assert aligner.take_gaps() == []


def test_a_device_that_leaves_gives_what_was_held_of_it() -> None:
    aligner = Aligner()
    assert len(aligner.flush()) == 0
    assert len(aligner.accept(np.ones(700, np.float32), 1.0)) == 0
    assert aligner.flush().tolist() == [1.0] * 700


@given(
    blocks=st.lists(
        st.tuples(st.integers(1, 3000), st.sampled_from([0, 0.5, 0.9, 1, 1, 1, 1.001, 1.1, 20])),
        min_size=1,
        max_size=120,
    )
)
def test_nothing_that_came_is_lost_and_nothing_is_squeezed(
    blocks: list[tuple[int, float]],
) -> None:
    """Blocks of any length that take from no time to twenty times what they last."""
    aligner, now_s = Aligner(), 10.0
    came = given_ = missing = clicks = 0
    pieces = []
    for length, pace in blocks:
        now_s += pace * length / SAMPLE_RATE
        sound = np.zeros(length, np.float32)
        sound[-came % 1000 :: 1000] = 1.0
        clicks += len(sound[-came % 1000 :: 1000])
        came += length
        pieces.append(aligner.accept(sound, now_s))
        missing += sum(gap.length for gap in aligner.take_gaps())
        given_ += len(pieces[-1])
        assert given_ == aligner.given
        assert given_ % FRAME_SAMPLES == 0
    sound = np.concatenate([*pieces, aligner.flush()])
    frames = -(-len(sound) // FRAME_SAMPLES)
    assert abs(len(sound) - came - missing) <= MOST_CORRECTION * frames
    loud = np.flatnonzero(sound > 0.4)
    apart = np.diff(loud)
    assert clicks == (np.count_nonzero(apart > 1) + 1 if len(loud) else 0)
    assert np.all((apart == 1) | (apart >= 1000 - 3 * MOST_CORRECTION))
