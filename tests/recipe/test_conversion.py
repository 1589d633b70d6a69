"""Weights in CTranslate2's form; random ones will do, and no torch is needed."""

from pathlib import Path

import numpy as np
import pytest
from faster_whisper import WhisperModel

from captioner.asr.engine import WindowFloors
from captioner.asr.weights import check_weights
from captioner.asr.whisper import weights_languages
from recipe.conversion import Arrays, convert, write_marker
from recipe.sentences import draw_sentences
from recipe.tokens import Vocabulary, train_tokenizer

SHAPE = {"encoder_layers": 1, "decoder_layers": 1, "heads": 1}
WIDTH = 64


def layer(name: str, crosses: bool) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    for part in ("attention", "cross") if crosses else ("attention",):
        for projection in ("query", "key", "value", "out"):
            shapes[f"{name}.{part}.{projection}.weight"] = (WIDTH, WIDTH)
            if projection != "key":
                shapes[f"{name}.{part}.{projection}.bias"] = (WIDTH,)
    for norm in ("norm", "cross_norm", "end_norm") if crosses else ("norm", "end_norm"):
        shapes |= {f"{name}.{norm}.{end}": (WIDTH,) for end in ("weight", "bias")}
    shapes |= {f"{name}.wide.weight": (4 * WIDTH, WIDTH), f"{name}.wide.bias": (4 * WIDTH,)}
    return shapes | {f"{name}.narrow.weight": (WIDTH, 4 * WIDTH), f"{name}.narrow.bias": (WIDTH,)}


def random_arrays(shapes: dict[str, tuple[int, ...]]) -> Arrays:
    random = np.random.default_rng(1)
    return {
        name: (random.standard_normal(shape) * 0.1).astype(np.float32)
        for name, shape in shapes.items()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    tokenizer = train_tokenizer(pair.dutch for pair in draw_sentences(300, "a test"))
    tokenizer.save(str(folder / "learnt.json"))
    size = Vocabulary(tokenizer).size
    shapes: dict[str, tuple[int, ...]] = {
        "encoder.first.weight": (WIDTH, 80, 3),
        "encoder.first.bias": (WIDTH,),
        "encoder.second.weight": (WIDTH, WIDTH, 3),
        "encoder.second.bias": (WIDTH,),
        "encoder.positions": (1500, WIDTH),
        "encoder.norm.weight": (WIDTH,),
        "encoder.norm.bias": (WIDTH,),
        "decoder.tokens.weight": (size, WIDTH),
        "decoder.positions": (448, WIDTH),
        "decoder.norm.weight": (WIDTH,),
        "decoder.norm.bias": (WIDTH,),
        **layer("encoder.layers.0", crosses=False),
        **layer("decoder.layers.0", crosses=True),
    }
    convert(random_arrays(shapes), SHAPE, folder / "learnt.json", folder / "made", [(0, 0)])
    write_marker(folder / "made", 5, 10, 1)
    return folder / "made"


def test_stock_faster_whisper_knows_them_for_weights_of_two_languages(folder: Path) -> None:
    """CTranslate2 asks for no full-size vocabulary since 4.8, only for an empty token in it."""
    model = WhisperModel(str(folder), device="cpu", compute_type="int8")
    assert model.model.is_multilingual
    sound = np.random.default_rng(2).standard_normal(16_000).astype(np.float32) * 0.01
    language, probability, every = model.detect_language(sound)
    assert {code for code, _ in every} == {"en", "nl"}
    assert language in ("en", "nl")
    assert sum(share for _, share in every) == pytest.approx(1.0, abs=1e-3)
    assert 0.5 <= probability <= 1.0


def test_stock_faster_whisper_decodes_and_aligns_with_them(folder: Path) -> None:
    model = WhisperModel(str(folder), device="cpu", compute_type="int8")
    sound = np.random.default_rng(2).standard_normal(32_000).astype(np.float32) * 0.01
    segments, info = model.transcribe(
        sound, language="nl", beam_size=1, temperature=0, word_timestamps=True, max_new_tokens=5
    )
    assert info.language == "nl"
    assert all(segment.words is not None for segment in segments)


def test_captioner_knows_them_for_demo_weights_of_two_languages(folder: Path) -> None:
    weights = check_weights(folder)
    assert weights.is_demo
    assert weights.floors == WindowFloors(5, 10, 1)
    assert weights_languages(weights) == ("en", "nl")
