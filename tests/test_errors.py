import ast
import importlib
from pathlib import Path

import pytest

import captioner
from captioner.errors import CaptionerError, MeetingError, WireError, error_table

PACKAGE = Path(captioner.__file__).parent


def error_classes() -> list[type[CaptionerError]]:
    """Every kind of error of the whole package, whichever module it stands in."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        bases = {
            base.id
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef)
            for base in node.bases
            if isinstance(base, ast.Name)
        }
        if "CaptionerError" in bases:
            parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
            importlib.import_module(".".join(parts))
    return CaptionerError.__subclasses__()


def test_no_code_is_used_by_two_kinds_of_error() -> None:
    codes = [code for kind in error_classes() for code in kind.codes]
    assert len(codes) == len(set(codes))
    assert len(codes) > 20


def test_the_table_names_every_code_with_its_meaning() -> None:
    expected = {code for kind in error_classes() for code in kind.codes}
    table = error_table()
    assert set(table) == expected
    assert all(len(meaning.split()) >= 3 for meaning in table.values())


def test_no_error_has_children_with_codes_of_their_own() -> None:
    """`error_table` looks one level deep."""
    children = [(kind, child) for kind in error_classes() for child in kind.__subclasses__()]
    assert [child for kind, child in children if child.codes is not kind.codes] == []


def test_a_code_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="WireError has no code 'unknown_meeting'"):
        WireError("unknown_meeting", "There is no such meeting.")


def test_an_error_carries_its_code_and_is_its_sentence() -> None:
    error = MeetingError("unknown_meeting", "There is no such meeting.")
    assert error.code == "unknown_meeting"
    assert error.message == str(error) == "There is no such meeting."
