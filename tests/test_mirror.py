"""Every module has a test file of its own, and every test file a module."""

from pathlib import Path

ROOT = Path(__file__).parents[1]

WITHOUT_TESTS = {
    "__main__.py": "two lines; tests/scenarios/test_service.py starts it",
}
"""Modules that no file of their own tests, with the reason."""

WITHOUT_MODULE = {
    "test_architecture.py": "about the tree as a whole",
    "test_docs.py": "about the documents",
    "test_import_is_cheap.py": "about all modules",
    "test_mirror.py": "this one",
}
"""Test files that are about no single module, with the reason."""

APART = ("scenarios", "rooms", "sound", "weights", "web", "fakes", "data", "tools", "recipe")
"""Folders of tests that are arranged by another order."""


def modules() -> set[Path]:
    package = ROOT / "captioner"
    return {
        path.relative_to(package)
        for path in package.rglob("*.py")
        if path.name != "__init__.py" and str(path.relative_to(package)) not in WITHOUT_TESTS
    }


def files_of_tests() -> set[Path]:
    folder = ROOT / "tests"
    found = {path.relative_to(folder) for path in folder.rglob("test_*.py")}
    return {path for path in found if path.parts[0] not in APART}


def test_every_module_has_a_test_file() -> None:
    wanted = {path.with_name(f"test_{path.name}") for path in modules()}
    assert sorted(map(str, wanted - files_of_tests())) == []


def test_every_test_file_has_a_module() -> None:
    known = {path.with_name(f"test_{path.name}") for path in modules()}
    lonely = {str(path) for path in files_of_tests() - known}
    assert sorted(lonely - WITHOUT_MODULE.keys()) == []


def test_no_exception_is_out_of_date() -> None:
    assert all((ROOT / "captioner" / name).is_file() for name in WITHOUT_TESTS)
    assert all((ROOT / "tests" / name).is_file() for name in WITHOUT_MODULE)


def test_packages_are_empty() -> None:
    inside = [path for path in (ROOT / "captioner").rglob("__init__.py") if path.stat().st_size]
    assert [path.parent.name for path in inside] == ["captioner"]
