"""How far something is, to a person and to a program."""

import io
import json

import pytest

from captioner.commands.telling import JsonTeller, TerminalTeller
from captioner.errors import FetchError


class Terminal(io.StringIO):
    """A screen that keeps everything ever written on it."""

    def isatty(self) -> bool:
        return True


def test_progress_on_a_screen_overwrites_itself_and_ends_its_line() -> None:
    screen = Terminal()
    tell = TerminalTeller(screen)

    tell.progress("small", 0, 200_000_000)
    tell.progress("small", 90_000_000, 200_000_000)
    tell.close()
    tell.close()

    assert screen.getvalue().count("\n") == 1
    last = screen.getvalue().rpartition("\r")[2]
    assert last.rstrip() == "small: 45 % of 200 MB"


def test_progress_in_a_file_is_a_line_now_and_then_and_one_at_the_end() -> None:
    out = io.StringIO()
    tell = TerminalTeller(out)

    for here in range(0, 101):
        tell.progress("small", here, 100)
    tell.close()

    assert out.getvalue() == "small: 0 % of 0 MB\nsmall: 100 % of 0 MB\n"


def test_a_length_that_nobody_knows_is_no_share() -> None:
    out = io.StringIO()
    TerminalTeller(out).progress("small", 5_000_000, 0)
    assert out.getvalue() == "small: 5 MB\n"


def test_what_is_said_stands_on_a_line_of_its_own() -> None:
    screen = Terminal()
    tell = TerminalTeller(screen)
    tell.progress("small", 1, 2)
    tell.say("There it is.")
    assert screen.getvalue().endswith("\nThere it is.\n")


def test_a_person_is_told_of_a_failure_by_the_command_line() -> None:
    error = FetchError("source_busy", "Later.")
    with pytest.raises(FetchError):
        TerminalTeller(io.StringIO()).fail(error)


def test_a_program_gets_an_object_a_line_and_not_every_byte() -> None:
    out = io.StringIO()
    tell = JsonTeller(out)
    for here in range(1001):
        tell.progress("small", here, 1000)
    tell.say("Done.")
    assert tell.fail(FetchError("source_busy", "Later.")) == 1
    tell.close()
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert lines[0] == {"type": "progress", "name": "small", "here": 0, "total": 1000}
    assert lines[-3]["here"] == 1000
    assert len(lines) < 100
    assert lines[-2:] == [
        {"type": "said", "text": "Done."},
        {"type": "error", "code": "source_busy", "message": "Later."},
    ]
