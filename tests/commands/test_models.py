import io
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from captioner import resources
from captioner.asr.weights import find_weights
from captioner.commands.models import (
    run_models_import,
    run_models_list,
    run_models_remove,
    run_models_verify,
    teller,
)
from captioner.errors import CaptionerError
from captioner.fetch.download import fetching_folder
from captioner.settings import Settings, StoreSettings
from captioner.store.journal import Journal
from captioner.translate.packages import installed_packages
from tests.fakes.argos_package import argosmodel, package_files, write_files
from tests.fakes.fake_hub import FakeHub, folder_as_repository
from tests.fakes.fake_source import FakeIndex

CAPTIONER = [sys.executable, "-m", "captioner", "models"]


def settings(data: Path) -> Settings:
    return Settings(store=StoreSettings(data=str(data)))


def listed(data: Path) -> str:
    out = io.StringIO()
    assert run_models_list(settings(data), out) == 0
    return out.getvalue()


@pytest.fixture(autouse=True)
def _no_cache_of_this_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))


def test_the_list_shows_size_languages_and_place(tmp_path: Path) -> None:
    folder = shutil.copytree(resources.demo_weights_folder(), tmp_path / "models" / "mine")
    (folder / "captioner.json").unlink()

    mine, demo, used, *_ = listed(tmp_path).splitlines()

    assert mine.split(maxsplit=3)[:3] == ["mine", "3", "MB"]
    assert "English only" in mine
    assert mine.endswith(str(folder))
    assert demo.startswith("demo ")
    assert "synthetic voices only" in demo
    assert used.startswith(f"3 MB in {tmp_path}, ")


def test_an_empty_list_says_how_to_fill_it(tmp_path: Path) -> None:
    assert "`captioner models pull small` fetches some.\n" in listed(tmp_path)


def test_the_list_says_what_is_wrong_with_weights_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "models" / "small").mkdir(parents=True)

    assert f"{tmp_path / 'models' / 'small'} holds no usable weights" in listed(tmp_path)


def test_a_pull_shows_how_far_it_is_and_what_was_installed(tmp_path: Path) -> None:
    repository = folder_as_repository(resources.demo_weights_folder())
    with FakeHub({"tester/nano": repository}) as hub:
        done = subprocess.run(
            [*CAPTIONER, "pull", "tester/nano", "--data", str(tmp_path / "data")],
            env=hub.environment(tmp_path / "home"),
            capture_output=True,
            text=True,
            check=True,
        )

    lines = done.stdout.splitlines()
    assert lines[-2] == "tester/nano: 100 % of 3 MB"
    assert lines[-1].endswith(str(tmp_path / "data" / "models" / "tester--nano"))
    assert done.stderr == ""


def test_a_program_is_told_in_json_and_a_failure_is_its_last_line(tmp_path: Path) -> None:
    with FakeHub({}) as hub:
        done = subprocess.run(
            [*CAPTIONER, "pull", "tester/nobody", "--json", "--data", str(tmp_path / "data")],
            env=hub.environment(tmp_path / "home"),
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["code"] == "not_at_source"
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot interrupt a single process")
def test_ctrl_c_stops_a_download_at_once_and_says_how_to_go_on(tmp_path: Path) -> None:
    """An event loop only notes the first Ctrl-C until its next await: here there is none."""
    repository = folder_as_repository(resources.demo_weights_folder())
    with FakeHub({"tester/nano": repository}) as hub:
        hub.hangs = "model.bin"
        with subprocess.Popen(
            [*CAPTIONER, "pull", "tester/nano", "--data", str(tmp_path / "data")],
            env=hub.environment(tmp_path / "home"),
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert hub.is_hanging.wait(30)
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=15)
    assert process.returncode == 130
    assert said.splitlines()[-1].startswith("Stopped. What was fetched is kept")


def test_a_download_ends_with_the_service_that_began_it(tmp_path: Path) -> None:
    """Killed, it cannot tell anybody; else the next one would be told that somebody fetches."""
    with FakeHub({"tester/nano": {"config.json": b"{}", "model.bin": bytes(1000)}}) as hub:
        hub.hangs = "/config.json"
        hub.repositories["tester/nano"] |= {"tokenizer.json": b"{}", "vocabulary.json": b"[]"}
        with subprocess.Popen(
            [*CAPTIONER, "pull", "tester/nano", "--until-eof", "--data", str(tmp_path / "data")],
            env=hub.environment(tmp_path / "home"),
            stdin=subprocess.PIPE,
        ) as process:
            assert hub.is_hanging.wait(30)
            assert process.poll() is None
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(30) == 1


def test_a_translation_package_is_pulled_by_its_name(tmp_path: Path) -> None:
    with FakeIndex({"en_nl": argosmodel()}) as index:
        done = subprocess.run(
            [*CAPTIONER, "pull", "translate-en_nl", "--data", str(tmp_path / "data")],
            env=index.environment(tmp_path / "home"),
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout.splitlines()[-1].split(maxsplit=3)[:3] == ["translate-en_nl", "0", "MB"]
    assert "English to Dutch" in listed(tmp_path / "data")


def test_the_index_is_asked_only_when_that_was_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeIndex({"en_nl": argosmodel(), "en_de": b""}) as index:
        monkeypatch.setenv("ARGOS_PACKAGE_INDEX", f"{index.url}/argos/")
        listed(tmp_path)
        assert index.requests == []
        out = io.StringIO()
        run_models_list(settings(tmp_path), out, asks_index=True)
    assert index.requests == ["GET /argos/index.json"]
    assert "translate-en_de      English to German, 1.8" in out.getvalue()


def bring(data: Path, path: Path, name: str = "") -> str:
    out = io.StringIO()
    assert run_models_import(settings(data), path, name, teller(False, out)) == 0
    return out.getvalue().splitlines()[-1]


def refusal(data: Path, path: Path) -> CaptionerError:
    with pytest.raises(CaptionerError) as raised:
        bring(data, path)
    return raised.value


def test_weights_are_taken_in_from_a_folder_under_the_name_of_their_size(tmp_path: Path) -> None:
    stick = shutil.copytree(resources.demo_weights_folder(), tmp_path / "faster-whisper-tiny.en")
    (stick / "captioner.json").unlink()
    assert bring(tmp_path / "data", stick).startswith("tiny.en ")
    assert bring(tmp_path / "data", stick, "mine").startswith("mine ")


@pytest.mark.parametrize("kind", ["zip", "tar", "gztar"])
def test_weights_are_taken_in_from_an_archive(tmp_path: Path, kind: str) -> None:
    stick = shutil.copytree(resources.demo_weights_folder(), tmp_path / "stick" / "tiny.en")
    (stick / "captioner.json").unlink()
    packed = shutil.make_archive(str(tmp_path / "carried"), kind, tmp_path / "stick")
    assert bring(tmp_path / "data", Path(packed)).startswith("tiny.en ")
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["models"]


def test_the_folder_of_the_hubs_cache_is_understood_with_its_links(tmp_path: Path) -> None:
    cache = tmp_path / "models--Systran--faster-whisper-base"
    shutil.copytree(resources.demo_weights_folder(), cache / "blobs")
    (cache / "blobs" / "captioner.json").unlink()
    snapshot = cache / "snapshots" / "c0ffee"
    snapshot.mkdir(parents=True)
    for blob in (cache / "blobs").iterdir():
        (snapshot / blob.name).symlink_to(blob)
    (cache / "refs").mkdir()
    (cache / "refs" / "main").write_text("c0ffee")
    assert bring(tmp_path / "data", cache).startswith("base ")
    assert not (tmp_path / "data" / "models" / "base" / "model.bin").is_symlink()


def test_a_package_is_known_by_its_content_whatever_it_is_called(tmp_path: Path) -> None:
    carried = tmp_path / "from-the-stick.zip"
    carried.write_bytes(argosmodel())
    assert bring(tmp_path / "data", carried).startswith("translate-en_nl ")
    folder = write_files(tmp_path / "stick" / "nl_en", package_files("nl", "en"))
    assert bring(tmp_path / "data", folder.parent).startswith("translate-nl_en ")


def test_what_is_neither_is_refused_with_what_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()
    assert "holds neither weights" in refusal(tmp_path / "data", tmp_path / "holiday").message
    (tmp_path / "x.bin").write_bytes(b"x")
    assert refusal(tmp_path / "data", tmp_path / "x.bin").code == "bad_archive"
    assert "check the path" in refusal(tmp_path / "data", tmp_path / "gone").message
    assert not (tmp_path / "data").exists()


def verified(data: Path, *names: str) -> tuple[int, str]:
    out = io.StringIO()
    return run_models_verify(settings(data), names, teller(False, out)), out.getvalue()


def test_everything_is_checked_and_the_first_that_fails_hides_no_other(tmp_path: Path) -> None:
    bring(tmp_path, resources.demo_weights_folder(), "mine")
    (tmp_path / "x.zip").write_bytes(argosmodel())
    bring(tmp_path, tmp_path / "x.zip")
    status, said = verified(tmp_path)
    assert status == 0
    assert "translate-en_nl: every file is what it was" in said
    assert "and it loads." in said

    for path in (tmp_path / "models" / "mine", tmp_path / "translate" / "translate-en_nl"):
        (path / "README.md" if path.name != "mine" else path / "config.json").write_text("{} ")
    status, said = verified(tmp_path, "mine", "translate-en_nl", "demo")
    assert status == 1
    assert "config.json is not what it was" in said
    assert "README.md is not what it was" in said
    assert "demo: no hashes were written down" in said


def removed(data: Path, name: str) -> str:
    out = io.StringIO()
    assert run_models_remove(settings(data), name, out) == 0
    return out.getvalue()


def test_weights_packages_and_what_is_half_fetched_are_removed(tmp_path: Path) -> None:
    bring(tmp_path, resources.demo_weights_folder(), "mine")
    (tmp_path / "x.zip").write_bytes(argosmodel())
    bring(tmp_path, tmp_path / "x.zip")
    with fetching_folder(tmp_path / "models", "small") as folder:
        (folder / "model.bin.part").write_bytes(bytes(2_000_000))
    assert "small is half fetched, 2 MB are here: pull it again" in listed(tmp_path)

    assert removed(tmp_path, "mine") == "mine is removed.\n"
    removed(tmp_path, "translate-en_nl")
    removed(tmp_path, "small")
    assert list((tmp_path / "models").iterdir()) == []
    assert installed_packages(tmp_path).found == ()
    with pytest.raises(CaptionerError, match="only those can be removed"):
        removed(tmp_path, "small")


def test_nothing_is_removed_under_a_running_captioner(tmp_path: Path) -> None:
    bring(tmp_path, resources.demo_weights_folder(), "mine")
    journal = Journal(tmp_path)
    journal.open()
    with pytest.raises(CaptionerError, match="remove it on the host page, or end captioner first"):
        removed(tmp_path, "mine")
    journal.close()
    assert find_weights("mine", tmp_path)
    removed(tmp_path, "mine")
