"""Translation packages in the data folder: one folder each, as argostranslate has them."""

import importlib.util
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from captioner.errors import TranslateError
from captioner.translate.engine import Pair

logger = logging.getLogger(__name__)

FOLDER = "translate"
"""In the data folder."""

HOW_TO_INSTALL = "pip install --no-deps argostranslate"


@dataclass(frozen=True, slots=True)
class InstalledPackage:
    """A package that can be used."""

    folder: Path
    source: str
    target: str
    changed_ns: int
    """When its description was written: another package in its place has another."""

    @property
    def pair(self) -> Pair:
        """From which language into which."""
        return self.source, self.target


class Installed:
    """What lies in a folder now. A damaged package hides no other.

    Looked at anew when something was put into the folder or taken out of it. May be asked from any
    thread.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: tuple[int, dict[Pair, InstalledPackage]] = (-1, {})

    def packages(self) -> dict[Pair, InstalledPackage]:
        """By their languages; of two for the same the one whose folder sorts last."""
        changed_ns = _changed_ns(self.folder)
        known_ns, known = self._known
        if changed_ns != known_ns:
            known = {package.pair: package for package in _read_all(self.folder)}
            self._known = changed_ns, known
        return known

    def look_again(self) -> frozenset[Pair]:
        """The pairs, also where a package was mended in its place."""
        self._known = (-1, {})
        return self.pairs()

    def pairs(self) -> frozenset[Pair]:
        """What packages lead from where to where."""
        return frozenset(self.packages())


def translator_problem(
    find: Callable[[str], object] = importlib.util.find_spec,
) -> TranslateError | None:
    """Why nothing can be translated, whatever packages there are."""
    if find("argostranslate") is not None:
        return None
    return TranslateError(
        "no_translator", f"Translations need one more step on this computer: {HOW_TO_INSTALL}"
    )


def _read_all(folder: Path) -> Iterator[InstalledPackage]:
    try:
        found = sorted(each for each in folder.iterdir() if not each.name.startswith("."))
    except OSError:
        return
    for each in found:
        try:
            yield _read(each)
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.warning("the translation package %s cannot be used: %r", each.name, error)


def _read(folder: Path) -> InstalledPackage:
    path = folder / "metadata.json"
    body = json.loads(path.read_text(encoding="utf-8"))
    source, target = body["from_code"], body["to_code"]
    tokenizers = ("sentencepiece.model", "bpe.model")
    if not isinstance(source, str) or not isinstance(target, str) or not source or not target:
        raise ValueError("it does not say from which language into which")
    if body.get("type", "translate") != "translate":
        raise ValueError("it translates nothing")
    if not (folder / "model" / "model.bin").is_file():
        raise ValueError("it has no model")
    if not any((folder / name).is_file() for name in tokenizers):
        raise ValueError("it has no tokenizer")
    return InstalledPackage(folder, source, target, path.stat().st_mtime_ns)


def _changed_ns(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0
