import json
import logging
import os
import shutil
from pathlib import Path

import pytest

from captioner.translate.installed import Installed, translator_problem


def put(folder: Path, name: str = "en_nl", **description: object) -> Path:
    """The folder of a package, as far as it is looked at."""
    package = folder / name
    (package / "model").mkdir(parents=True)
    (package / "model" / "model.bin").touch()
    (package / "sentencepiece.model").touch()
    body = {"from_code": "en", "to_code": "nl"} | description
    (package / "metadata.json").write_text(json.dumps(body), encoding="utf-8")
    return package


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert Installed(tmp_path / "translate").pairs() == frozenset()


def test_a_damaged_package_hides_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """argostranslate lists nothing at all when one folder has no metadata.json."""
    put(tmp_path)
    put(tmp_path, "nl_en", from_code="nl", to_code="en")
    (tmp_path / "empty").mkdir()
    (put(tmp_path, "no_model", to_code="de") / "model" / "model.bin").unlink()
    (put(tmp_path, "no_tokenizer", to_code="fr") / "sentencepiece.model").unlink()
    (put(tmp_path, "no_json", to_code="es") / "metadata.json").write_text("{", encoding="utf-8")
    put(tmp_path, "no_code", to_code=None)
    put(tmp_path, "sentences", type="sbd")
    put(tmp_path, ".half", to_code="it")
    (tmp_path / "file").touch()
    with caplog.at_level(logging.WARNING):
        assert Installed(tmp_path).pairs() == {("en", "nl"), ("nl", "en")}
    assert {"empty", "no_model", "no_json"} <= {word for r in caplog.messages for word in r.split()}


def test_what_is_installed_or_removed_in_between_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "translate"
    installed = Installed(folder)
    assert installed.pairs() == frozenset()
    package = put(folder)
    os.utime(folder, ns=(1, 1))
    assert installed.pairs() == {("en", "nl")}
    shutil.rmtree(package)
    os.utime(folder, ns=(2, 2))
    assert installed.pairs() == frozenset()


def test_looking_again_sees_a_package_that_was_mended_in_its_place(tmp_path: Path) -> None:
    model = put(tmp_path) / "model" / "model.bin"
    model.unlink()
    installed = Installed(tmp_path)
    assert installed.pairs() == frozenset()
    model.touch()
    assert installed.look_again() == {("en", "nl")}


def test_a_missing_library_is_told_with_the_line_that_installs_it() -> None:
    assert translator_problem() is None
    problem = translator_problem(lambda _: None)
    assert problem is not None
    assert problem.code == "no_translator"
    assert "pip install --no-deps argostranslate" in problem.message
