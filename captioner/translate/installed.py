"""What the packages in the data folder can translate right now, and whether anything can."""

import importlib.util
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from captioner.errors import TranslateError
from captioner.translate.engine import Pair
from captioner.translate.packages import METADATA, installed_packages, packages_folder

logger = logging.getLogger(__name__)

HOW_TO_INSTALL = "pip install --no-deps argostranslate"


@dataclass(frozen=True, slots=True)
class InstalledPackage:
    """A package that can be used."""

    folder: Path
    pair: Pair
    changed_ns: int
    """When its description was written: another package in its place has another."""


class Installed:
    """The packages of a data folder, and of others behind it. A damaged one hides no other.

    Looked at anew when something was put into their folder or taken out of it. May be asked from
    any thread.
    """

    def __init__(self, *data: Path) -> None:
        """Of two packages for the same languages the one in the earlier folder is used."""
        self._data = data
        self._known: tuple[tuple[int, ...], dict[Pair, InstalledPackage]] = ((), {})

    def packages(self) -> dict[Pair, InstalledPackage]:
        """By their languages."""
        changed_ns = tuple(_changed_ns(packages_folder(each)) for each in self._data)
        known_ns, known = self._known
        if changed_ns != known_ns:
            last_first = [found for data in reversed(self._data) for found in _look(data)]
            known = {found.pair: found for found in last_first}
            self._known = changed_ns, known
        return known

    def look_again(self) -> frozenset[Pair]:
        """The pairs, also where a package was mended in its place."""
        self._known = ((), {})
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


def _look(data: Path) -> list[InstalledPackage]:
    found = installed_packages(data)
    for problem in found.broken:
        logger.warning("%s", problem.message)
    return [
        InstalledPackage(
            each.folder, (each.from_code, each.to_code), _changed_ns(each.folder / METADATA)
        )
        for each in found.found
    ]


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
