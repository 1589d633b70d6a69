"""Finds and checks the weights on this machine; never downloads any."""

import difflib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from captioner import resources
from captioner.asr.engine import CAUTIOUS, WindowFloors
from captioner.asr.marker import MARKER, Marker, parse_marker
from captioner.errors import WeightsError
from captioner.fetch.model_file import WHISPER, read_model_file

DEMO, BILINGUAL_DEMO = "demo", "demo-en-nl"
BUNDLED = {DEMO: resources.DEMO_WEIGHTS, BILINGUAL_DEMO: resources.BILINGUAL_WEIGHTS}
REPOSITORIES = {
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "large-v3": "Systran/faster-whisper-large-v3",
    "large-v2": "Systran/faster-whisper-large-v2",
    "large-v1": "Systran/faster-whisper-large-v1",
    "distil-large-v3.5": "distil-whisper/distil-large-v3.5-ct2",
    "distil-large-v3": "Systran/faster-distil-whisper-large-v3",
    "distil-large-v2": "Systran/faster-distil-whisper-large-v2",
    "medium": "Systran/faster-whisper-medium",
    "medium.en": "Systran/faster-whisper-medium.en",
    "distil-medium.en": "Systran/faster-distil-whisper-medium.en",
    "small": "Systran/faster-whisper-small",
    "small.en": "Systran/faster-whisper-small.en",
    "distil-small.en": "Systran/faster-distil-whisper-small.en",
    "base": "Systran/faster-whisper-base",
    "base.en": "Systran/faster-whisper-base.en",
    "tiny": "Systran/faster-whisper-tiny",
    "tiny.en": "Systran/faster-whisper-tiny.en",
}
"""Where faster-whisper's sizes lie on the hub, in the order in which an empty setting takes the
first one installed: fewest words wrong first, turbo before the larger ones because it is as good
and several times faster, many languages before English only. Other names come last, by size."""

ALIASES = {"turbo": "large-v3-turbo", "large": "large-v3"}

_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?", re.ASCII)


class Languages(StrEnum):
    """What weights can be told to hear."""

    ENGLISH = "en"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Weights:
    """A folder of checked weights."""

    name: str
    folder: Path
    is_demo: bool
    """Whether they hear synthetic voices only, and no people."""
    languages: Languages
    size_bytes: int
    floors: WindowFloors = CAUTIOUS
    heard: tuple[str, ...] = ()
    """The only languages they were trained on, where they say so."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that looks like weights on this machine."""

    usable: tuple[Weights, ...]
    """Installed ones by name, then those in the Hugging Face cache, the demo's last."""
    broken: tuple[WeightsError, ...]
    """What is wrong with each installed folder that cannot be used."""


def find_weights(model: str, folder: Path, hub_cache: Path | None = None) -> Weights:
    """The weights that the setting `model` means, checked.

    `folder` is the data folder; `hub_cache` is the Hugging Face cache, by default this user's.
    In this order: empty, the best installed; bundled ones; a name installed in the data folder; a
    folder; a name in the Hugging Face cache. Raises WeightsError.
    """
    if not model:
        return _best(survey_weights(folder, hub_cache))
    if model in BUNDLED:
        bundled = resources.demo_weights_folder(name=BUNDLED[model])
        return replace(check_weights(bundled), name=model)
    name = ALIASES.get(model, model)
    installed = install_folder(name, folder) if is_name(name) else None
    if installed is not None and installed.is_dir():
        return check_weights(installed, name)
    try:
        chosen = Path(model).expanduser()
    except RuntimeError:  # ~somebody who has no home here
        chosen = Path(model)
    if chosen.is_dir():
        return check_weights(chosen.resolve())
    if installed is None:
        raise WeightsError(
            "unknown_weights",
            f"There is no folder of weights at {chosen}: check the path after --model.",
        )
    return _in_cache(name, hub_cache or hub_cache_folder(os.environ))


def list_weights(folder: Path, hub_cache: Path | None = None) -> tuple[Weights, ...]:
    """All usable weights on this machine; `folder` is the data folder."""
    return survey_weights(folder, hub_cache).usable


def survey_weights(folder: Path, hub_cache: Path | None = None) -> Survey:
    """All weights on this machine, and what is wrong with the installed ones that fail."""
    usable: dict[str, Weights] = {}
    broken = []
    for installed in sorted(_subfolders(folder / "models")):
        name = installed.name.replace("--", "/", 1)
        try:
            usable[name] = check_weights(installed, name)
        except WeightsError as error:
            broken.append(error)
    for cached in _all_in_cache(hub_cache or hub_cache_folder(os.environ)):
        usable.setdefault(cached.name, cached)
    demo = check_weights(resources.demo_weights_folder())
    return Survey((*usable.values(), demo), tuple(broken))


def check_weights(folder: Path, name: str | None = None) -> Weights:
    """The weights in `folder`, if stock faster-whisper would load them and ask nobody for more.

    Reads everything but the weights themselves. Raises WeightsError("bad_weights").
    """
    _check_binary(folder)
    _json(folder, "config.json")
    # Without this file faster-whisper would ask the hub for OpenAI's.
    _json(folder, "tokenizer.json")
    if (folder / "preprocessor_config.json").exists():
        _json(folder, "preprocessor_config.json")
    marker = _marker(folder)
    return Weights(
        name=DEMO if marker.is_demo else name or folder.name,
        folder=folder,
        is_demo=marker.is_demo,
        languages=_languages(_vocabulary(folder)),
        size_bytes=sum(file.stat().st_size for file in folder.iterdir() if file.is_file()),
        floors=marker.floors,
        heard=marker.languages,
    )


def is_name(text: str) -> bool:
    """Whether `text` can name weights: `small`, or `owner/repository`."""
    return _NAME.fullmatch(text) is not None


def install_folder(name: str, folder: Path) -> Path:
    """Where weights called `name` are installed in the data folder."""
    return folder / "models" / name.replace("/", "--")


def hub_cache_folder(env: Mapping[str, str]) -> Path:
    """Where the Hugging Face hub keeps what other programs downloaded, by its own rules."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if env.get(variable):
            return Path(env[variable]).expanduser()
    if env.get("HF_HOME"):
        return Path(env["HF_HOME"]).expanduser() / "hub"
    return Path(env.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "huggingface" / "hub"


def _best(survey: Survey) -> Weights:
    real = [weights for weights in survey.usable if not weights.is_demo]
    if real:
        return min(real, key=_rank)
    if survey.broken:
        raise survey.broken[0]
    raise WeightsError(
        "no_weights",
        "No weights are installed: fetch some with `captioner models pull small`, name a folder"
        " that holds some with --model FOLDER, or try captioner out with --model demo, which hears"
        " synthetic voices only.",
    )


def _rank(weights: Weights) -> tuple[int, int]:
    order = [*REPOSITORIES, weights.name]
    return order.index(weights.name), -weights.size_bytes


def _in_cache(name: str, hub_cache: Path) -> Weights:
    for cached in _all_in_cache(hub_cache):
        if cached.name == name:
            return cached
    if name not in REPOSITORIES and "/" not in name:
        near = difflib.get_close_matches(name, [*REPOSITORIES, *ALIASES], n=1)
        hint = (
            f"did you mean {near[0]}?" if near else "`captioner models list` shows what there is."
        )
        raise WeightsError(
            "unknown_weights",
            f"Weights called {name} are neither on this machine nor known to captioner: {hint}",
        )
    raise WeightsError(
        "unknown_weights",
        f"Weights called {name} are not on this machine: fetch them with `captioner models pull"
        f" {name}` or name a folder that holds some with --model FOLDER.",
    )


def _all_in_cache(hub_cache: Path) -> Iterator[Weights]:
    """The complete weights in the cache; what others left half-way there is not ours to mend."""
    names = {repository: name for name, repository in REPOSITORIES.items()}
    for repository in sorted(_subfolders(hub_cache)):
        kind, _, owner_and_name = repository.name.partition("--")
        path = owner_and_name.replace("--", "/", 1)
        snapshot = _snapshot(repository)
        if kind != "models" or snapshot is None or not (snapshot / "model.bin").exists():
            continue
        try:
            yield check_weights(snapshot, names.get(path, path))
        except WeightsError:
            continue


def _snapshot(repository: Path) -> Path | None:
    main = repository / "refs" / "main"
    if not main.is_file():
        return None
    snapshot = repository / "snapshots" / main.read_text(encoding="utf-8").strip()
    return snapshot if snapshot.is_dir() else None


def _subfolders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [item for item in folder.iterdir() if item.is_dir() and not item.name.startswith(".")]


def _check_binary(folder: Path) -> None:
    try:
        kind = read_model_file(folder / "model.bin").kind
    except FileNotFoundError:
        raise _bad(
            folder, "model.bin is missing; it must be a Whisper in CTranslate2 form"
        ) from None
    except ValueError as error:
        raise _bad(folder, str(error)) from None
    if kind != WHISPER:
        raise _bad(folder, f"model.bin is no Whisper but a {kind}")


def _vocabulary(folder: Path) -> list[str]:
    if (folder / "vocabulary.json").is_file():
        tokens = _read(folder, "vocabulary.json")
        if isinstance(tokens, list) and tokens and all(isinstance(token, str) for token in tokens):
            return tokens
        raise _bad(folder, "vocabulary.json is not a list of tokens")
    if not (folder / "vocabulary.txt").is_file():
        raise _bad(folder, "vocabulary.json (or vocabulary.txt) is missing")
    text = (folder / "vocabulary.txt").read_text(encoding="utf-8", errors="replace")
    if not text:
        raise _bad(folder, "vocabulary.txt is empty")
    return text.removesuffix("\n").split("\n")


def _languages(tokens: list[str]) -> Languages:
    """By CTranslate2's own rule: <|nl|> and the like stand in English-only vocabularies too."""
    return Languages.MANY if "" in tokens else Languages.ENGLISH


def _marker(folder: Path) -> Marker:
    try:
        return parse_marker(_json(folder, MARKER)) if (folder / MARKER).is_file() else Marker()
    except ValueError as error:
        raise _bad(folder, f"{MARKER} {error}") from None


def _json(folder: Path, name: str) -> dict[str, object]:
    if not (folder / name).is_file():
        raise _bad(folder, f"{name} is missing")
    value = _read(folder, name)
    if not isinstance(value, dict):
        raise _bad(folder, f"{name} holds no JSON object")
    return value


def _read(folder: Path, name: str) -> object:
    try:
        return json.loads((folder / name).read_text(encoding="utf-8"))
    except ValueError:
        raise _bad(folder, f"{name} is damaged") from None
    except OSError as error:
        raise _bad(folder, f"{name} cannot be read, {error.strerror}") from None


def _bad(folder: Path, reason: str) -> WeightsError:
    return WeightsError("bad_weights", f"The folder {folder} holds no usable weights: {reason}.")
