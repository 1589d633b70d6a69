"""How an engine is to be fed, measured once on this machine and kept in the data folder."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from captioner.asr.batching import LARGEST_BATCH
from captioner.asr.engine import Engine
from captioner.asr.grouping import USUAL_BATCHING, Batching
from captioner.asr.trial import bundled_speech, measure_batching
from captioner.audio.frame import Samples

logger = logging.getLogger(__name__)

FILE_NAME = "batching.json"

MOST_REMEMBERED = 50
"""Conditions that are kept; the oldest go first."""


class RememberedBatching:
    """Gives an engine's Batching; measures it where nobody has. Used from the engine's thread.

    Nothing here ever fails: a file that cannot be read or written is one that is not there, and an
    engine that cannot be tried is fed in the usual way. A data folder is not made for this alone: a
    replay leaves nothing that nobody asked for.
    """

    def __init__(
        self,
        folder: Path,
        measure: Callable[[Engine, Sequence[Samples]], Batching | None] = measure_batching,
        new_stretches: Callable[[], Sequence[Samples]] = bundled_speech,
    ) -> None:
        """`folder` is the data folder."""
        self._path = folder / FILE_NAME
        self._measure = measure
        self._new_stretches = new_stretches

    def known(self, engine: Engine) -> Batching | None:
        """What was measured before for an engine that is loaded; nothing is done to find out."""
        return _parsed(self._read().get(engine.conditions))

    def choose(self, engine: Engine, may_measure: bool = True) -> Batching:
        """For an engine that is loaded. Takes two seconds the first time, if it `may_measure`."""
        if (known := self.known(engine)) is not None:
            return known
        found = self._found(engine) if may_measure else None
        if found is None:
            return USUAL_BATCHING
        kept, conditions = self._read(), engine.conditions
        kept.pop(conditions, None)
        self._write(dict([*kept.items(), (conditions, asdict(found))][-MOST_REMEMBERED:]))
        logger.info("%s: %s", conditions, found.in_words)
        return found

    def _found(self, engine: Engine) -> Batching | None:
        try:
            return self._measure(engine, self._new_stretches())
        except Exception as error:  # whatever it is, captions do not need this
            logger.warning("How to feed the weights was not measured: %s.", error)
            return None

    def _read(self) -> dict[str, Any]:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def _write(self, kept: dict[str, Any]) -> None:
        beside = self._path.with_name(f".{FILE_NAME}.new")
        try:
            beside.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
            beside.replace(self._path)
        except OSError as error:
            logger.info("%s was not written: %s", self._path, error)


def _parsed(kept: Any) -> Batching | None:
    """None of what we did not write."""
    if not isinstance(kept, dict):
        return None
    together, largest = kept.get("encodes_together"), kept.get("largest_batch")
    if not isinstance(together, bool) or not isinstance(largest, int) or isinstance(largest, bool):
        return None
    return Batching(together, largest) if 1 <= largest <= LARGEST_BATCH else None
