"""The commands of the recipe, and those that its README shows."""

import re
import shlex
from pathlib import Path

import pytest

from recipe.cli import make_parser

README = (Path(__file__).parents[2] / "recipe" / "README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"python -m (recipe .+?)(?:`|  |>>|\n)", README)


@pytest.mark.parametrize("command", SHOWN)
def test_every_command_that_is_shown_can_be_given(command: str) -> None:
    words = shlex.split(command.replace("STEP", "tokens"))
    chosen = make_parser().parse_args(words[1:])
    assert callable(chosen.run)


def test_every_step_is_shown() -> None:
    steps = re.findall(r"^    (\w+)(?: |$)", make_parser().format_help(), re.MULTILINE)
    shown = {command.split()[1] for command in SHOWN}
    assert len(steps) >= 8
    assert set(steps) <= shown


def test_the_same_seed_stands_everywhere() -> None:
    seeds = {make_parser().parse_args([step]).seed for step in ("tokens", "speech", "rooms")}
    assert len(seeds) == 1
