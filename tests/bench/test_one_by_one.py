import itertools
from typing import Any

import numpy as np
import pytest

from captioner.bench.material import EDGE_S, Clip, Material, lay_out
from captioner.bench.one_by_one import WINDOW_S, OneByOne, run_one_by_one
from captioner.bench.scripted import Places, ScriptedWhisper
from tests.fakes.fake_clock import FakeClock
from tests.fakes.held_engine import HeldFake, LoudDetector


def material(channels: int, seconds: float = 20.0) -> Material:
    sound = np.full(round((2.0 + 2 * EDGE_S) * 16_000), 0.5, np.float32)
    return lay_out([Clip(sound, "one two three four")], channels, seconds)


def run(said: Material, decode_s: float, longest_s: float = 1000.0) -> tuple[OneByOne, HeldFake]:
    """`decode_s`: what one decode takes."""
    clock, inner = FakeClock(0.0), HeldFake()
    inner.works = lambda _: clock.advance(decode_s)
    engine = ScriptedWhisper(inner, said.script, Places(said.sounds))
    usual = OneByOne(said, engine, LoudDetector, clock.monotonic_s, clock.advance)
    usual.run(longest_s)
    return usual, inner


def finals(usual: OneByOne) -> list[Any]:
    return [event for event in usual.events if event["state"] == "final"]


def test_every_line_is_captioned_in_whole_windows() -> None:
    said = material(2)
    usual, inner = run(said, 0.05)
    text = " ".join(event["text"] for event in finals(usual))
    assert text.split() == ["one", "two", "three", "four"] * len(said.script.lines)
    assert set(inner.windows) == {WINDOW_S}
    assert set(inner.sizes) == {1}  # one channel after the other


def test_a_growing_buffer_is_decoded_again_every_second() -> None:
    usual, _ = run(material(1), 0.05)
    first = [event for event in usual.events if event["utterance"] == "usual-1"]
    spoken_s = [event["end"] - event["start"] for event in first if event["state"] == "partial"]
    assert len(spoken_s) >= 2
    assert all(1.0 <= later - sooner < 1.2 for sooner, later in itertools.pairwise(spoken_s))


def test_more_channels_than_it_can_decode_come_later_and_later() -> None:
    few, many = material(1), material(8)
    lags = []
    for said in (few, many):
        clock, inner = FakeClock(0.0), HeldFake()
        inner.works = lambda _, clock=clock: clock.advance(0.6)  # type: ignore[misc]
        engine = ScriptedWhisper(inner, said.script, Places(said.sounds))
        figures = run_one_by_one(said, engine, LoudDetector, clock.monotonic_s, clock.advance)
        lags.append(figures.lag_at_end or 0.0)
    assert lags[0] < 2.0 < lags[1]


def test_a_run_that_does_not_come_to_an_end_is_given_up() -> None:
    usual, _ = run(material(8), 2.0, longest_s=30.0)
    assert 0 < len(usual.events) <= 16


@pytest.mark.parametrize("channels", [1, 3])
def test_events_can_be_scored_as_a_readers(channels: int) -> None:
    usual, _ = run(material(channels), 0.1)
    assert [event["seq"] for event in usual.events] == list(range(1, len(usual.events) + 1))
    assert all(event["text"].startswith(event["text"][: event["stable"]]) for event in usual.events)
