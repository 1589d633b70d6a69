import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from captioner import resources
from captioner.asr.engine import WindowFloors
from captioner.asr.weights import (
    ALIASES,
    REPOSITORIES,
    Languages,
    check_weights,
    find_weights,
    hub_cache_folder,
    list_weights,
    survey_weights,
)
from captioner.errors import WeightsError

MANY = ["hello", "", "<|startoftranscript|>", "<|nl|>"]
ENGLISH = ["hello", "<|startoftranscript|>", "<|nl|>"]


HEAD = b"\6\0\0\0\x0c\0WhisperSpec\0"


def write_weights(folder: Path, tokens: list[str] = MANY, size: int = 10) -> Path:
    """A folder that looks like weights; nothing can be decoded with it."""
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(HEAD + b"w" * size)
    (folder / "config.json").write_text("{}")
    (folder / "tokenizer.json").write_text("{}")
    (folder / "vocabulary.json").write_text(json.dumps(tokens))
    return folder


def write_cached(cache: Path, repository: str) -> Path:
    """Weights as the Hugging Face hub's own cache holds them: a commit, and a file naming it."""
    folder = cache / f"models--{repository.replace('/', '--')}"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("c0ffee")
    return write_weights(folder / "snapshots" / "c0ffee")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def refused(model: str, data: Path, cache: Path) -> WeightsError:
    with pytest.raises(WeightsError) as raised:
        find_weights(model, data, cache)
    return raised.value


# Finding


def test_demo_means_the_bundled_weights_and_they_are_marked(data: Path, cache: Path) -> None:
    weights = find_weights("demo", data, cache)

    assert weights.folder == resources.demo_weights_folder()
    assert (weights.name, weights.is_demo) == ("demo", True)
    assert weights.languages is Languages.ENGLISH
    assert 3_000_000 < weights.size_bytes < 4_000_000


def test_those_that_hear_dutch_too_are_had_by_their_name(data: Path, cache: Path) -> None:
    weights = find_weights("demo-en-nl", data, cache)

    assert weights.folder == resources.demo_weights_folder(name="demo-en-nl")
    assert (weights.name, weights.is_demo) == ("demo-en-nl", True)
    assert (weights.languages, weights.heard) == (Languages.MANY, ("en", "nl"))


def test_the_demo_weights_are_known_as_such_by_their_path_and_as_a_copy_too(
    data: Path, cache: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(resources.demo_weights_folder(), tmp_path / "my-recogniser")

    for folder in (resources.demo_weights_folder(), copy):
        assert find_weights(str(folder), data, cache).is_demo


def test_a_name_means_the_installed_weights_before_those_in_the_cache(
    data: Path, cache: Path
) -> None:
    write_cached(cache, "Systran/faster-whisper-small")
    installed = write_weights(data / "models" / "small")

    weights = find_weights("small", data, cache)

    assert weights.folder == installed
    assert (weights.name, weights.is_demo, weights.size_bytes) == ("small", False, 80)


def test_an_owner_and_repository_are_a_name_too(data: Path, cache: Path) -> None:
    installed = write_weights(data / "models" / "someone--whisper-nl")

    weights = find_weights("someone/whisper-nl", data, cache)

    assert (weights.folder, weights.name) == (installed, "someone/whisper-nl")


@pytest.mark.parametrize(
    ("repository", "name"),
    [
        ("Systran/faster-whisper-small", "small"),
        ("Systran/faster-whisper-tiny.en", "tiny.en"),
        ("Systran/faster-distil-whisper-large-v3", "distil-large-v3"),
        ("distil-whisper/distil-large-v3.5-ct2", "distil-large-v3.5"),
        ("mobiuslabsgmbh/faster-whisper-large-v3-turbo", "turbo"),
        ("someone/faster-whisper-small", "someone/faster-whisper-small"),
    ],
)
def test_weights_that_other_programs_downloaded_are_found_by_name(
    repository: str, name: str, data: Path, cache: Path
) -> None:
    snapshot = write_cached(cache, repository)

    assert find_weights(name, data, cache).folder == snapshot


def test_a_strangers_repository_does_not_pass_for_a_size_of_whisper(
    data: Path, cache: Path
) -> None:
    write_cached(cache, "someone/faster-whisper-small")

    assert refused("small", data, cache).code == "unknown_weights"


def test_what_another_program_downloaded_half_way_is_passed_over(data: Path, cache: Path) -> None:
    (write_cached(cache, "Systran/faster-whisper-small") / "tokenizer.json").unlink()

    assert "models pull small" in refused("small", data, cache).message


def test_a_folder_is_checked_and_named_by_its_last_part(
    data: Path, cache: Path, tmp_path: Path
) -> None:
    folder = write_weights(tmp_path / "stick" / "dutch")

    assert find_weights(str(folder), data, cache).name == "dutch"

    (folder / "config.json").unlink()
    assert refused(str(folder), data, cache).code == "bad_weights"


def test_empty_means_the_best_installed_wherever_it_lies(data: Path, cache: Path) -> None:
    for name in ("tiny", "small.en", "small"):
        write_weights(data / "models" / name)
    assert find_weights("", data, cache).name == "small"

    write_cached(cache, "mobiuslabsgmbh/faster-whisper-large-v3-turbo")
    assert find_weights("", data, cache).name == "large-v3-turbo"


def test_of_unknown_names_the_largest_is_best_and_any_known_name_better(
    data: Path, cache: Path
) -> None:
    write_weights(data / "models" / "mine", size=20)
    write_weights(data / "models" / "other", size=30)
    assert find_weights("", data, cache).name == "other"

    write_weights(data / "models" / "tiny")
    assert find_weights("", data, cache).name == "tiny"


def test_empty_never_means_the_demo_weights_though_they_are_all_there_is(
    data: Path, cache: Path
) -> None:
    """A reader would take its invented words for what people said."""
    shutil.copytree(resources.demo_weights_folder(), data / "models" / "small")

    error = refused("", data, cache)

    assert error.code == "no_weights"
    for way_out in ("`captioner models pull small`", "--model FOLDER", "--model demo"):
        assert way_out in error.message
    assert error.message.count(". ") == 0


def test_empty_says_what_is_wrong_when_the_only_installed_weights_are_broken(
    data: Path, cache: Path
) -> None:
    (write_weights(data / "models" / "small") / "model.bin").write_bytes(b"")

    assert "model.bin is empty" in refused("", data, cache).message


@pytest.mark.parametrize(
    ("model", "hint"),
    [
        ("medium", "`captioner models pull medium`"),
        ("turbo", "`captioner models pull large-v3-turbo`"),
        ("someone/whisper-nl", "`captioner models pull someone/whisper-nl`"),
        ("smal", "did you mean small?"),
        ("xyzzy", "`captioner models list`"),
        ("/nowhere/at all", "There is no folder of weights at /nowhere/at all"),
        ("../nowhere/else", "There is no folder of weights at ../nowhere/else"),
    ],
)
def test_what_is_not_there_is_told_with_what_to_do(
    model: str, hint: str, data: Path, cache: Path
) -> None:
    error = refused(model, data, cache)

    assert error.code == "unknown_weights"
    assert hint in error.message


def test_the_cache_is_where_the_hub_itself_would_look() -> None:
    everything = {
        "HF_HUB_CACHE": "/a",
        "HUGGINGFACE_HUB_CACHE": "/b",
        "HF_HOME": "/c",
        "XDG_CACHE_HOME": "/d",
    }
    expected = [
        Path("/a"),
        Path("/b"),
        Path("/c/hub"),
        Path("/d/huggingface/hub"),
        Path.home() / ".cache/huggingface/hub",
    ]
    for variable, folder in zip([*everything, None], expected, strict=True):
        assert hub_cache_folder(everything) == folder
        everything.pop(variable or "", None)


# Listing


def test_all_usable_weights_are_listed_the_demo_last(data: Path, cache: Path) -> None:
    tiny = write_weights(data / "models" / "tiny")
    write_weights(data / "models" / "base.en")
    write_cached(cache, "Systran/faster-whisper-tiny")
    write_cached(cache, "Systran/faster-whisper-small")

    listed = list_weights(data, cache)

    assert [weights.name for weights in listed] == ["base.en", "tiny", "small", "demo"]
    assert listed[1].folder == tiny


def test_broken_weights_and_unfinished_downloads_are_kept_out_of_the_list(
    data: Path, cache: Path
) -> None:
    (write_weights(data / "models" / "small") / "vocabulary.json").unlink()
    write_weights(data / "models" / ".unfinished")

    survey = survey_weights(data, cache)

    assert [weights.name for weights in survey.usable] == ["demo"]
    assert ["vocabulary.json" in error.message for error in survey.broken] == [True]


def test_listing_imports_neither_an_engine_nor_the_hub(data: Path, cache: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from captioner.asr.weights import list_weights;"
        f"list_weights(Path({str(data)!r}), Path({str(cache)!r}));"
        "print({'faster_whisper', 'ctranslate2', 'huggingface_hub'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


# Checking


def empty(file: Path) -> None:
    file.write_bytes(b"")


def long_window(file: Path) -> None:
    file.write_text('{"windows": {"final_s": 60}}')


def test_the_demo_weights_bring_the_floors_that_were_measured() -> None:
    assert find_weights("demo", Path("nowhere")).floors == WindowFloors(final_s=5.0)


def damage(file: Path) -> None:
    file.write_bytes(b'{"cut o')


def array(file: Path) -> None:
    file.write_text("[1, 2]")


def of_a_translation(file: Path) -> None:
    file.write_bytes(b"\6\0\0\0\x10\0TransformerSpec\0")


def lfs_pointer(file: Path) -> None:
    file.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")


@pytest.mark.parametrize(
    ("name", "harm", "sentence"),
    [
        (
            "model.bin",
            Path.unlink,
            "model.bin is missing; it must be a Whisper in CTranslate2 form",
        ),
        ("model.bin", empty, "model.bin is empty, so it was not copied or downloaded completely"),
        ("model.bin", lfs_pointer, "model.bin is only a Git LFS pointer"),
        ("model.bin", of_a_translation, "model.bin is no Whisper but a TransformerSpec"),
        ("config.json", Path.unlink, "config.json is missing"),
        ("config.json", damage, "config.json is damaged"),
        ("config.json", array, "config.json holds no JSON object"),
        ("tokenizer.json", Path.unlink, "tokenizer.json is missing"),
        ("tokenizer.json", damage, "tokenizer.json is damaged"),
        ("preprocessor_config.json", damage, "preprocessor_config.json is damaged"),
        ("captioner.json", damage, "captioner.json is damaged"),
        ("captioner.json", long_window, "captioner.json gives final_s no seconds from 0.5 to 30"),
        ("vocabulary.json", Path.unlink, "vocabulary.json (or vocabulary.txt) is missing"),
        ("vocabulary.json", array, "vocabulary.json is not a list of tokens"),
        ("vocabulary.txt", empty, "vocabulary.json is not a list of tokens"),
    ],
)
def test_each_thing_that_is_wrong_is_told_in_one_sentence(
    name: str, harm: Callable[[Path], None], sentence: str, tmp_path: Path
) -> None:
    folder = write_weights(tmp_path / "weights")
    if name == "vocabulary.txt":
        (folder / "vocabulary.json").write_text("{}")
    harm(folder / name)

    with pytest.raises(WeightsError) as raised:
        check_weights(folder)

    assert raised.value.code == "bad_weights"
    assert sentence in raised.value.message
    assert str(folder) in raised.value.message


def test_a_vocabulary_in_the_older_form_is_read_and_an_empty_one_refused(tmp_path: Path) -> None:
    folder = write_weights(tmp_path / "weights")
    (folder / "vocabulary.json").unlink()
    (folder / "vocabulary.txt").write_text("\n".join(ENGLISH) + "\n")
    assert check_weights(folder).languages is Languages.ENGLISH

    (folder / "vocabulary.txt").write_text("\n".join(MANY) + "\n")
    assert check_weights(folder).languages is Languages.MANY

    (folder / "vocabulary.txt").write_text("")
    with pytest.raises(WeightsError, match=r"vocabulary\.txt is empty"):
        check_weights(folder)


def test_weights_for_english_only_are_told_apart_though_they_have_language_tokens(
    tmp_path: Path,
) -> None:
    """OpenAI's tiny.en has the token <|nl|> as well: its vocabulary lacks only the empty token."""
    english = check_weights(write_weights(tmp_path / "tiny.en", ENGLISH))
    many = check_weights(write_weights(tmp_path / "tiny", MANY))

    assert english.languages is Languages.ENGLISH
    assert many.languages is Languages.MANY


@pytest.mark.weights
@pytest.mark.parametrize("in_older_form", [False, True])
def test_the_engine_agrees_about_the_languages(in_older_form: bool, tmp_path: Path) -> None:
    import ctranslate2

    folder = tmp_path / "weights"
    for changed in (False, True):
        shutil.copytree(resources.demo_weights_folder(), folder)
        tokens = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        if changed:
            tokens[tokens.index("#")] = ""
        (folder / "vocabulary.json").write_text(json.dumps(tokens))
        if in_older_form:
            (folder / "vocabulary.json").unlink()
            (folder / "vocabulary.txt").write_text("\n".join(tokens) + "\n", encoding="utf-8")
        engine = ctranslate2.models.Whisper(str(folder))

        assert engine.is_multilingual == changed
        assert (check_weights(folder).languages is Languages.MANY) == changed
        shutil.rmtree(folder)


def test_the_sizes_and_their_repositories_are_those_of_faster_whisper() -> None:
    from faster_whisper import utils

    ours = REPOSITORIES | {alias: REPOSITORIES[name] for alias, name in ALIASES.items()}
    assert ours == utils._MODELS


def test_a_folder_of_somebody_unknown_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(WeightsError) as raised:
        find_weights("~nobody-of-that-name/weights", tmp_path)
    assert raised.value.code == "unknown_weights"
