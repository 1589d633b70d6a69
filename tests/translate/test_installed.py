import json
import logging
import os
import shutil
from pathlib import Path

import pytest

from captioner.translate.installed import Installed, translator_problem
from tests.fakes.word_package import DUTCH, ENGLISH, install

EN_NL, NL_EN = ("en", "nl"), ("nl", "en")


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert Installed(tmp_path / "data").pairs() == frozenset()


def test_a_damaged_package_hides_no_other_and_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """argostranslate lists nothing at all when one folder has no metadata.json."""
    data = tmp_path / "data"
    install(data, "en", "nl", DUTCH)
    install(data, "nl", "en", ENGLISH)
    (data / "translate" / "translate-en_xx").mkdir()
    with caplog.at_level(logging.WARNING):
        assert Installed(data).pairs() == {EN_NL, NL_EN}
    assert "translate-en_xx" in caplog.text


def test_what_is_installed_or_removed_in_between_is_seen(tmp_path: Path) -> None:
    data = tmp_path / "data"
    installed = Installed(data)
    assert installed.pairs() == frozenset()
    package = install(data, "en", "nl", DUTCH)
    assert installed.pairs() == {EN_NL}
    shutil.rmtree(package)
    os.utime(data / "translate", ns=(1, 1))
    assert installed.pairs() == frozenset()


def test_looking_again_sees_a_package_that_was_mended_in_its_place(tmp_path: Path) -> None:
    package = install(tmp_path / "data", "en", "nl", DUTCH)
    path = package / "metadata.json"
    text = path.read_text(encoding="utf-8")
    path.write_text("{", encoding="utf-8")
    installed = Installed(tmp_path / "data")
    assert installed.pairs() == frozenset()
    path.write_text(text, encoding="utf-8")
    assert installed.look_again() == {EN_NL}


def test_another_package_in_the_place_of_one_is_another(tmp_path: Path) -> None:
    package = install(tmp_path / "data", "en", "nl", DUTCH)
    installed = Installed(tmp_path / "data")
    before = installed.packages()[EN_NL]
    body = json.loads((package / "metadata.json").read_text(encoding="utf-8"))
    (package / "metadata.json").write_text(json.dumps(body), encoding="utf-8")
    os.utime(package / "metadata.json", ns=(1, 1))
    installed.look_again()
    assert installed.packages()[EN_NL] != before


def test_a_missing_library_is_told_with_the_line_that_installs_it() -> None:
    assert translator_problem() is None
    problem = translator_problem(lambda _: None)
    assert problem is not None
    assert problem.code == "no_translator"
    assert "pip install --no-deps argostranslate" in problem.message


def test_of_two_folders_the_first_has_the_last_word(tmp_path: Path) -> None:
    """Whoever fetched a package that translates reads the demo with it too."""
    own, bundled = tmp_path / "own", tmp_path / "bundled"
    install(bundled, "en", "nl", DUTCH)
    install(bundled, "nl", "en", ENGLISH)
    installed = Installed(own, bundled)
    assert installed.packages()[EN_NL].folder.parents[1] == bundled
    install(own, "en", "nl", DUTCH)
    assert installed.packages()[EN_NL].folder.parents[1] == own
    assert installed.pairs() == {EN_NL, NL_EN}
