"""Random weights in the exact shape of a Whisper, so that its cost can be measured without it.

A folder that stock faster-whisper loads: weights, tokenizer, vocabulary, configuration, everything
made up. What such weights hear is noise; only the time they take means anything.
"""

import json
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from captioner.asr.weights import Weights, check_weights
from captioner.bench.vocabulary import LANGUAGES, TEXT_TOKENS, tokenizer_json, vocabulary

logger = logging.getLogger(__name__)

ENCODER_POSITIONS = 1500
DECODER_POSITIONS = 448
SPREAD = 0.02
"""Standard deviation of the random weights."""

LAST_WORD = TEXT_TOKENS
"""The empty token. It has the very embedding of the end of the text, so that, where itself is not
allowed, the end of the text follows on it for certain: what is forced and ends with it ends."""

LOUDNESS = 0.6
"""Standard deviation of that embedding: far above what the layers add to it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The measures of one of OpenAI's multilingual models."""

    name: str
    width: int
    encoder_layers: int
    decoder_layers: int
    heads: int
    mels: int = 80
    tokens: int = 51_865


SHAPES = {
    shape.name: shape
    for shape in (
        Shape("tiny", 384, 4, 4, 6),
        Shape("base", 512, 6, 6, 8),
        Shape("small", 768, 12, 12, 12),
        Shape("turbo", 1280, 32, 4, 20, mels=128, tokens=51_866),
    )
}


def find_shape(name: str, data: Path) -> Weights:
    """Random weights of that shape below the data folder, made if they are not there yet."""
    folder = data / "bench" / "shapes" / name
    if not (folder / "model.bin").is_file():
        build_shape(SHAPES[name], folder)
    return check_weights(folder, f"shape-{name}")


def build_shape(shape: Shape, folder: Path) -> None:
    """Write the folder; it appears whole or not at all."""
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    spec = _random_spec(shape)
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(unfinished))
    _write_json(unfinished / "tokenizer.json", tokenizer_json(shape.tokens))
    _write_json(
        unfinished / "preprocessor_config.json",
        {
            "feature_extractor_type": "WhisperFeatureExtractor",
            "feature_size": shape.mels,
            "sampling_rate": 16_000,
            "chunk_length": 30,
            "hop_length": 160,
            "n_fft": 400,
            "n_samples": 480_000,
            "nb_max_frames": 3000,
        },
    )
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)


def _random_spec(shape: Shape) -> Any:
    from ctranslate2.specs import WhisperSpec

    spec = WhisperSpec(shape.encoder_layers, shape.heads, shape.decoder_layers, shape.heads)
    fill = _Filler(shape.width)
    encoder, decoder = spec.encoder, spec.decoder
    fill.linear(encoder.conv1, shape.width, shape.mels, 3)
    fill.linear(encoder.conv2, shape.width, shape.width, 3)
    encoder.position_encodings.encodings = fill.random(ENCODER_POSITIONS, shape.width)
    decoder.position_encodings.encodings = fill.random(DECODER_POSITIONS, shape.width)
    embeddings = fill.random(shape.tokens, shape.width)
    embeddings[LAST_WORD] *= LOUDNESS / SPREAD
    embeddings[LAST_WORD + 1] = embeddings[LAST_WORD]
    decoder.embeddings.weight = embeddings
    decoder.projection.weight = decoder.embeddings.weight
    for room in (encoder, decoder):
        fill.norm(room.layer_norm)
        for layer in room.layer:
            fill.layer(layer)
    spec.register_vocabulary(vocabulary(shape.tokens))
    languages = shape.tokens - 51_865 + len(LANGUAGES) - 1
    first = TEXT_TOKENS + 3
    spec.config.lang_ids = list(range(first, first + languages))
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    half = shape.decoder_layers // 2
    spec.config.alignment_heads = [
        [layer, head] for layer in range(half, shape.decoder_layers) for head in range(2)
    ]
    return spec


class _Filler:
    """Fills the parts of a specification; the same numbers at every run."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._chance = np.random.default_rng(1)

    def random(self, *measures: int) -> Any:
        return self._chance.standard_normal(measures, np.float32) * np.float32(SPREAD)

    def linear(self, part: Any, *measures: int) -> None:
        part.weight = self.random(*measures)
        part.bias = np.zeros(measures[0], np.float32)

    def norm(self, part: Any) -> None:
        part.gamma = np.ones(self._width, np.float32)
        part.beta = np.zeros(self._width, np.float32)

    def layer(self, layer: Any) -> None:
        width = self._width
        self.norm(layer.self_attention.layer_norm)
        self.linear(layer.self_attention.linear[0], 3 * width, width)
        self.linear(layer.self_attention.linear[1], width, width)
        if hasattr(layer, "attention"):
            self.norm(layer.attention.layer_norm)
            for part, rows in zip(layer.attention.linear, (1, 2, 1), strict=True):
                self.linear(part, rows * width, width)
        self.norm(layer.ffn.layer_norm)
        self.linear(layer.ffn.linear_0, 4 * width, width)
        self.linear(layer.ffn.linear_1, width, 4 * width)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")
