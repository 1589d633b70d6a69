"""Fetches weights from the Hugging Face hub; the only file that talks to anybody outside."""

import errno
import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from captioner.asr.marker import MARKER
from captioner.asr.weights import (
    ALIASES,
    DEMO,
    REPOSITORIES,
    Weights,
    check_weights,
    install_folder,
    is_name,
)
from captioner.errors import WeightsError

Progress = Callable[[int, int], None]
"""Told now and then, from a thread of its own: bytes here, bytes in all."""

_NEEDED = ("config.json", "model.bin", "tokenizer.json")
_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
_WANTED = (*_NEEDED, *_VOCABULARIES, "preprocessor_config.json", MARKER)
_UNFINISHED = ".pulling-"
_TICK_S = 0.25
_NO_SPACE = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


@dataclass(frozen=True, slots=True)
class _Listing:
    """What the hub says a repository holds, at one commit of it."""

    commit: str
    sizes: Mapping[str, int]
    """By file, of those that are weights."""
    sha256: Mapping[str, str]
    """Of the large ones."""

    @property
    def size_bytes(self) -> int:
        return sum(self.sizes.values())


def pull_weights(name: str, folder: Path, on_progress: Progress) -> Weights:
    """Fetch the weights `name` into the data folder `folder`, whole or not at all.

    For a process that does nothing else: it lets this process talk to the hub, which holds from
    the first import of huggingface_hub on. Weights that are there already are only checked.
    Raises WeightsError.
    """
    repository = repository_of(name)
    name = ALIASES.get(name, name)
    target = install_folder(name, folder)
    if target.is_dir():
        try:
            return check_weights(target, name)
        except WeightsError:
            pass  # what is broken is what a new download is wanted for
    try:
        with _unfinished_folder(target) as unfinished:
            _download(repository, unfinished, on_progress)
            shutil.rmtree(target, ignore_errors=True)
            unfinished.replace(target)
    except OSError as error:
        raise _cannot_write(target, error) from error
    return check_weights(target, name)


def repository_of(name: str) -> str:
    """The repository on the hub that holds the weights `name`. Raises WeightsError."""
    if "/" in name and is_name(name):
        return name
    size = ALIASES.get(name, name)
    if size in REPOSITORIES:
        return REPOSITORIES[size]
    if name == DEMO:
        raise WeightsError("unknown_weights", "The demo weights come with captioner: --model demo.")
    raise WeightsError(
        "unknown_weights",
        f"There are no weights called {name} to fetch: choose {', '.join(REPOSITORIES)},"
        " or OWNER/REPOSITORY of weights in CTranslate2 form.",
    )


@contextmanager
def _unfinished_folder(target: Path) -> Iterator[Path]:
    """A folder beside `target`, gone afterwards; named so that weights are never looked for in it.

    It carries the number of this process: what a killed one left behind is swept away by the next.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f"{_UNFINISHED}*"):
        process = left.name.rpartition("-")[2]
        if not process.isdigit() or not psutil.pid_exists(int(process)):
            shutil.rmtree(left, ignore_errors=True)
    folder = target.parent / f"{_UNFINISHED}{target.name}-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _download(repository: str, folder: Path, on_progress: Progress) -> None:
    """Fill `folder` with checked weights. Raises WeightsError, or OSError if it cannot write."""
    _let_the_hub_be_asked()
    with _in_one_sentence(repository):
        listing = _list(repository)
    _check_listing(repository, listing)
    free = shutil.disk_usage(folder).free
    if free < listing.size_bytes:
        raise OSError(errno.ENOSPC, "no space")
    with _watched(folder, listing.size_bytes, on_progress), _in_one_sentence(repository):
        _fetch(repository, folder, listing)
    shutil.rmtree(folder / ".cache", ignore_errors=True)
    _check_hashes(repository, folder, listing)
    try:
        check_weights(folder)
    except WeightsError as error:
        reason = error.message.rpartition(": ")[2]
        raise _failed(f"{repository} holds no weights that captioner can use: {reason}") from None
    on_progress(listing.size_bytes, listing.size_bytes)


def _let_the_hub_be_asked() -> None:
    """The user asked for this download; captioner forbids all others, see captioner/__init__.py."""
    os.environ["HF_HUB_OFFLINE"] = "0"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_DISABLE_XET"] = "1"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    # It warns of every attempt to go on after a broken connection; only how it ends is told.
    os.environ["HF_HUB_VERBOSITY"] = "error"


def _list(repository: str) -> _Listing:
    from huggingface_hub import HfApi, hf_api

    hub = HfApi()
    commit = str(hub.model_info(repository).sha)
    files = [
        file
        for file in hub.list_repo_tree(repository, revision=commit)
        if isinstance(file, hf_api.RepoFile) and file.path in _WANTED
    ]
    return _Listing(
        commit,
        {file.path: file.size for file in files},
        {file.path: file.lfs.sha256 for file in files if file.lfs is not None},
    )


def _fetch(repository: str, folder: Path, listing: _Listing) -> None:
    """One file after the other, in this thread.

    The hub's snapshot_download fetches in threads of its own: Ctrl-C then waits for the last byte.
    """
    from huggingface_hub import hf_hub_download

    for name in listing.sizes:
        hf_hub_download(repository, name, revision=listing.commit, local_dir=folder)


def _check_listing(repository: str, listing: _Listing) -> None:
    missing = [name for name in _NEEDED if name not in listing.sizes]
    if not any(name in listing.sizes for name in _VOCABULARIES):
        missing.append("vocabulary.json")
    if missing:
        raise _failed(
            f"{repository} holds no weights that captioner can use, {' and '.join(missing)} is"
            " missing: choose a Whisper in CTranslate2 form."
        )


def _check_hashes(repository: str, folder: Path, listing: _Listing) -> None:
    for name, expected in listing.sha256.items():
        with (folder / name).open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
        if actual != expected:
            raise _failed(
                f"{name} of {repository} arrived damaged, its SHA-256 is not the one that the hub"
                " names: run the same command again."
            )


@contextmanager
def _watched(folder: Path, total: int, on_progress: Progress) -> Iterator[None]:
    """Tell how much has arrived, by the size of the folder."""
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(_TICK_S):
            on_progress(min(_size(folder), total), total)

    thread = threading.Thread(target=watch, name="pull-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _size(folder: Path) -> int:
    size = 0
    for place, _, names in os.walk(folder):  # unlike rglob, it bears folders that vanish meanwhile
        for name in names:
            with suppress(FileNotFoundError):
                size += (Path(place) / name).stat().st_size
    return size


@contextmanager
def _in_one_sentence(repository: str) -> Iterator[None]:
    """Whatever the hub's library raises, as a WeightsError; a full disk stays an OSError."""
    from huggingface_hub import constants, errors

    endpoint = constants.ENDPOINT
    try:
        yield
    except errors.HfHubHTTPError as error:
        status = error.response.status_code
        if status in (401, 403, 404):
            raise _failed(
                f"{endpoint} has no public repository {repository}: check how it is spelled."
            ) from error
        raise _failed(
            f"{endpoint} cannot serve {repository} now (HTTP {status}): try again later."
        ) from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (*_NO_SPACE, errno.EACCES):
            raise
        # The library's transport is httpx or httpx2, by version: its errors have no common base.
        raise _failed(
            f"The download of {repository} from {endpoint} broke off ({type(error).__name__}):"
            " check that this machine is online and run the same command again, or carry a"
            " folder of weights in on a stick and name it with --model FOLDER."
        ) from error


def _cannot_write(target: Path, error: OSError) -> WeightsError:
    if error.errno in _NO_SPACE:
        return _failed(
            f"There is not enough space for these weights in {target.parent}: free some, or choose"
            " another place with --data FOLDER."
        )
    return _failed(
        f"{target.parent} cannot be written ({error.strerror}): choose another place with"
        " --data FOLDER."
    )


def _failed(sentence: str) -> WeightsError:
    return WeightsError("pull_failed", sentence)
