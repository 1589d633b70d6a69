import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from captioner.asr.engine import Engine
from captioner.asr.grouping import USUAL_BATCHING, Batching
from captioner.asr.remembered import FILE_NAME, MOST_REMEMBERED, RememberedBatching
from captioner.audio.frame import Samples
from tests.fakes.scripted_engine import ScriptedEngine

FOUND = Batching(True, 8)


class Measured:
    """A data folder, and how often was measured."""

    def __init__(self, folder: Path, found: Batching | Exception | None = FOUND) -> None:
        self.found = found
        self.times = 0
        self.file = folder / FILE_NAME
        self.remembered = RememberedBatching(folder, self._measure, lambda: [])

    def _measure(self, _: Engine, __: Sequence[Samples]) -> Batching | None:
        self.times += 1
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def engine_on(conditions: str) -> ScriptedEngine:
    engine = ScriptedEngine()
    engine.conditions = conditions
    return engine


def test_what_was_measured_once_is_not_measured_again(tmp_path: Path) -> None:
    first, later = Measured(tmp_path), Measured(tmp_path)
    assert first.remembered.choose(ScriptedEngine()) == FOUND
    assert later.remembered.choose(ScriptedEngine()) == FOUND
    assert (first.times, later.times) == (1, 0)


def test_what_is_known_can_be_asked_without_measuring(tmp_path: Path) -> None:
    measured = Measured(tmp_path)
    assert measured.remembered.known(ScriptedEngine()) is None
    assert (measured.times, measured.file.exists()) == (0, False)
    measured.remembered.choose(ScriptedEngine())
    assert measured.remembered.known(ScriptedEngine()) == FOUND


def test_other_conditions_are_measured_anew_and_both_are_kept(tmp_path: Path) -> None:
    measured = Measured(tmp_path)
    for conditions in ("tiny, cpu", "tiny, cuda", "tiny, cpu", "tiny, cuda"):
        measured.remembered.choose(engine_on(conditions))
    assert measured.times == 2
    assert set(json.loads(measured.file.read_text())) == {"tiny, cpu", "tiny, cuda"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{ half",
        "[]",
        "[" * 100_000,
        '{"scripted": 3}',
        '{"scripted": {"encodes_together": 1, "largest_batch": 8}}',
        '{"scripted": {"encodes_together": true, "largest_batch": true}}',
        '{"scripted": {"encodes_together": true, "largest_batch": 0}}',
        '{"scripted": {"encodes_together": true, "largest_batch": 9000}}',
        '{"scripted": {"encodes_together": true}}',
    ],
)
def test_a_file_that_is_broken_or_not_ours_is_measured_anew(tmp_path: Path, text: str) -> None:
    measured = Measured(tmp_path)
    measured.file.write_text(text)
    assert measured.remembered.choose(ScriptedEngine()) == FOUND
    assert measured.times == 1
    assert json.loads(measured.file.read_text()) == {
        "scripted": {"encodes_together": True, "largest_batch": 8}
    }


def test_a_file_of_bytes_that_are_no_text_is_measured_anew(tmp_path: Path) -> None:
    measured = Measured(tmp_path)
    measured.file.write_bytes(b"\xff\xfe\x00{")
    assert measured.remembered.choose(ScriptedEngine()) == FOUND


def test_a_data_folder_is_not_made_for_this_alone(tmp_path: Path) -> None:
    """A replay that was asked for nothing leaves nothing."""
    measured = Measured(tmp_path / "data")
    assert measured.remembered.choose(ScriptedEngine()) == FOUND
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    measured = Measured(tmp_path / "taken")
    assert measured.remembered.choose(ScriptedEngine()) == FOUND
    assert measured.remembered.choose(ScriptedEngine()) == FOUND
    assert measured.times == 2


@pytest.mark.parametrize("found", [None, RuntimeError("no room")])
def test_what_cannot_be_measured_is_fed_in_the_usual_way_and_tried_next_time(
    tmp_path: Path, found: Exception | None
) -> None:
    measured = Measured(tmp_path, found)
    assert measured.remembered.choose(ScriptedEngine()) == USUAL_BATCHING
    assert not measured.file.exists()
    measured.found = FOUND
    assert measured.remembered.choose(ScriptedEngine()) == FOUND


def test_in_a_hurry_nothing_is_measured_but_what_is_known_counts(tmp_path: Path) -> None:
    measured = Measured(tmp_path)
    assert measured.remembered.choose(ScriptedEngine(), may_measure=False) == USUAL_BATCHING
    assert measured.times == 0
    measured.remembered.choose(ScriptedEngine())
    assert measured.remembered.choose(ScriptedEngine(), may_measure=False) == FOUND


def test_the_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    measured = Measured(tmp_path)
    for number in range(MOST_REMEMBERED + 5):
        measured.remembered.choose(engine_on(f"number {number}"))
    kept = json.loads(measured.file.read_text())
    assert len(kept) == MOST_REMEMBERED
    assert "number 0" not in kept
