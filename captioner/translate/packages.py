"""Translation packages on this machine: folders as argostranslate has them, checked before it."""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from captioner.errors import PackageError
from captioner.fetch.archives import unpack
from captioner.fetch.model_file import TRANSLATOR, read_model_file
from captioner.fetch.origin import Origin, describe_folder, find_damage, read_origin, write_origin
from captioner.fetch.place import folder_aside, put_in_place, remove_folder

METADATA = "metadata.json"
_TOKENIZERS = ("sentencepiece.model", "bpe.model")
_SHARED = ("shared_vocabulary.json", "shared_vocabulary.txt")
_SOURCE = ("source_vocabulary.json", "source_vocabulary.txt")
_TARGET = ("target_vocabulary.json", "target_vocabulary.txt")
_CODE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_NAME = re.compile(rf"translate-({_CODE.pattern})_({_CODE.pattern})")
_MOST_METADATA_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Package:
    """A translation package in its folder, checked as far as one can without loading it."""

    name: str
    """`translate-en_nl`, as the folder is called."""
    folder: Path
    from_code: str
    """As the package says it: mostly ISO 639-1, but Argos has some of its own, such as `zt`."""
    to_code: str
    from_name: str
    """In English, as the package says it; may be empty."""
    to_name: str
    version: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Packages:
    """Everything that lies where translation packages lie."""

    found: tuple[Package, ...]
    """By name."""
    broken: tuple[PackageError, ...]
    """What is wrong with each folder that cannot be used."""


def packages_folder(folder: Path) -> Path:
    """Where packages lie in the data folder `folder`."""
    return folder / "translate"


def package_name(from_code: str, to_code: str) -> str:
    """`translate-en_nl`: what Argos calls a package, and its folder here."""
    return f"translate-{from_code}_{to_code}"


def parse_name(name: str) -> tuple[str, str] | None:
    """The two language codes in `translate-en_nl`; None of what is no such name."""
    found = _NAME.fullmatch(name)
    return (found[1], found[3]) if found else None


def installed_packages(folder: Path) -> Packages:
    """All packages in the data folder `folder`. Never fails: what is wrong is in `broken`."""
    found, broken = [], []
    for inside in _subfolders(packages_folder(folder)):
        try:
            package = check_package(inside)
            if package.name != inside.name:
                raise _bad(inside, f"it holds {package.name} and must be called so")
            found.append(package)
        except PackageError as error:
            broken.append(error)
    return Packages(tuple(found), tuple(broken))


def find_package(name: str, folder: Path) -> Package:
    """The package `name` in the data folder. Raises PackageError."""
    inside = packages_folder(folder) / name
    if parse_name(name) is None or not inside.is_dir():
        raise PackageError(
            "unknown_package",
            f"No translation package called {name} is here: `captioner models list` shows those"
            " that are.",
        )
    return check_package(inside)


def check_package(folder: Path) -> Package:
    """The package in `folder`, if argostranslate can load it. Raises PackageError."""
    metadata = _metadata(folder)
    from_code, to_code = (_language(folder, metadata, key) for key in ("from_code", "to_code"))
    if metadata.get("type", "translate") != "translate":
        raise _bad(folder, f"it is of the type {metadata['type']}, not a translation")
    if from_code == to_code:
        raise _bad(folder, f"it translates {from_code} into itself")
    try:
        kind = read_model_file(folder / "model" / "model.bin").kind
    except FileNotFoundError:
        raise _bad(folder, "model/model.bin is missing") from None
    except ValueError as error:
        raise _bad(folder, f"model/{error}") from None
    if kind != TRANSLATOR:
        raise _bad(folder, f"model/model.bin is no translation model but a {kind}")
    _check_words(folder)
    return Package(
        name=package_name(from_code, to_code),
        folder=folder,
        from_code=from_code,
        to_code=to_code,
        from_name=_text(metadata, "from_name"),
        to_name=_text(metadata, "to_name"),
        version=_text(metadata, "package_version"),
        size_bytes=sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
    )


def install_package(file: Path, folder: Path, source: str = "") -> Package:
    """Put the package in the zip or folder `file` into the data folder `folder`, whole or not.

    `source` is where it came from, by default the name of `file`. A package of the same two
    languages is replaced. Raises PackageError, FetchError("bad_archive"), or OSError if it cannot
    read or write.
    """
    place = packages_folder(folder)
    with folder_aside(place) as aside:
        if file.is_dir():
            shutil.copytree(file, aside / "copy")
        else:
            unpack(file, aside)
        root = _root(aside, file)
        try:
            package = check_package(root)
        except PackageError as error:
            reason = error.message.partition(": ")[2]
            raise PackageError(
                "bad_package", f"{file.name} holds no usable translation package: {reason}"
            ) from None
        write_origin(root, describe_folder(root, source or file.name, package.version))
        put_in_place(root, place / package.name)
    return check_package(place / package.name)


def remove_package(name: str, folder: Path) -> None:
    """Delete the package `name`, also a broken one. Raises PackageError, or OSError."""
    inside = packages_folder(folder) / name
    if parse_name(name) is None or not inside.is_dir():
        find_package(name, folder)
    remove_folder(inside)


def verify_package(package: Package) -> Origin | None:
    """Compare every file with the hash that it had when it was installed.

    None if nobody wrote those down. Raises PackageError.
    """
    origin = read_origin(package.folder)
    if origin is not None and (damage := find_damage(package.folder, origin)) is not None:
        raise _bad(package.folder, damage)
    return origin


def _root(unpacked: Path, file: Path) -> Path:
    """The folder with metadata.json, which Argos puts one folder deep."""
    found = [
        path.parent for depth in ("", "*/", "*/*/") for path in unpacked.glob(depth + METADATA)
    ]
    if not found:
        raise PackageError(
            "bad_package", f"{file.name} holds no translation package: {METADATA} is missing."
        )
    return found[0]


def _check_words(folder: Path) -> None:
    def is_there(*names: str) -> bool:
        return any((folder / name).is_file() and (folder / name).stat().st_size for name in names)

    if not is_there(*_TOKENIZERS):
        raise _bad(folder, "sentencepiece.model (or bpe.model) is missing or empty")
    shared, source, target = (
        is_there(*(f"model/{name}" for name in names)) for names in (_SHARED, _SOURCE, _TARGET)
    )
    if not (shared or (source and target)):
        raise _bad(folder, "the vocabulary beside model/model.bin is missing or empty")


def _metadata(folder: Path) -> Mapping[str, object]:
    path = folder / METADATA
    try:
        if path.stat().st_size > _MOST_METADATA_BYTES:
            raise _bad(folder, f"{METADATA} is far too long")
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _bad(folder, f"{METADATA} is missing") from None
    except (ValueError, RecursionError):
        raise _bad(folder, f"{METADATA} is damaged") from None
    except OSError as error:
        raise _bad(folder, f"{METADATA} cannot be read, {error.strerror}") from None
    if not isinstance(value, dict):
        raise _bad(folder, f"{METADATA} holds no JSON object")
    for key in ("source_languages", "target_languages", "languages"):
        # argostranslate adds to these lists, whatever they are.
        if not isinstance(value.get(key, []), list):
            raise _bad(folder, f"{key} in {METADATA} is no list")
    return value


def _language(folder: Path, metadata: Mapping[str, object], key: str) -> str:
    code = metadata.get(key)
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise _bad(folder, f"{key} in {METADATA} is no language code")
    return code


def _text(metadata: Mapping[str, object], key: str) -> str:
    value = metadata.get(key, "")
    return value if isinstance(value, str) else ""


def _subfolders(folder: Path) -> list[Path]:
    try:
        return sorted(
            item for item in folder.iterdir() if item.is_dir() and not item.name.startswith(".")
        )
    except OSError:
        return []


def _bad(folder: Path, reason: str) -> PackageError:
    return PackageError(
        "bad_package", f"The folder {folder} holds no usable translation package: {reason}."
    )
