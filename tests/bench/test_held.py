from typing import Any

import numpy as np
import pytest

from captioner.asr.engine import GenerateOptions
from captioner.asr.weights import check_weights
from captioner.bench.held import FILLER, LONGEST_TEXT, HeldModel, HeldWhisper
from captioner.bench.shapes import LAST_WORD
from captioner.resources import demo_weights_folder

PROMPT = [50_258, 50_259]


class Decoder:
    """Keeps what it was asked."""

    is_multilingual = True

    def __init__(self) -> None:
        self.asked: list[tuple[list[list[int]], dict[str, Any]]] = []

    def generate(self, features: Any, prompts: list[list[int]], **options: Any) -> str:
        assert features == "sound"
        self.asked.append((prompts, options))
        return "words"


def test_each_row_is_forced_to_its_own_length() -> None:
    decoder = Decoder()
    held = HeldModel(decoder)
    held.lengths = (3, 1)
    options = {"max_length": 9, "suppress_tokens": [5], "beam_size": 2}
    assert held.generate("sound", [PROMPT, PROMPT], **options) == "words"
    prompts, given = decoder.asked[0]
    assert prompts == [[*PROMPT, FILLER, FILLER, LAST_WORD], [*PROMPT, LAST_WORD]]
    assert given == {"max_length": 448, "suppress_tokens": [5, LAST_WORD], "beam_size": 2}


def test_no_row_is_longer_than_there_is_room_nor_empty() -> None:
    decoder = Decoder()
    held = HeldModel(decoder)
    held.lengths = (1000, 0)
    held.generate("sound", [PROMPT, PROMPT])
    lengths = [len(prompt) - len(PROMPT) for prompt in decoder.asked[0][0]]
    assert lengths == [LONGEST_TEXT, 1]


def test_rows_without_a_length_of_their_own_get_the_longest() -> None:
    decoder = Decoder()
    held = HeldModel(decoder)
    held.lengths = (2, 4)
    held.generate("sound", [PROMPT] * 3)
    assert [len(prompt) - len(PROMPT) for prompt in decoder.asked[0][0]] == [2, 4, 4]


def test_without_lengths_nothing_is_touched() -> None:
    decoder = Decoder()
    held = HeldModel(decoder)
    held.generate("sound", [PROMPT], max_length=9)
    assert decoder.asked == [([PROMPT], {"max_length": 9})]
    assert held.is_multilingual


@pytest.mark.weights
def test_both_paddings_and_encoding_together_hear_the_same() -> None:
    engine = HeldWhisper(check_weights(demo_weights_folder()), "cpu", 1)
    engine.load()
    model = engine.stock.model
    engine.load()
    assert engine.stock.model is model  # a second load is free
    sound = np.random.default_rng(1).standard_normal(16_000).astype(np.float32) * 0.05
    options = GenerateOptions(longest_s=1.0)
    [alone] = engine.generate([engine.encode_zeros(sound, 5.0)], ["en"], options)
    rows = engine.encode_together([sound, sound], 5.0)
    assert [each.text for each in engine.generate(rows, ["en", "en"], options)] == [alone.text] * 2
    assert np.array(engine.encode(sound, 5.0).output).shape == (1, 250, 144)  # type: ignore[attr-defined]
