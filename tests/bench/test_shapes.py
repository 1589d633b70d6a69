"""Random weights in Whisper's shapes, in stock faster-whisper."""

import json
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from captioner.asr.engine import GenerateOptions
from captioner.asr.weights import Languages, check_weights
from captioner.bench import shapes
from captioner.bench.held import HeldWhisper
from captioner.bench.shapes import SHAPES, Shape, build_shape, find_shape

SMALLEST = Shape("smallest", 32, 1, 1, 2)


@pytest.fixture
def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("somebody outside was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_the_shapes_are_openais() -> None:
    measures = {name: (each.width, each.encoder_layers) for name, each in SHAPES.items()}
    assert measures == {"tiny": (384, 4), "base": (512, 6), "small": (768, 12), "turbo": (1280, 32)}
    assert all(shape.width == 64 * shape.heads for shape in SHAPES.values())


@pytest.mark.slow
@pytest.mark.usefixtures("nobody_is_asked")
def test_a_shape_loads_in_stock_faster_whisper_without_the_hub(tmp_path: Path) -> None:
    from faster_whisper import WhisperModel

    build_shape(SMALLEST, tmp_path / "smallest")
    whisper = WhisperModel(str(tmp_path / "smallest"), device="cpu", compute_type="int8")
    assert whisper.model.is_multilingual
    assert whisper.model.n_mels == 80
    assert whisper.hf_tokenizer.get_vocab_size() == 51_865
    assert whisper.hf_tokenizer.token_to_id("<|endoftext|>") == 50_257
    numbers = whisper.hf_tokenizer.encode(" hello", add_special_tokens=False).ids
    assert whisper.hf_tokenizer.decode(numbers) == " hello"
    segments, info = whisper.transcribe(
        np.zeros(16_000, np.float32), language="nl", max_new_tokens=5
    )
    assert info.language == "nl"
    assert len(list(segments)) <= 1


@pytest.mark.slow
def test_a_shape_is_made_once_and_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SHAPES, "smallest", SMALLEST)
    weights = find_shape("smallest", tmp_path)
    assert weights.name == "shape-smallest"
    assert weights.languages is Languages.MANY
    assert weights.folder == tmp_path / "bench" / "shapes" / "smallest"
    made = (weights.folder / "model.bin").stat().st_mtime_ns
    assert find_shape("smallest", tmp_path).folder.joinpath("model.bin").stat().st_mtime_ns == made
    assert [each.name for each in weights.folder.parent.iterdir()] == ["smallest"]
    heads = json.loads((weights.folder / "config.json").read_text())["alignment_heads"]
    assert heads == [[0, 0], [0, 1]]


@pytest.mark.slow
def test_the_end_of_the_text_follows_where_it_is_forced(tmp_path: Path) -> None:
    build_shape(SMALLEST, tmp_path / "smallest")
    engine = HeldWhisper(check_weights(tmp_path / "smallest"), "cpu", 1)
    engine.load()
    asked: list[list[int]] = []
    model = engine.stock.model._model

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return getattr(model, name)

        def generate(self, *arguments: Any, **options: Any) -> Any:
            decoded = model.generate(*arguments, **options)
            asked.append([len(each.sequences_ids[0]) for each in decoded])
            return decoded

    engine.stock.model._model = Watched()
    chance = np.random.default_rng(2)
    sounds = [chance.standard_normal(32_000).astype(np.float32) * 0.1 for _ in range(3)]
    rows = [engine.encode(sound, 5.0) for sound in sounds]
    for lengths in ([4, 60, 1], [222, 3, 30]):
        engine.hold(lengths)
        engine.generate(rows, ["en", "nl", "de"], GenerateOptions(longest_s=2.0))
    engine.hold([7])
    engine.generate(rows[:1], ["en"], GenerateOptions(longest_s=2.0, beam_size=5))
    engine.generate(rows[:1], ["en"], GenerateOptions(longest_s=2.0, temperature=0.4))
    assert asked == [[4, 60, 1], [222, 3, 30], [7], [7]]


def test_the_end_token_is_the_one_behind_the_last_word() -> None:
    assert shapes.LAST_WORD + 1 == 50_257
