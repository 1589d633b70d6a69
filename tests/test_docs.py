"""The documents say what the code does: settings, errors, events, modules, commands."""

import argparse
import contextlib
import importlib
import io
import re
import shlex
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from captioner.captions.events import EVENT_TYPES
from captioner.cli import build_parser
from captioner.errors import error_table
from captioner.settings import VARIABLE_PREFIX, setting_fields
from tests.test_architecture import KIND_OF, modules

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *(path for path in ROOT.glob("*.md"))])
READ_BY_USERS = [page for page in PAGES if page.name != "CHANGELOG.md"]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def table_rows(text: str) -> list[list[str]]:
    """The cells of every table row, heads and rules left out."""
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


def setting_rows() -> list[list[str]]:
    """A row for each setting: key, default, bounds, help, variable, flag."""
    rows = []
    for key, (_, item, kind) in setting_fields().items():
        low, high = item.metadata["low"], item.metadata["high"]
        default = str(item.default).lower() if kind is bool else item.default
        rows.append(
            [
                f"`{key}`",
                f"`{default}`" if default != "" else "(empty)",
                "" if low is None else f"{low} to {high}",
                str(item.metadata["help"]).strip(),
                f"`{VARIABLE_PREFIX}{key.upper()}`",
                f"`--{key.replace('_', '-')}`",
            ]
        )
    return rows


def error_rows() -> list[list[str]]:
    """A row for each code: code, meaning."""
    for module in modules():  # an error may be defined beside what raises it
        if module != "__main__.py":
            importlib.import_module("captioner." + module[:-3].replace("/", "."))
    return [[f"`{code}`", meaning] for code, meaning in sorted(error_table().items())]


def test_every_setting_is_documented_as_it_is() -> None:
    assert table_rows(read(DOCS / "settings.md")) == setting_rows()


def test_every_error_code_is_documented_as_it_is() -> None:
    assert table_rows(read(DOCS / "errors.md")) == error_rows()


def test_the_table_of_errors_is_whole_without_importing_everything() -> None:
    """It lists the children of the base class, so one that nobody has imported yet is missing."""
    assert [[f"`{code}`", meaning] for code, meaning in sorted(error_table().items())] == (
        error_rows()
    )


def test_every_module_stands_in_the_architecture_with_its_kind() -> None:
    rows = [row for row in table_rows(read(DOCS / "architecture.md")) if row[0].endswith(".py`")]
    letters = {"V": "values", "P": "pure", "A": "adapter", "W": "wiring"}
    found = {row[0].strip("`"): letters[row[1]] for row in rows}
    assert found == KIND_OF
    assert len(rows) == len(found)


def test_every_test_file_that_the_architecture_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", read(DOCS / "architecture.md"))
    assert [name for name in named if not (ROOT / name).is_file()] == []


def event_rows() -> dict[str, list[str]]:
    return {row[0].strip("`"): row for row in table_rows(read(DOCS / "events.md"))}


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_every_event_is_documented_with_its_fields(name: str) -> None:
    row = event_rows()[name]
    kind = EVENT_TYPES[name]
    own = {item.name for item in fields(kind)}
    is_numbered = "seq" in own and name != "hello"
    assert row[1] == ("yes" if is_numbered else "no")
    if is_numbered:
        own -= {"seq", "at"}
    assert own <= set(re.findall(r"`(\w+)`", row[3]))


def test_no_event_is_documented_that_does_not_exist() -> None:
    assert event_rows().keys() == {*EVENT_TYPES, "levels", "load", "speaking", "viewers"}


def test_fields_that_may_be_missing_are_named() -> None:
    text = read(DOCS / "events.md")
    sentence = next(line for line in text.splitlines() if "are left out where" in line)
    for kind in EVENT_TYPES.values():
        for item in fields(kind):
            if item.default is None:
                assert f"`{item.name}`" in sentence
            assert item.default in (None, MISSING) or item.name == "protocol"


def test_every_promise_has_its_test() -> None:
    promises = re.findall(r"\*\*E(\d)\*\*", read(DOCS / "events.md"))
    scenarios = read(ROOT / "tests" / "scenarios" / "test_promises.py")
    tested = re.findall(r"^async def test_e(\d)_", scenarios, re.MULTILINE)
    assert promises == tested == [str(number) for number in range(1, 9)]


def shown_commands(text: str) -> list[str]:
    """Every `captioner …` in a block or in backquotes, without prompts and comments."""
    blocks = "\n".join(re.findall(r"```\w*\n(.*?)```", text, re.DOTALL))
    indented = "\n".join(line.strip() for line in text.splitlines() if line.startswith("    "))
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    lines = [line.removeprefix("$ ").strip() for line in f"{blocks}\n{indented}".splitlines()]
    found = [line for line in lines if re.match(r"captioner( |$)", line)]
    found += [
        code for code in re.findall(r"`([^`\n]+)`", prose) if re.match(r"captioner( |$)", code)
    ]
    return [re.split(r"\s+#|\s{3,}", each)[0].strip() for each in found]


def is_command(shown: str) -> bool:
    """Whether the command line takes it, or it names a command that needs more."""
    words = shlex.split(shown)[1:]
    if "…" in words or not words:
        words = [word for word in words if word != "…"]
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        try:
            build_parser().parse_args(words)
        except SystemExit as ended:
            return ended.code == 0 or names_a_command(build_parser(), words)
    return True


def names_a_command(parser: argparse.ArgumentParser, words: list[str]) -> bool:
    """Whether the words lead to a command, nothing more and nothing else."""
    for word in words:
        actions = parser._subparsers._group_actions if parser._subparsers else []
        known = {name: sub for each in actions for name, sub in dict(each.choices or {}).items()}
        if word not in known:
            return False
        parser = known[word]
    return True


@pytest.mark.parametrize("page", READ_BY_USERS, ids=lambda page: page.name)
def test_every_command_that_is_shown_exists(page: Path) -> None:
    wrong = [shown for shown in shown_commands(read(page)) if not is_command(shown)]
    assert wrong == []


def test_commands_that_do_not_exist_would_be_seen() -> None:
    text = "Do `captioner sevre`.\n\n```sh\n$ captioner replay DIR --sped 3   # fast\n```\n"
    assert shown_commands(text) == ["captioner replay DIR --sped 3", "captioner sevre"]
    assert not any(is_command(each) for each in shown_commands(text))
    assert is_command("captioner models")
    assert is_command("captioner replay DIR --speed max --out DIR")
    assert not is_command("captioner models burn")


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", read(ROOT / "Makefile"), re.MULTILINE))
    for page in READ_BY_USERS:
        named = set(re.findall(r"(?:`|^\s*\$? ?)make ([a-z-]+)", read(page), re.MULTILINE))
        assert named <= targets, page.name
    assert {"demo", "test"} <= targets
    assert "make demo" in read(ROOT / "README.md")


@pytest.mark.parametrize("page", READ_BY_USERS, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", read(page)):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), target


MACHINE_PATH = re.compile(r"(?<![\w.~/$}-])/(?:work|root|home/\w+|Users/\w+)/")
TEXTS = (".py", ".md", ".toml", ".js", ".mjs", ".css", ".html", ".json", ".txt", "", ".yml", ".sh")


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    skipped = {"__pycache__", "node_modules", "models", "out", "dist", "build"}
    found = []
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT)
        is_hidden = any(
            part in skipped or (part.startswith(".") and part not in (".ci", ".gitignore"))
            for part in inside.parts
        )
        if is_hidden or not path.is_file() or path.suffix not in TEXTS or path == Path(__file__):
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{inside}: {match[0]}" for match in MACHINE_PATH.finditer(text)]
    assert found == []
