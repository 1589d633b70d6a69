"""Argos packages at work; the only module that knows argostranslate.

Its packages and tokenizers are used, and CTranslate2 for the rest: its own `translate()` splits
sentences with a model that it downloads, and runs on all cores. Its habits are described in
docs/decisions/013.
"""

import importlib
import logging
import os
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from captioner.errors import TranslateError
from captioner.translate.engine import Pair
from captioner.translate.installed import Installed, InstalledPackage, translator_problem
from captioner.translate.priority import made_quietly

BEAM_SIZE = 4
LENGTH_PENALTY = 0.2
"""Both as argostranslate has them: the same package and sentence give the same."""

TOKENS_IN_A_BATCH = 1024
"""Sentences of all channels together are far fewer."""

LONGEST_GROWTH = 4
"""Tokens for each that came in, and 32: a model that repeats itself is stopped early."""

MOST_TOKENS = 250
"""Of a translation; many models know no place beyond the 256th and fail there."""

MOST_LOADED = 6
"""Packages in memory: three languages from two, or 600 MB at the worst."""

NOT_LOADED = ("stanza", "spacy")
"""Imported for sentences that captions have already; they bring torch."""


class ArgosTranslator:
    """A Translator. Everything is loaded when it is first needed, on the thread that needs it."""

    def __init__(self, installed: Installed) -> None:
        self._installed = installed
        self._opened: OrderedDict[InstalledPackage, OpenPackage] = OrderedDict()

    def pairs(self) -> frozenset[Pair]:
        return self._installed.pairs()

    def prepare(self, pair: Pair) -> None:
        self.translate(pair, ())

    def translate(self, pair: Pair, sentences: Sequence[str]) -> list[str]:
        package = self._installed.packages().get(pair)
        if package is None:
            raise TranslateError(
                "no_package", f"The package from {pair[0]} to {pair[1]} is not here any more."
            )
        try:
            return self._open(package).translate(sentences)
        except TranslateError:
            raise
        except Exception as error:  # whatever a damaged model throws
            self._opened.pop(package, None)
            raise TranslateError(
                "package_fails",
                f"The package from {pair[0]} to {pair[1]} cannot be used: install it again.",
            ) from error

    def _open(self, package: InstalledPackage) -> "OpenPackage":
        opened = self._opened.get(package)
        if opened is None:
            here = set(self._installed.packages().values())
            for gone in [each for each in self._opened if each not in here]:
                del self._opened[gone]
            opened = self._opened[package] = OpenPackage(package)
        self._opened.move_to_end(package)
        while len(self._opened) > MOST_LOADED:
            self._opened.popitem(last=False)
        return opened


class OpenPackage:
    """A package in memory. Raises whatever its libraries do."""

    def __init__(self, package: InstalledPackage) -> None:
        from ctranslate2 import Translator

        self._package = import_packages().Package(package.folder)
        self._translator = made_quietly(
            lambda: Translator(
                str(package.folder / "model"),
                device="cpu",
                compute_type="auto",
                inter_threads=1,
                intra_threads=1,
            )
        )

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """In one batch."""
        tokens = [self._package.tokenizer.encode(sentence) for sentence in sentences]
        longest = max(map(len, tokens), default=0)
        prefix = self._package.target_prefix
        results = self._translator.translate_batch(
            tokens,
            target_prefix=[[prefix]] * len(tokens) if prefix else None,
            replace_unknowns=True,
            max_batch_size=TOKENS_IN_A_BATCH,
            batch_type="tokens",
            beam_size=BEAM_SIZE,
            num_hypotheses=1,
            length_penalty=LENGTH_PENALTY,
            max_decoding_length=min(MOST_TOKENS, LONGEST_GROWTH * longest + 32),
        )
        decoded = (self._package.tokenizer.decode(each.hypotheses[0]) for each in results)
        shown = prefix.lstrip("▁")
        return [text.removeprefix(shown).removeprefix(" ") for text in decoded]


def import_packages() -> Any:
    """argostranslate's module of packages, without what it does when it is imported.

    Raises TranslateError where it is not installed.
    """
    if "argostranslate.package" in sys.modules:
        return sys.modules["argostranslate.package"]
    if (problem := translator_problem()) is not None:
        raise problem
    with _placeholders(NOT_LOADED):
        with tempfile.TemporaryDirectory() as folder, _environment(_somewhere(folder)):
            # The folders it makes are named while this one small module is imported.
            importlib.import_module("argostranslate.settings")
        package = importlib.import_module("argostranslate.package")
    # It would log what was said, and print it if it is told to be talkative.
    logger = logging.getLogger("argostranslate.utils")
    logger.setLevel(logging.WARNING)
    logger.handlers.clear()
    return package


def _somewhere(folder: str) -> dict[str, str | None]:
    """Every variable that it reads, so that it finds and makes nothing of the user's."""
    places = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "ARGOS_PACKAGES_DIR")
    theirs = [name for name in os.environ if name.startswith("ARGOS_")]
    none: dict[str, str | None] = dict.fromkeys([*theirs, "SNAP", "KMP_DUPLICATE_LIB_OK"])
    return none | dict.fromkeys(places, folder)


@contextmanager
def _environment(values: Mapping[str, str | None]) -> Iterator[None]:
    """These variables for as long as the context lasts, None: not set; then as they were."""
    before = {name: os.environ.get(name) for name in values}
    try:
        _set(values)
        yield
    finally:
        _set(before)


def _set(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@contextmanager
def _placeholders(names: Sequence[str]) -> Iterator[None]:
    """Empty modules of these names that nobody has loaded yet, for as long as the context lasts."""
    absent = [name for name in names if name not in sys.modules]
    for name in absent:
        module = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None)
        sys.modules[name] = module
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
