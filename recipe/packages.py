"""Trained translators as Argos packages, made the way Argos packages are made."""

import json
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from recipe.conversion import Arrays, load_arrays, set_layer
from recipe.grammar import Pair
from recipe.scoring import chrf

NAMES = {"en": "English", "nl": "Dutch"}
ZIP_DATE = (2026, 1, 1, 0, 0, 0)
"""Of every file in a package: the same weights give the same bytes."""

CARD = """# {source} to {target}, for trying captioner out

A transformer of {parameters:,} parameters in CTranslate2 form (int8) with SentencePiece, trained
from nothing on the sentences of captioner's own small grammar of meetings ("Anna, can you review
the budget before Tuesday?"). It is no translator of what people say: outside those sentences it
writes nonsense. `python -m recipe translators` trains it, `python -m recipe packages` packs it.

Licence: MIT, as captioner itself.
"""


def translator_spec(arrays: Arrays, shape: dict[str, int]) -> Any:
    """CTranslate2's specification with the weights in it."""
    from ctranslate2.specs import TransformerSpec, common_spec

    spec = TransformerSpec.from_config(
        (shape["encoder_layers"], shape["decoder_layers"]),
        shape["heads"],
        pre_norm=True,
        activation=common_spec.Activation.GELU,
        alignment_layer=-1,
        alignment_heads=shape["heads"],
    )
    table = arrays["tokens.weight"]
    for part, layers, embeddings in (
        ("encoder", spec.encoder, spec.encoder.embeddings[0]),
        ("decoder", spec.decoder, spec.decoder.embeddings),
    ):
        embeddings.weight = table
        layers.scale_embeddings = True
        layers.position_encodings.encodings = arrays["positions"]
        layers.layer_norm.gamma = arrays[f"{part}_norm.weight"]
        layers.layer_norm.beta = arrays[f"{part}_norm.bias"]
        for index, layer in enumerate(layers.layer):
            set_layer(layer, arrays, f"{part}.{index}")
    spec.decoder.projection.weight = table
    return spec


def piece_tokens(pieces: Path) -> list[str]:
    """The vocabulary in SentencePiece's order."""
    import sentencepiece

    model = sentencepiece.SentencePieceProcessor(model_file=str(pieces))
    return [model.id_to_piece(index) for index in range(model.get_piece_size())]


def convert_translator(arrays: Arrays, shape: dict[str, int], pieces: Path, folder: Path) -> int:
    """Write a CTranslate2 model, int8; gives its parameters."""
    spec = translator_spec(arrays, shape)
    tokens = piece_tokens(pieces)
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(tokens)
    spec.config.add_source_bos = False
    spec.config.add_source_eos = False
    spec.config.decoder_start_token = "<s>"
    spec.config.bos_token, spec.config.eos_token = "<s>", "</s>"
    spec.config.unk_token = "<unk>"
    spec.validate()
    spec.optimize(quantization="int8")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    spec.save(str(folder))
    return sum(int(np.size(value)) for value in arrays.values())


def pack(folder: Path, source: str, target: str, model: Path, pieces: Path, card: str) -> Path:
    """`translate-en_nl.argosmodel` in `folder`: a zip with one folder in it, as Argos has them."""
    root = f"translate-{source}_{target}-1_0"
    metadata = {
        "package_version": "1.0",
        "argos_version": "1.9.0",
        "from_code": source,
        "from_name": NAMES[source],
        "to_code": target,
        "to_name": NAMES[target],
    }
    files = {f"{root}/model/{file.name}": file.read_bytes() for file in sorted(model.iterdir())}
    files[f"{root}/sentencepiece.model"] = pieces.read_bytes()
    files[f"{root}/metadata.json"] = (json.dumps(metadata, indent=2) + "\n").encode()
    files[f"{root}/README.md"] = card.encode()
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"translate-{source}_{target}.argosmodel"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return made


def make_package(work: Path, folder: Path, source: str, target: str) -> Path:
    """Convert and pack what training left in `work`."""
    model = work / f"translator-{source}-{target}"
    arrays, shape = load_arrays(work / f"translator-{source}-{target}.pt")
    parameters = convert_translator(arrays, shape, work / "pieces.model", model)
    card = CARD.format(source=NAMES[source], target=NAMES[target], parameters=parameters)
    return pack(folder, source, target, model, work / "pieces.model", card)


class Package:
    """An unpacked package, used as argostranslate uses it."""

    def __init__(self, folder: Path) -> None:
        import ctranslate2
        import sentencepiece

        self._pieces = sentencepiece.SentencePieceProcessor(
            model_file=str(folder / "sentencepiece.model")
        )
        self._translator = ctranslate2.Translator(str(folder / "model"), intra_threads=1)

    def translate(self, texts: Sequence[str]) -> list[str]:
        results = self._translator.translate_batch(
            [self._pieces.encode(text, out_type=str) for text in texts],
            beam_size=4,
            replace_unknowns=True,
            length_penalty=0.2,
            max_batch_size=32,
        )
        return [self._pieces.decode(result.hypotheses[0]).strip() for result in results]


def unpack(made: Path, folder: Path) -> Path:
    """The folder that was in it."""
    with zipfile.ZipFile(made) as archive:
        archive.extractall(folder)
        return folder / archive.namelist()[0].split("/")[0]


@dataclass(frozen=True, slots=True)
class TranslationFigures:
    """Of one set of sentences."""

    sentences: int
    exact: float
    """Share that came out letter for letter."""
    chrf: float
    """Mean over sentences, 0 to 1."""
    slips: tuple[tuple[str, str], ...]
    """(wanted, written) of the others."""


def measure_package(
    package: Package, pairs: Sequence[Pair], source: str, target: str
) -> TranslationFigures:
    written = package.translate([pair.text(source) for pair in pairs])
    wanted = [pair.text(target) for pair in pairs]
    slips = tuple((a, b) for a, b in zip(wanted, written, strict=True) if a != b)
    mean = sum(chrf(a, b) for a, b in zip(wanted, written, strict=True)) / len(pairs)
    return TranslationFigures(len(pairs), 1 - len(slips) / len(pairs), mean, slips)
