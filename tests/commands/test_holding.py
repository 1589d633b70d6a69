"""The table of sizes."""

import io
from pathlib import Path

from captioner.asr.speed import remember_speed
from captioner.commands.holding import print_capacity


def printed(folder: Path) -> str:
    out = io.StringIO()
    print_capacity(folder, out, measures=False)
    return out.getvalue()


def test_a_machine_that_nobody_measured_is_not_guessed_at(tmp_path: Path) -> None:
    assert "captioner models list --measure" in printed(tmp_path)


def test_the_table_says_what_keeps_up_and_how_that_is_known(tmp_path: Path) -> None:
    remember_speed(tmp_path, 0.05)
    lines = printed(tmp_path).splitlines()
    assert lines[1] == "Sizes on this computer, and who can talk at once without pause:"
    rows = {line.split()[0]: line for line in lines[2:8]}
    assert "too large: falls behind" in rows["large-v3"]
    assert "3 people" in rows["small"]
    assert rows["small"].endswith("recommended")
    assert sum("recommended" in row for row in rows.values()) == 1
    assert "Reckoned from 0.05 s" in lines[8]


def test_a_very_fast_machine_is_not_counted_to_the_end(tmp_path: Path) -> None:
    remember_speed(tmp_path, 0.0001)
    assert "16 people and more" in printed(tmp_path)
