"""Argos packages; random weights will do, and no torch is needed."""

import io
import json
import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import sentencepiece

from recipe.grammar import Pair
from recipe.packages import Package, convert_translator, measure_package, pack, unpack
from recipe.sentences import draw_sentences
from tests.recipe.test_conversion import SHAPE, WIDTH, layer, random_arrays


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    pairs = draw_sentences(400, "a test")
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(text for p in pairs for text in (p.english, p.dutch)),
        model_writer=model,
        vocab_size=400,
        model_type="bpe",
        byte_fallback=True,
        minloglevel=2,
    )
    pieces = folder / "pieces.model"
    pieces.write_bytes(model.getvalue())
    shapes: dict[str, tuple[int, ...]] = {
        "tokens.weight": (400, WIDTH),
        "positions": (256, WIDTH),
        "encoder_norm.weight": (WIDTH,),
        "encoder_norm.bias": (WIDTH,),
        "decoder_norm.weight": (WIDTH,),
        "decoder_norm.bias": (WIDTH,),
        **layer("encoder.0", crosses=False),
        **layer("decoder.0", crosses=True),
    }
    convert_translator(random_arrays(shapes), SHAPE, pieces, folder / "model")
    return pack(folder / "made", "en", "nl", folder / "model", pieces, "A card.\n")


def test_a_package_is_one_folder_with_what_argos_wants_in_it(made: Path) -> None:
    assert made.name == "translate-en_nl.argosmodel"
    with zipfile.ZipFile(made) as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
        assert {name.partition("/")[0] for name in archive.namelist()} == {"translate-en_nl-1_0"}
        metadata = json.loads(archive.read("translate-en_nl-1_0/metadata.json"))
    assert {"metadata.json", "sentencepiece.model", "README.md", "model/model.bin"} <= names
    assert metadata["from_code"] == "en"
    assert metadata["to_name"] == "Dutch"


def test_the_same_files_make_the_same_package(made: Path, tmp_path: Path) -> None:
    folder = unpack(made, tmp_path / "out")
    again = pack(
        tmp_path, "en", "nl", folder / "model", folder / "sentencepiece.model", "A card.\n"
    )
    assert again.read_bytes() == made.read_bytes()


TRANSLATE = """
import importlib.machinery, json, sys, types
stanza = types.ModuleType("stanza")
stanza.__spec__ = importlib.machinery.ModuleSpec("stanza", None)
sys.modules["stanza"] = stanza  # would bring torch, for sentences that come one by one anyway
from pathlib import Path
from argostranslate import package
import ctranslate2
package.install_from_path(Path(sys.argv[1]))
(found,) = package.get_installed_packages()
tokens = found.tokenizer.encode("Zo\u00eb, can you check the budget?")
translator = ctranslate2.Translator(str(found.package_path / "model"), intra_threads=1)
best = translator.translate_batch([tokens], replace_unknowns=True)[0].hypotheses[0]
print(json.dumps([found.from_code, found.to_name, found.tokenizer.decode(best)]))
"""


@pytest.mark.skipif(find_spec("argostranslate") is None, reason="argostranslate is not installed")
def test_the_real_library_installs_it_and_translates_with_it(made: Path, tmp_path: Path) -> None:
    homes = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "ARGOS_PACKAGES_DIR", "HOME")
    environment = {name: str(tmp_path / name) for name in homes}
    environment |= {"PATH": os.environ["PATH"], "ORT_DISABLE_TELEMETRY": "1"}
    for name in homes:
        (tmp_path / name).mkdir()
    done = subprocess.run(
        [sys.executable, "-c", TRANSLATE, str(made)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    source, target, text = json.loads(done.stdout)
    assert (source, target) == ("en", "Dutch")
    assert isinstance(text, str)


def test_it_translates_whatever_it_writes(made: Path, tmp_path: Path) -> None:
    package = Package(unpack(made, tmp_path))
    written = package.translate(["We agree.", "Zoë, can you check the budget?"])
    assert len(written) == 2
    assert all(isinstance(text, str) for text in written)


def test_figures_tell_what_came_out_wrong(made: Path, tmp_path: Path) -> None:
    package = Package(unpack(made, tmp_path))
    figures = measure_package(package, [Pair("We agree.", "Wij zijn het eens.")], "en", "nl")
    assert figures.sentences == 1
    assert figures.exact == 0.0
    assert figures.slips[0][0] == "Wij zijn het eens."
    assert np.isfinite(figures.chrf)
