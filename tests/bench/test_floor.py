from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from captioner.audio.frame import Samples
from captioner.bench.floor import FEWEST_CLIPS, run_floor
from captioner.bench.material import EDGE_S, Clip
from tests.fakes.fake_clock import FakeClock
from tests.fakes.held_engine import HeldFake


class StockFake(HeldFake):
    """A stock model that says the same of everything and takes a second for it."""

    def __init__(self, says: str) -> None:
        super().__init__()
        self.clock = FakeClock(0.0)
        self.options: list[dict[str, Any]] = []
        self.held_at: list[Sequence[int]] = []
        self._says = says

    @property
    def stock(self) -> Any:
        return SimpleNamespace(transcribe=self._transcribe)

    def _transcribe(self, _: Samples, **options: Any) -> tuple[list[Any], None]:
        self.options.append(options)
        self.held_at.append(self.held)
        self.clock.advance(1.0)
        return [SimpleNamespace(text=self._says)], None

    def run(self, clips: Sequence[Clip], **more: Any) -> Any:
        return run_floor(self, clips, cpu=self.clock.monotonic_s, **more)


def clips(count: int) -> list[Clip]:
    sound = np.zeros(round((2 + 2 * EDGE_S) * 16_000), np.float32)
    return [Clip(sound, "one two three four.")] * count


def test_every_clip_is_transcribed_once_and_scored() -> None:
    floor = StockFake("one two tree").run(clips(4), is_held=False)
    assert (floor.clips, floor.words, floor.errors) == (4, 16, 8)
    assert (floor.cpu_s, floor.speech_s) == (4.0, 8.0)
    assert floor.cpu_per_speech == pytest.approx(0.5)


def test_it_is_greedy_without_timestamps_and_without_a_second_try() -> None:
    engine = StockFake("")
    engine.run(clips(1), is_held=False)
    [options] = engine.options
    assert (options["beam_size"], options["temperature"]) == (1, 0.0)
    assert options["without_timestamps"]
    assert options["log_prob_threshold"] is options["compression_ratio_threshold"] is None


def test_random_weights_are_held_and_not_scored() -> None:
    engine = StockFake("nonsense")
    floor = engine.run(clips(2), is_held=True)
    assert engine.held_at == [(5,), (5,)]
    assert engine.held == ()
    assert floor.errors == 0


def test_large_weights_do_a_few_clips_only() -> None:
    floor = StockFake("").run(clips(20), is_held=False, most_cpu_s=1.5)
    assert floor.clips == FEWEST_CLIPS
