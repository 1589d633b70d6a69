"""The command line of `captioner models`."""

import pytest

from captioner.cli import build_parser


@pytest.mark.parametrize(
    "line",
    [
        "models list",
        "models list --available",
        "models pull small",
        "models pull translate-en_nl --json",
        "models import weights.tar --name mine",
        "models verify",
        "models verify small translate-en_nl",
        "models remove small",
    ],
)
def test_the_command_line_is_understood(line: str) -> None:
    assert callable(build_parser().parse_args(line.split()).run)


@pytest.mark.parametrize("line", ["models", "models pull", "models import", "models burn small"])
def test_what_is_missing_is_told(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(line.split())
    assert "usage: captioner models" in capsys.readouterr().err


def test_the_help_says_how_packages_are_spelled(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(["models", "pull", "--help"])
    assert "translate-en_nl" in capsys.readouterr().out
