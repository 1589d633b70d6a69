from collections.abc import Sequence

import numpy as np
import pytest

from captioner.asr.engine import Encoded, GenerateOptions
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.bench.script import Line, Script
from captioner.bench.scripted import FALLBACK_WINDOW_S, Places, ScriptedWhisper
from captioner.domain import ChannelId
from tests.fakes.held_engine import HeldFake

ONE, TWO = ChannelId(1), ChannelId(2)
OPTIONS = GenerateOptions(longest_s=2.0)


def noise(seed: int, seconds: float = 4.0) -> Samples:
    return np.random.default_rng(seed).standard_normal(int(seconds * SAMPLE_RATE), np.float32)


@pytest.fixture
def sounds() -> dict[ChannelId, Samples]:
    return {ONE: noise(1), TWO: noise(2)}


@pytest.fixture
def inner() -> HeldFake:
    return HeldFake()


@pytest.fixture
def engine(inner: HeldFake, sounds: dict[ChannelId, Samples]) -> ScriptedWhisper:
    lines = [Line(ONE, 0.0, 2.0, "One two three four."), Line(TWO, 1.0, 2.0, "Five.")]
    return ScriptedWhisper(inner, Script(lines), Places(sounds))


def decode(engine: ScriptedWhisper, *stretches: Samples) -> list[str]:
    rows: Sequence[Encoded] = [engine.encode(each, 5.0) for each in stretches]
    hypotheses = engine.generate(rows, ["en"] * len(rows), OPTIONS)
    return [each.text for each in hypotheses]


def test_stretches_encoded_together_keep_their_own_words(
    engine: ScriptedWhisper, sounds: dict[ChannelId, Samples]
) -> None:
    stretches = [sounds[ONE][:32_000], sounds[TWO][:32_000]]
    rows = engine.encode_together(stretches, 5.0)
    assert [each.text for each in engine.generate(rows, ["en", "en"], OPTIONS)] == decode(
        engine, *stretches
    )


@pytest.mark.parametrize("start", [0, 1, 511, 512, 4800, 20_001])
def test_a_stretch_is_found_wherever_it_begins(
    sounds: dict[ChannelId, Samples], start: int
) -> None:
    places = Places(sounds)
    assert places.find(sounds[TWO][start : start + 8000]) == (TWO, start)


def test_silence_in_front_does_not_hide_a_stretch(sounds: dict[ChannelId, Samples]) -> None:
    joined = np.concatenate((np.zeros(700, np.float32), sounds[ONE][5000:9000]))
    assert Places(sounds).find(joined) == (ONE, 5000 - 700)


def test_sound_from_elsewhere_is_nowhere(sounds: dict[ChannelId, Samples]) -> None:
    assert Places(sounds).find(noise(9)) is None
    assert Places(sounds).find(noise(1)[: FRAME_SAMPLES // 4][:4]) is None


def test_the_words_are_those_that_have_been_said_by_then(
    engine: ScriptedWhisper, sounds: dict[ChannelId, Samples]
) -> None:
    whole, early = sounds[ONE], sounds[ONE][: SAMPLE_RATE // 1]
    assert decode(engine, whole, early, sounds[TWO]) == ["One two three four.", "One two", "Five."]
    assert engine.lost == 0


def test_each_row_is_decoded_as_long_as_its_words_are(
    engine: ScriptedWhisper, inner: HeldFake, sounds: dict[ChannelId, Samples]
) -> None:
    decode(engine, sounds[ONE], sounds[TWO])
    assert inner.lengths == [(5, 2)]
    assert inner.held == ()  # and nothing is held afterwards


def test_good_weights_are_sure_of_words_and_of_silence(
    engine: ScriptedWhisper, sounds: dict[ChannelId, Samples]
) -> None:
    rows = [engine.encode(sounds[ONE], 5.0), engine.encode(noise(7), 5.0)]
    spoken, silent = engine.generate(rows, ["en", "en"], OPTIONS)
    assert spoken.average_log_probability > -0.5
    assert (spoken.no_speech_probability, silent.no_speech_probability) == (0.0, 1.0)
    assert silent.text == ""
    assert engine.lost == 1


def test_every_fallback_that_is_due_costs_one_more_decode_in_a_whole_window(
    engine: ScriptedWhisper, inner: HeldFake, sounds: dict[ChannelId, Samples]
) -> None:
    engine.fallbacks_due = 1
    decode(engine, sounds[ONE], sounds[TWO])
    decode(engine, sounds[TWO])
    assert inner.windows == [5.0, 5.0, FALLBACK_WINDOW_S, 5.0]
    assert [len(each) for each in inner.lengths] == [2, 1, 1]
    assert engine.fallbacks_paid == 1
