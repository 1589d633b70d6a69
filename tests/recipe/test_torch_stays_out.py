"""Torch trains the demo weights and is in nobody's install."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WITH_TORCH = {
    "losses.py",
    "training.py",
    "translating.py",
    "whisper_shape.py",
    "translator_shape.py",
}


def wants_torch(requirements: list[str]) -> bool:
    return any(each.split(">")[0].split("=")[0].strip() == "torch" for each in requirements)


def test_only_the_recipe_asks_for_torch() -> None:
    assert not wants_torch(PROJECT["project"]["dependencies"])
    extras = PROJECT["project"]["optional-dependencies"]
    assert [name for name, wanted in extras.items() if wants_torch(wanted)] == ["recipe"]


def test_the_recipe_is_not_installed() -> None:
    built = PROJECT["tool"]["hatch"]["build"]["targets"]
    assert built["wheel"]["packages"] == ["captioner"]
    assert not any("recipe" in path for path in built["wheel"]["force-include"])
    assert "/recipe" not in built["sdist"]["include"]


def test_captioner_does_not_know_the_recipe() -> None:
    for path in (ROOT / "captioner").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "import torch" not in text, path
        assert "recipe" not in [
            line.split()[1].split(".")[0]
            for line in text.splitlines()
            if line.startswith(("import ", "from "))
        ], path


def test_the_recipe_loads_torch_only_to_train() -> None:
    names = [
        f"recipe.{path.stem}"
        for path in (ROOT / "recipe").glob("*.py")
        if path.name not in WITH_TORCH | {"__main__.py"}
    ]
    load = f"import importlib, sys; [importlib.import_module(name) for name in {names}]"
    code = f"{load}; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
