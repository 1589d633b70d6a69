"""Weights put into the data folder, taken out of it, and compared with what they were."""

import shutil
from collections.abc import Callable
from pathlib import Path

from captioner.asr.marker import MARKER
from captioner.asr.weights import REPOSITORIES, Weights, check_weights, install_folder, is_name
from captioner.errors import WeightsError
from captioner.fetch.download import check_space
from captioner.fetch.origin import Origin, describe_folder, find_damage, read_origin, write_origin
from captioner.fetch.place import folder_aside, put_in_place, remove_folder

NEEDED = ("config.json", "model.bin", "tokenizer.json")
VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
_WANTED = (*NEEDED, *VOCABULARIES, "preprocessor_config.json", MARKER)

_BLOCK_BYTES = 1 << 22


def is_weights_file(path: str) -> bool:
    """Whether a file of a repository or folder is part of weights."""
    return path in _WANTED


def weights_root(folder: Path) -> Path | None:
    """Where in a folder weights lie: in itself, one deeper, or in a folder of the hub's cache."""
    main = folder / "refs" / "main"
    if main.is_file():
        commit = main.read_text(encoding="ascii", errors="replace").strip()
        snapshot = folder / "snapshots" / Path(commit).name
        return snapshot if (snapshot / "model.bin").is_file() else None
    for pattern in ("", "*/", "*/*/"):
        for config in sorted(folder.glob(f"{pattern}config.json")):
            # Of a translation package, model/ alone would look much the same.
            is_package = (config.parent.parent / "metadata.json").is_file()
            if (config.parent / "model.bin").exists() and not is_package:
                return config.parent
    return None


def usual_name(text: str) -> str:
    """What weights from a file, folder or repository of that name are called here."""
    known = {repository: size for size, repository in REPOSITORIES.items()}
    known |= {repository.partition("/")[2]: size for repository, size in known.items()}
    for ending in (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2"):
        text = text.removesuffix(ending)
    text = text.removeprefix("models--").replace("--", "/", 1)
    return known.get(text, text)


def install_weights(
    source: Path, name: str, folder: Path, origin: str, on_progress: Callable[[int, int], None]
) -> Weights:
    """Copy the weights in the folder `source` into the data folder `folder`, whole or not at all.

    Raises WeightsError, StoreError("disk_full"), or OSError.
    """
    if not is_name(name):
        raise WeightsError(
            "unknown_weights",
            f"Weights cannot be called {name!r}: give them a name of letters, digits, dots and"
            " dashes with --name.",
        )
    check_weights(source)
    target = install_folder(name, folder)
    files = [path for path in sorted(source.iterdir()) if is_weights_file(path.name)]
    total = sum(path.stat().st_size for path in files)
    here = 0
    with folder_aside(target.parent) as aside:
        check_space(aside, total)
        for path in files:
            with path.open("rb") as from_file, (aside / path.name).open("wb") as to_file:
                while block := from_file.read(_BLOCK_BYTES):
                    to_file.write(block)
                    here += len(block)
                    on_progress(here, total)
        check_weights(aside)
        write_origin(aside, describe_folder(aside, origin, ""))
        put_in_place(aside, target)
    return check_weights(target, name)


def remove_weights(name: str, folder: Path) -> None:
    """Delete the weights `name` of the data folder, also broken ones. Raises WeightsError, OSError.

    What lies in the hub's cache belongs to other programs too and is left alone.
    """
    target = install_folder(name, folder)
    if not is_name(name) or not target.is_dir():
        raise WeightsError(
            "unknown_weights",
            f"No weights called {name} lie in {folder / 'models'}: only those can be removed.",
        )
    remove_folder(target)


def verify_weights(weights: Weights) -> Origin | None:
    """Compare every file with the hash that it had when it was put here.

    None if nobody wrote those down. Raises WeightsError.
    """
    origin = read_origin(weights.folder)
    if origin is not None and (damage := find_damage(weights.folder, origin)) is not None:
        raise WeightsError(
            "bad_weights", f"The folder {weights.folder} is damaged: {damage}. Fetch it again."
        )
    return origin


def disk_bytes(folder: Path) -> int:
    """Bytes of all files in a folder of weights, and of no link's target twice."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def free_bytes(folder: Path) -> int:
    """Free space on the disk of the data folder, whether it is there yet or not."""
    there = next(each for each in (folder, *folder.parents) if each.is_dir())
    return shutil.disk_usage(there).free
