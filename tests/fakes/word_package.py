"""Argos packages as such are made, in a second: a CTranslate2 model, a SentencePiece model, zipped.

The weights are written, not learnt. It is a real transformer of one layer that translates word for
word: one-hot positions let each place of the target look at the same place of the source, and the
output of that attention is the word of the lexicon. Words that it does not know are copied, as real
packages do it (`replace_unknowns`).
"""

import io
import json
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import ctranslate2
import numpy as np
import numpy.typing as npt
import sentencepiece

from captioner.translate.packages import install_package

MOST_WORDS = 300
"""Places that a sentence can have; a beam that lost its way goes on to 256."""

SPECIAL = ("<blank>", "<unk>", "<s>", "</s>")
SHARPNESS = 400.0
"""Of the attention; all on one place."""

Floats = npt.NDArray[np.float32]

DUTCH = {
    **{"we": "wij", "have": "hebben", "three": "drie", "open": "open", "questions": "vragen"},
    **{"good": "goede", "morning": "morgen", "the": "de", "budget": "begroting", "is": "is"},
    **{"late": "laat", "at": "om", "call": "bel", "meeting": "vergadering", "and": "en"},
    **{"We": "Wij", "The": "De", "Good": "Goede", "Call": "Bel", "Thanks": "Bedankt"},
    **{"questions.": "vragen.", "late.": "laat.", "morning.": "morgen.", "Thanks.": "Bedankt."},
}
"""The words of a package from English to Dutch."""

GERMAN = {english: dutch.upper() for english, dutch in DUTCH.items()}
"""No German, but no Dutch either."""

ENGLISH = {dutch: english for english, dutch in DUTCH.items()}
"""The way back."""


def make_package(
    folder: Path, source: str, target: str, lexicon: Mapping[str, str], *, prefix: str = ""
) -> Path:
    """The file of a package; every word of the lexicon is written as it is spoken."""
    name = f"translate-{source}_{target}-1_0"
    built = folder / name
    built.mkdir(parents=True)
    pieces = {f"▁{word}" for pair in lexicon.items() for word in pair}
    (built / "sentencepiece.model").write_bytes(_tokenizer(pieces))
    _write_model(built / "model", lexicon)
    description = {
        "package_version": "1.0",
        "argos_version": "1.9",
        "from_code": source,
        "from_name": source,
        "to_code": target,
        "to_name": target,
        **({"target_prefix": prefix} if prefix else {}),
    }
    (built / "metadata.json").write_text(json.dumps(description), encoding="utf-8")
    made = folder / f"{name}.argosmodel"
    with zipfile.ZipFile(made, "w") as archive:
        for path in sorted(built.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return made


def install(data: Path, source: str, target: str, lexicon: Mapping[str, str]) -> Path:
    """A package for this data folder, made and installed; its folder."""
    with tempfile.TemporaryDirectory() as folder:
        made = make_package(Path(folder), source, target, lexicon)
        return install_package(made, data).folder


def _tokenizer(pieces: set[str]) -> bytes:
    """One piece for each word."""
    words = [piece.removeprefix("▁") for piece in sorted(pieces)]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(words * 2),
        model_writer=model,
        model_type="word",
        vocab_size=len(words) + 3,
        hard_vocab_limit=False,
        character_coverage=1.0,
        minloglevel=2,
    )
    return model.getvalue()


def _write_model(folder: Path, lexicon: Mapping[str, str]) -> None:
    heard = [*SPECIAL, *(f"▁{word}" for word in sorted(set(lexicon)))]
    said = [*SPECIAL, *(f"▁{word}" for word in sorted(set(lexicon.values())))]
    words = max(len(heard), len(said))
    width = words + MOST_WORDS
    spec = ctranslate2.specs.TransformerSpec.from_config(1, 1, pre_norm=True)
    places = np.zeros((MOST_WORDS, width), np.float32)
    places[:, words:] = np.eye(MOST_WORDS)
    table = np.eye(words, width, dtype=np.float32)
    for side, vocabulary in ((spec.encoder, heard), (spec.decoder, said)):
        side.scale_embeddings = False
        embeddings = side.embeddings[0] if isinstance(side.embeddings, list) else side.embeddings
        embeddings.weight = table[: len(vocabulary)]
        side.position_encodings.encodings = places
        _even(side.layer_norm, width)
        layer = side.layer[0]
        _silent(layer.self_attention, width)
        _even(layer.ffn.layer_norm, width)
        for linear, shape in ((layer.ffn.linear_0, (4, width)), (layer.ffn.linear_1, (width, 4))):
            _linear(linear, np.zeros(shape, np.float32))
    _look_at_the_same_place(
        spec.decoder.layer[0].attention, words, width, _into(lexicon, heard, said, width)
    )
    _linear(spec.decoder.projection, table[: len(said)])
    spec.register_source_vocabulary(heard)
    spec.register_target_vocabulary(said)
    spec.config.add_source_eos = True
    spec.validate()
    folder.mkdir()
    spec.save(str(folder))


def _into(lexicon: Mapping[str, str], heard: list[str], said: list[str], width: int) -> Floats:
    """Takes a word that was heard to the one that is said."""
    into = np.zeros((width, width), np.float32)
    for number, piece in enumerate(heard):
        word = piece if number < len(SPECIAL) else f"▁{lexicon[piece.removeprefix('▁')]}"
        into[said.index(word), number] = 20.0
    return into


def _look_at_the_same_place(attention: object, words: int, width: int, into: Floats) -> None:
    place = np.zeros((width, width), np.float32)
    place[words:, words:] = np.eye(MOST_WORDS) * SHARPNESS
    word = np.zeros((width, width), np.float32)
    word[:words, :words] = np.eye(words)
    _even(attention.layer_norm, width)  # type: ignore[attr-defined]
    query, keys_and_values, output = attention.linear  # type: ignore[attr-defined]
    _linear(query, place)
    _linear(keys_and_values, np.concatenate([place / SHARPNESS, word]))
    _linear(output, into)


def _silent(attention: object, width: int) -> None:
    """Self-attention that adds nothing."""
    _even(attention.layer_norm, width)  # type: ignore[attr-defined]
    everything, output = attention.linear  # type: ignore[attr-defined]
    _linear(everything, np.zeros((3 * width, width), np.float32))
    _linear(output, np.zeros((width, width), np.float32))


def _even(norm: object, width: int) -> None:
    norm.gamma = np.ones(width, np.float32)  # type: ignore[attr-defined]
    norm.beta = np.zeros(width, np.float32)  # type: ignore[attr-defined]


def _linear(linear: object, weight: Floats) -> None:
    linear.weight = weight  # type: ignore[attr-defined]
    linear.bias = np.zeros(weight.shape[0], np.float32)  # type: ignore[attr-defined]
