"""Translation packages made here, in the very form in which Argos publishes them.

A real CTranslate2 model with random weights and a real SentencePiece model: everything loads and
answers, but what it says means nothing.
"""

import io
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

WIDTH = 32
HEADS = 4
WORDS = 150
LAST_POSITION = 512

ENGLISH = (
    "We have three open questions about the budget of next year.",
    "The meeting starts at nine and ends before lunch on Thursday.",
    "Can you please send the minutes to everybody who was absent?",
    "I think that the new office is too small for all of us.",
    "Nobody knows yet which supplier will deliver the microphones.",
)
DUTCH = (
    "We hebben drie open vragen over de begroting van volgend jaar.",
    "De vergadering begint om negen uur en eindigt donderdag voor de lunch.",
    "Kun je de notulen sturen naar iedereen die er niet bij was?",
    "Ik denk dat het nieuwe kantoor te klein is voor ons allemaal.",
    "Niemand weet nog welke leverancier de microfoons zal leveren.",
)


def package_files(from_code: str = "en", to_code: str = "nl", **more: object) -> dict[str, bytes]:
    """The files of a package by their path inside it; `more` goes into its metadata."""
    metadata = {
        "package_version": "1.8",
        "argos_version": "1.8",
        "from_code": from_code,
        "from_name": {"en": "English", "nl": "Dutch"}.get(from_code, from_code),
        "to_code": to_code,
        "to_name": {"en": "English", "nl": "Dutch"}.get(to_code, to_code),
        **more,
    }
    return {
        "metadata.json": json.dumps(metadata).encode(),
        "README.md": b"# A package that tests made\n",
        **_heavy_files(),
    }


def zip_of(files: dict[str, bytes], top: str = "translate-en_nl-1_8") -> bytes:
    """A zip with those files in the folder `top`, as an .argosmodel has them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, content in files.items():
            zipped.writestr(f"{top}/{path}" if top else path, content)
    return packed.getvalue()


def argosmodel(from_code: str = "en", to_code: str = "nl", **more: object) -> bytes:
    """The .argosmodel of a package."""
    return zip_of(package_files(from_code, to_code, **more), f"translate-{from_code}_{to_code}-1_8")


def write_files(folder: Path, files: dict[str, bytes]) -> Path:
    """The same files in a folder, as they lie when they are installed."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@cache
def _heavy_files() -> dict[str, bytes]:
    import tempfile

    tokenizer, tokens = _sentencepiece()
    with tempfile.TemporaryDirectory() as folder:
        _spec(tokens).save(folder)
        model = {f"model/{path.name}": path.read_bytes() for path in Path(folder).iterdir()}
    return {"sentencepiece.model": tokenizer, **model}


def _sentencepiece() -> tuple[bytes, list[str]]:
    import sentencepiece

    trained = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter((ENGLISH + DUTCH) * 4),
        model_writer=trained,
        vocab_size=WORDS,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    words = sentencepiece.SentencePieceProcessor(model_proto=trained.getvalue())
    return trained.getvalue(), [words.id_to_piece(each) for each in range(len(words))]


def _spec(tokens: list[str]) -> Any:
    from ctranslate2.specs import TransformerSpec

    spec = TransformerSpec.from_config(1, HEADS)
    for part in (spec.encoder, spec.decoder):
        embeddings = part.embeddings[0] if isinstance(part.embeddings, list) else part.embeddings
        embeddings.weight = _random(len(tokens), WIDTH)
        part.position_encodings.encodings = _random(LAST_POSITION, WIDTH)
        _norm(part.layer_norm)
        for layer in part.layer:
            _layer(layer)
    _linear(spec.decoder.projection, len(tokens), WIDTH)
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(tokens)
    spec.validate()
    spec.optimize(quantization="int8")
    return spec


_CHANCE = np.random.default_rng(1)


def _random(*measures: int) -> Any:
    return _CHANCE.standard_normal(measures, np.float32) * np.float32(0.1)


def _linear(part: Any, *measures: int) -> None:
    part.weight = _random(*measures)
    part.bias = np.zeros(measures[0], np.float32)


def _norm(part: Any) -> None:
    part.gamma = np.ones(WIDTH, np.float32)
    part.beta = np.zeros(WIDTH, np.float32)


def _layer(layer: Any) -> None:
    _norm(layer.self_attention.layer_norm)
    _linear(layer.self_attention.linear[0], 3 * WIDTH, WIDTH)
    _linear(layer.self_attention.linear[1], WIDTH, WIDTH)
    if hasattr(layer, "attention"):
        _norm(layer.attention.layer_norm)
        for part, rows in zip(layer.attention.linear, (1, 2, 1), strict=True):
            _linear(part, rows * WIDTH, WIDTH)
    _norm(layer.ffn.layer_norm)
    _linear(layer.ffn.linear_0, 4 * WIDTH, WIDTH)
    _linear(layer.ffn.linear_1, WIDTH, 4 * WIDTH)
