import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
import soundfile

from captioner import resources
from captioner.errors import ResourceError


def checkout(top: Path) -> Path:
    """A package folder as a source checkout has it."""
    (top / "captioner").mkdir(parents=True)
    (top / "pyproject.toml").touch()
    return top / "captioner"


def test_in_this_checkout_everything_bundled_is_found() -> None:
    assert resources.web_folder().is_dir()
    assert (resources.models_folder() / "demo-en").is_dir()
    for name in (resources.DEMO_WEIGHTS, resources.BILINGUAL_WEIGHTS):
        folder = resources.demo_weights_folder(name=name)
        assert 1_000_000 < (folder / "model.bin").stat().st_size < 8_000_000
    assert (resources.demo_meeting_folder() / "meeting.json").is_file()
    assert [each.stem for each in resources.demo_packages()] == [
        "translate-en_nl",
        "translate-nl_en",
    ]


def test_a_checkout_has_the_pages_and_weights_at_its_top(tmp_path: Path) -> None:
    package = checkout(tmp_path)
    (tmp_path / "web").mkdir()
    (tmp_path / "models").mkdir()

    assert resources.web_folder(package) == tmp_path / "web"
    assert resources.models_folder(package) == tmp_path / "models"


def test_an_installed_wheel_has_them_inside_the_package(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "captioner"
    (package / "web").mkdir(parents=True)
    (package / "models" / "demo-en").mkdir(parents=True)
    (package / "models" / "demo-en" / "model.bin").touch()

    assert resources.web_folder(package) == package / "web"
    assert resources.models_folder(package) == package / "models"
    assert resources.demo_weights_folder(package) == package / "models" / "demo-en"


def test_somebody_elses_package_called_models_is_not_taken_for_ours(tmp_path: Path) -> None:
    package = tmp_path / "captioner"
    package.mkdir()
    (tmp_path / "models").mkdir()

    with pytest.raises(ResourceError):
        resources.models_folder(package)


@pytest.mark.parametrize(
    "find",
    [
        resources.web_folder,
        resources.models_folder,
        resources.demo_weights_folder,
        resources.demo_meeting_folder,
    ],
)
def test_a_missing_part_is_told_in_one_sentence_with_its_path_and_what_to_do(
    find: Callable[[Path], Path], tmp_path: Path
) -> None:
    package = checkout(tmp_path)

    with pytest.raises(ResourceError) as raised:
        find(package)

    assert raised.value.code == "bad_installation"
    assert str(package) in raised.value.message
    assert "install captioner again" in raised.value.message


def test_a_weights_folder_without_the_weights_counts_as_missing(tmp_path: Path) -> None:
    package = checkout(tmp_path)
    (tmp_path / "models" / "demo-en").mkdir(parents=True)

    with pytest.raises(ResourceError, match="demo-en"):
        resources.demo_weights_folder(package)


def test_the_demo_meeting_shows_two_languages_an_overlap_a_silence_a_name_and_a_number() -> None:
    folder = resources.demo_meeting_folder()
    meeting = json.loads((folder / "meeting.json").read_text(encoding="utf-8"))
    files = [soundfile.info(folder / channel["file"]) for channel in meeting["channels"]]
    utterances = meeting["utterances"]
    said = " ".join(each["text"] for each in utterances)
    gaps = [later["start"] - earlier["end"] for earlier, later in pairwise(utterances)]

    assert [(channel["speaker"], channel["language"]) for channel in meeting["channels"]] == [
        ("Anna", "en"),
        ("Bram", "nl"),
        ("Chen", "en"),
    ]
    assert {file.samplerate for file in files} == {16_000}
    assert len({file.frames for file in files}) == 1
    assert 55 <= files[0].duration <= 65
    assert utterances[0]["start"] == 0.8
    assert min(gaps) < -1
    assert max(gaps) >= 4
    assert "Fatima" in said
    assert "twelve thousand" in said
    assert sum(file.stat().st_size for file in folder.iterdir()) < 1_500_000


@pytest.mark.weights
def test_the_demo_weights_hear_every_word_of_the_demo_meeting() -> None:
    from faster_whisper import WhisperModel

    folder = resources.demo_meeting_folder()
    meeting = json.loads((folder / "meeting.json").read_text(encoding="utf-8"))
    sound = {
        channel["channel"]: soundfile.read(folder / channel["file"], dtype="float32")[0]
        for channel in meeting["channels"]
    }
    weights = resources.demo_weights_folder(name=resources.BILINGUAL_WEIGHTS)
    language = {channel["channel"]: channel["language"] for channel in meeting["channels"]}
    model = WhisperModel(str(weights), compute_type="int8", device="cpu")
    for each in meeting["utterances"]:
        start, end = int((each["start"] - 0.2) * 16_000), int((each["end"] + 0.3) * 16_000)
        spoken_in = language[each["channel"]]
        segments, _ = model.transcribe(sound[each["channel"]][start:end], spoken_in, beam_size=1)
        heard = " ".join(segment.text for segment in segments)

        assert re.findall(r"[\w']+", heard) == re.findall(r"[\w']+", each["text"])
