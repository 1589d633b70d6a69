import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from captioner import resources
from captioner.commands.models import ProgressLine, run_models_list
from captioner.settings import Settings, StoreSettings
from tests.fakes.fake_hub import FakeHub, folder_as_repository

PULL = """
import sys
from captioner.commands.models import run_models_pull
from captioner.settings import Settings, StoreSettings
sys.exit(run_models_pull(Settings(store=StoreSettings(data=sys.argv[1])), sys.argv[2], sys.stdout))
"""


class Terminal(io.StringIO):
    """A screen that keeps everything ever written on it."""

    def isatty(self) -> bool:
        return True


def listed(data: Path) -> str:
    out = io.StringIO()
    assert run_models_list(Settings(store=StoreSettings(data=str(data))), out) == 0
    return out.getvalue()


@pytest.fixture(autouse=True)
def _no_cache_of_this_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))


def test_the_list_shows_size_languages_and_place(tmp_path: Path) -> None:
    folder = shutil.copytree(resources.demo_weights_folder(), tmp_path / "models" / "mine")
    (folder / "captioner.json").unlink()

    mine, demo = listed(tmp_path).splitlines()

    assert mine.split(maxsplit=3)[:3] == ["mine", "3", "MB"]
    assert "English only" in mine
    assert mine.endswith(str(folder))
    assert demo.startswith("demo ")
    assert "synthetic voices only" in demo


def test_an_empty_list_says_how_to_fill_it(tmp_path: Path) -> None:
    assert listed(tmp_path).endswith("`captioner models pull small` fetches some.\n")


def test_the_list_says_what_is_wrong_with_weights_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "models" / "small").mkdir(parents=True)

    assert f"{tmp_path / 'models' / 'small'} holds no usable weights" in listed(tmp_path)


def test_a_pull_shows_how_far_it_is_and_what_was_installed(tmp_path: Path) -> None:
    repository = folder_as_repository(resources.demo_weights_folder())
    with FakeHub({"tester/nano": repository}) as hub:
        done = subprocess.run(
            [sys.executable, "-c", PULL, str(tmp_path / "data"), "tester/nano"],
            env=hub.environment(tmp_path / "home"),
            capture_output=True,
            text=True,
            check=True,
        )

    lines = done.stdout.splitlines()
    assert lines[-2] == "tester/nano: 100 % of 3 MB"
    assert lines[-1].endswith(str(tmp_path / "data" / "models" / "tester--nano"))
    assert done.stderr == ""


def test_progress_on_a_screen_overwrites_itself_and_ends_its_line() -> None:
    screen = Terminal()
    line = ProgressLine("small", screen)

    line(0, 200_000_000)
    line(90_000_000, 200_000_000)
    line.close()
    line.close()

    assert screen.getvalue().count("\n") == 1
    last = screen.getvalue().rpartition("\r")[2]
    assert last.rstrip() == "small: 45 % of 200 MB"


def test_progress_in_a_file_is_a_line_now_and_then_and_one_at_the_end() -> None:
    out = io.StringIO()
    line = ProgressLine("small", out)

    for here in range(0, 101):
        line(here, 100)
    line.close()

    assert out.getvalue() == "small: 0 % of 0 MB\nsmall: 100 % of 0 MB\n"
