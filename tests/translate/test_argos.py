"""Packages as Argos makes them, against argostranslate itself, and what it does unasked."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from captioner.errors import TranslateError
from captioner.translate.argos import MOST_LOADED, ArgosTranslator
from captioner.translate.installed import Installed
from tests.fakes.word_package import DUTCH, ENGLISH, GERMAN, install, make_package

ROOT = Path(__file__).parents[2]
EN_NL = ("en", "nl")

SENTENCES = [
    "We have three open questions.",
    "Good morning and thanks",
    "The meeting is late.",
    "Call Siobhan at 10:30",
    "xyzzy",
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    install(tmp_path / "data", "en", "nl", DUTCH)
    return tmp_path / "data"


def translator(data: Path) -> ArgosTranslator:
    return ArgosTranslator(Installed(data))


def python(script: str, home: Path, *arguments: str) -> Any:
    """What a script prints as JSON, run by somebody whose home is there and empty."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "LD_LIBRARY_PATH")}
    environment = {**kept, "HOME": str(home), "PYTHONPATH": str(ROOT), "TMPDIR": str(home.parent)}
    done = subprocess.run(
        [sys.executable, "-B", "-c", script, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_package_translates_word_for_word(data: Path) -> None:
    said = translator(data).translate(EN_NL, SENTENCES)
    assert said[0] == "Wij hebben drie open vragen."
    assert "Siobhan om 10:30" in said[3]


UPSTREAM = """
import json, sys, types
from importlib.machinery import ModuleSpec
stanza = types.ModuleType("stanza")
stanza.__spec__ = ModuleSpec("stanza", None)
sys.modules["stanza"] = stanza
from pathlib import Path
from argostranslate import package, translate

package.install_from_path(Path(sys.argv[1]))
translation = translate.get_translation_from_codes("en", "nl")
underlying = translation.underlying
underlying.sentencizer = types.SimpleNamespace(split_sentences=lambda text: [text])
print(json.dumps([translation.translate(sentence) for sentence in json.loads(sys.argv[2])]))
"""
"""argostranslate as it is, but for its splitting of sentences, which would be downloaded."""


def test_the_same_package_and_sentence_give_what_argostranslate_gives(tmp_path: Path) -> None:
    package = make_package(tmp_path / "made", "en", "nl", DUTCH)
    theirs = python(UPSTREAM, tmp_path / "home", str(package), json.dumps(SENTENCES))
    install(tmp_path / "data", "en", "nl", DUTCH)
    ours = translator(tmp_path / "data").translate(EN_NL, SENTENCES)
    assert ours == theirs
    assert ours != SENTENCES


OURS = """
import json, os, psutil, socket, sys
from pathlib import Path

asked = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"):
        asked.append(event)
sys.addaudithook(watch)
os.environ["XDG_DATA_HOME"] = os.environ["HOME"] + "/mine"
import captioner
before = dict(os.environ)
from captioner.translate.argos import ArgosTranslator, import_packages
from captioner.translate.installed import Installed

import_packages()
memory_mb = psutil.Process().memory_info().rss / 1e6
translator = ArgosTranslator(Installed(Path(sys.argv[1])))
import logging
lines = []
class Kept(logging.Handler):
    def emit(self, record):
        lines.append(record.getMessage())
logging.getLogger().addHandler(Kept())
logging.getLogger().setLevel(logging.INFO)
said = translator.translate(("en", "nl"), ["Good morning."])
print(json.dumps({
    "said": said,
    "memory_mb": memory_mb,
    "changed": [k for k in {*before, *os.environ} if before.get(k) != os.environ.get(k)],
    "loaded": sorted(sys.modules),
    "asked": asked,
    "lines": lines,
}))
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One run of ours in a home of its own."""
    folder = tmp_path_factory.mktemp("alone")
    install(folder / "data", "en", "nl", DUTCH)
    found: dict[str, Any] = python(OURS, folder / "home", str(folder / "data"))
    found["home"] = [str(path) for path in (folder / "home").rglob("*")]
    found["left"] = sorted(path.name for path in folder.iterdir())
    assert found["said"] == ["Goede morgen."]
    return found


def test_importing_loads_no_torch_and_no_spacy_and_stays_small(alone: dict[str, Any]) -> None:
    heavy = {"torch", "spacy", "stanza", "minisbd", "onnxruntime"}
    assert heavy & {name.split(".")[0] for name in alone["loaded"]} == set()
    assert alone["memory_mb"] < 100


def test_nothing_is_left_behind_in_the_users_home(alone: dict[str, Any]) -> None:
    assert alone["home"] == []
    assert alone["left"] == ["data", "home"]


def test_the_environment_is_as_it_was(alone: dict[str, Any]) -> None:
    """argostranslate names its folders by variables that sound servers and browsers read too."""
    assert alone["changed"] == []


def test_nobody_is_asked_anything(alone: dict[str, Any]) -> None:
    assert alone["asked"] == []


def test_what_was_said_is_not_logged(alone: dict[str, Any]) -> None:
    assert alone["lines"] == []


def test_a_package_that_is_removed_is_not_used_any_more(data: Path) -> None:
    argos = translator(data)
    argos.translate(EN_NL, ["Good morning."])
    (package,) = (data / "translate").iterdir()
    shutil.rmtree(package)
    os.utime(data / "translate", ns=(1, 1))
    assert argos.pairs() == frozenset()
    with pytest.raises(TranslateError) as raised:
        argos.translate(EN_NL, ["Good morning."])
    assert raised.value.code == "no_package"


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("model/model.bin", "no_package"),  # seen before it is loaded
        ("model/source_vocabulary.json", "package_fails"),
        ("sentencepiece.model", "package_fails"),
    ],
)
def test_a_package_with_a_broken_file_says_so_and_the_others_translate(
    data: Path, file: str, code: str
) -> None:
    install(data, "en", "de", GERMAN)
    broken = next(each for each in (data / "translate").iterdir() if "en_de" in each.name)
    (broken / file).write_bytes(b"rubbish")
    argos = translator(data)
    with pytest.raises(TranslateError) as raised:
        argos.translate(("en", "de"), ["Good morning."])
    assert raised.value.code == code
    assert argos.translate(EN_NL, ["Good morning."]) == ["Goede morgen."]


def test_a_package_with_a_prefix_for_its_language_gives_the_text_alone(tmp_path: Path) -> None:
    """Models of several target languages are told which one by a first token."""
    package = install(tmp_path / "data", "en", "nl", {**DUTCH, ">>nl<<": ">>nl<<"})
    path = package / "metadata.json"
    body = json.loads(path.read_text(encoding="utf-8")) | {"target_prefix": "▁>>nl<<"}
    path.write_text(json.dumps(body), encoding="utf-8")
    (said,) = translator(tmp_path / "data").translate(EN_NL, ["Good morning."])
    assert ">>nl<<" not in said


def test_packages_in_memory_are_bounded(tmp_path: Path) -> None:
    data = tmp_path / "data"
    targets = [f"x{letter}" for letter in "abcdefghij"[: MOST_LOADED + 1]]
    for target in targets:
        install(data, "en", target, ENGLISH)
    argos = translator(data)
    for target in targets:
        argos.translate(("en", target), ["de"])
    assert len(argos._opened) == MOST_LOADED
