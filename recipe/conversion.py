"""The trained weights in CTranslate2's form, as faster-whisper loads them."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from recipe.tokens import LANGUAGES, Vocabulary

Arrays = dict[str, npt.NDArray[np.float32]]
UNUSED = "<|startoflm|>"
"""Becomes the empty token in CTranslate2's list: by that one, since 4.8, it knows weights of many
languages (OpenAI's have it), and no longer by the size of their vocabulary."""
PREPROCESSOR = {
    "chunk_length": 30,
    "feature_extractor_type": "WhisperFeatureExtractor",
    "feature_size": 80,
    "hop_length": 160,
    "n_fft": 400,
    "sampling_rate": 16000,
    "nb_max_frames": 3000,
    "n_samples": 480000,
}


def load_arrays(checkpoint: Path) -> tuple[Arrays, dict[str, int]]:
    """Weights by name, and the shape, of a checkpoint of the training."""
    import torch

    kept = torch.load(checkpoint, weights_only=True, map_location="cpu")
    arrays = {name: value.float().numpy() for name, value in kept["model"].items()}
    return arrays, kept["shape"]


def whisper_spec(arrays: Arrays, shape: dict[str, int]) -> Any:
    """CTranslate2's specification with the weights in it."""
    from ctranslate2.specs import WhisperSpec

    spec = WhisperSpec(
        shape["encoder_layers"], shape["heads"], shape["decoder_layers"], shape["heads"]
    )
    for part, layer in (
        ("encoder.first", spec.encoder.conv1),
        ("encoder.second", spec.encoder.conv2),
    ):
        _set_linear(layer, arrays, part)
    spec.encoder.position_encodings.encodings = arrays["encoder.positions"]
    _set_norm(spec.encoder.layer_norm, arrays, "encoder.norm")
    for index, layer in enumerate(spec.encoder.layer):
        set_layer(layer, arrays, f"encoder.layers.{index}")
    spec.decoder.embeddings.weight = arrays["decoder.tokens.weight"]
    spec.decoder.projection.weight = arrays["decoder.tokens.weight"]
    spec.decoder.position_encodings.encodings = arrays["decoder.positions"]
    _set_norm(spec.decoder.layer_norm, arrays, "decoder.norm")
    for index, layer in enumerate(spec.decoder.layer):
        set_layer(layer, arrays, f"decoder.layers.{index}")
    return spec


def set_layer(layer: Any, arrays: Arrays, name: str) -> None:
    """An encoder or a decoder layer, keys and values fused as CTranslate2 wants them."""
    _set_norm(layer.self_attention.layer_norm, arrays, f"{name}.norm")
    _fuse(layer.self_attention.linear[0], arrays, f"{name}.attention", ("query", "key", "value"))
    _set_linear(layer.self_attention.linear[1], arrays, f"{name}.attention.out")
    if f"{name}.cross.out.weight" in arrays:
        _set_norm(layer.attention.layer_norm, arrays, f"{name}.cross_norm")
        _set_linear(layer.attention.linear[0], arrays, f"{name}.cross.query")
        _fuse(layer.attention.linear[1], arrays, f"{name}.cross", ("key", "value"))
        _set_linear(layer.attention.linear[2], arrays, f"{name}.cross.out")
    _set_norm(layer.ffn.layer_norm, arrays, f"{name}.end_norm")
    _set_linear(layer.ffn.linear_0, arrays, f"{name}.wide")
    _set_linear(layer.ffn.linear_1, arrays, f"{name}.narrow")


def _set_linear(layer: Any, arrays: Arrays, name: str) -> None:
    layer.weight = arrays[f"{name}.weight"]
    if f"{name}.bias" in arrays:
        layer.bias = arrays[f"{name}.bias"]


def _set_norm(layer: Any, arrays: Arrays, name: str) -> None:
    layer.gamma, layer.beta = arrays[f"{name}.weight"], arrays[f"{name}.bias"]


def _fuse(layer: Any, arrays: Arrays, name: str, parts: Sequence[str]) -> None:
    """Several projections as one; one without bias gets zeros."""
    width = arrays[f"{name}.{parts[0]}.weight"].shape[0]
    layer.weight = np.concatenate([arrays[f"{name}.{part}.weight"] for part in parts])
    biases = [arrays.get(f"{name}.{part}.bias", np.zeros(width, np.float32)) for part in parts]
    layer.bias = np.concatenate(biases)


def write_marker(folder: Path, partial_s: float, final_s: float, margin_s: float) -> None:
    """The `captioner.json` by which captioner knows them for what they are."""
    windows = {"partial_s": partial_s, "final_s": final_s, "margin_s": margin_s}
    marker = {"demo": True, "windows": windows, "languages": list(LANGUAGES)}
    (folder / "captioner.json").write_text(json.dumps(marker) + "\n")


def convert(
    arrays: Arrays,
    shape: dict[str, int],
    tokenizer: Path,
    folder: Path,
    heads: Sequence[tuple[int, int]],
) -> int:
    """Write what faster-whisper loads; gives its bytes. `heads`: (layer, head) for word times."""
    vocabulary = Vocabulary.load(tokenizer)
    spec = whisper_spec(arrays, shape)
    tokens = sorted(vocabulary.tokenizer.get_vocab().items(), key=lambda item: item[1])
    spec.register_vocabulary(["" if token == UNUSED else token for token, _ in tokens])
    spec.config.alignment_heads = [list(head) for head in heads]
    spec.config.lang_ids = [vocabulary.language(code) for code in LANGUAGES]
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    (folder / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR) + "\n")
    return sum(file.stat().st_size for file in folder.iterdir())
