"""Whisper weights from the Hugging Face hub into the data folder, because the user asked."""

from pathlib import Path

from captioner.asr.install import NEEDED, VOCABULARIES, is_weights_file
from captioner.asr.weights import (
    ALIASES,
    DEMO,
    REPOSITORIES,
    Weights,
    check_weights,
    install_folder,
    is_name,
)
from captioner.errors import FetchError, WeightsError
from captioner.fetch.download import Progress, fetch_files, fetching_folder
from captioner.fetch.hub import Repository, list_repository
from captioner.fetch.origin import describe_folder, write_origin
from captioner.fetch.place import explain, put_in_place


def pull_weights(name: str, folder: Path, on_progress: Progress) -> Weights:
    """Fetch the weights `name` into the data folder `folder`, whole or not at all.

    For a process that does nothing else, see `fetch.hub.list_repository`. What is interrupted is
    gone on with the next time. Weights that are there already are only checked. Raises
    WeightsError, FetchError, StoreError.
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
        with fetching_folder(target.parent, target.name) as unfinished:
            _fetch(repository, unfinished, on_progress)
            put_in_place(unfinished, target)
    except OSError as error:
        raise explain(error, target.parent) from error
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
        " or OWNER/REPOSITORY of weights in CTranslate2 form, or translate-en_nl for a translation"
        " package.",
    )


def _fetch(repository: str, folder: Path, on_progress: Progress) -> None:
    listing = list_repository(repository, is_weights_file)
    _check_listing(listing)
    # The small ones first: what cannot be used is known before the large one comes.
    fetch_files(sorted(listing.files, key=lambda file: file.size_bytes or 0), folder, on_progress)
    try:
        check_weights(folder)
    except WeightsError as error:
        reason = error.message.rpartition(": ")[2]
        raise _no_weights(listing, reason.rstrip(".")) from None
    known = {file.path: file.sha256 for file in listing.files if file.sha256}
    write_origin(folder, describe_folder(folder, listing.source, listing.commit, known))


def _check_listing(listing: Repository) -> None:
    names = {file.path for file in listing.files}
    missing = [name for name in NEEDED if name not in names]
    if not names & set(VOCABULARIES):
        missing.append("vocabulary.json")
    if missing:
        raise _no_weights(listing, f"{' and '.join(missing)} is missing")


def _no_weights(listing: Repository, reason: str) -> FetchError:
    return FetchError(
        "unusable_download",
        f"{listing.name} holds no weights that captioner can use, {reason}: choose a Whisper in"
        " CTranslate2 form.",
    )
