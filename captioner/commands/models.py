"""`captioner models`: weights and translation packages listed, fetched, checked and removed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from captioner.asr.install import disk_bytes, free_bytes, verify_weights
from captioner.asr.pull import pull_weights
from captioner.asr.weights import Languages, Weights, find_weights, survey_weights
from captioner.asr.whisper import WhisperEngine
from captioner.commands.bringing import bring
from captioner.commands.holding import print_capacity
from captioner.commands.telling import JsonTeller, Teller, TerminalTeller, in_megabytes
from captioner.errors import CaptionerError, WeightsError
from captioner.fetch.argos_index import list_packages
from captioner.fetch.download import unfinished
from captioner.service.depot import remove_from
from captioner.settings import Settings
from captioner.store.journal import NAME as RECORD
from captioner.store.journal_file import is_held
from captioner.translate.argos import ArgosTranslator
from captioner.translate.installed import Installed
from captioner.translate.packages import (
    Package,
    find_package,
    installed_packages,
    package_name,
    packages_folder,
    parse_name,
    verify_package,
)
from captioner.translate.pull import pull_package

_LANGUAGES = {Languages.ENGLISH: "English only", Languages.MANY: "many languages"}


def teller(is_json: bool, out: TextIO) -> Teller:
    """Who is told."""
    return JsonTeller(out) if is_json else TerminalTeller(out)


def run_models_list(
    settings: Settings, out: TextIO, *, asks_index: bool = False, measures: bool = False
) -> int:
    """Write a line for each set of weights and each package, what is wrong with others, and which
    sizes this machine can hold, if that was measured before or is to be measured now.

    Raises FetchError when the index was to be asked and cannot be.
    """
    folder = settings.store.folder
    survey, packages = survey_weights(folder), installed_packages(folder)
    for weights in survey.usable:
        print(describe(weights), file=out)
    for package in packages.found:
        print(describe_package(package), file=out)
    for error in (*survey.broken, *packages.broken):
        print(error.message, file=out)
    for place in (folder / "models", packages_folder(folder)):
        for name, here in unfinished(place).items():
            print(
                f"{name.replace('--', '/', 1)} is half fetched, {in_megabytes(here)} are here: pull"
                " it again to go on, or remove it.",
                file=out,
            )
    if all(weights.is_demo for weights in survey.usable):
        print("None of these hears people: `captioner models pull small` fetches some.", file=out)
    used = disk_bytes(folder / "models") + disk_bytes(packages_folder(folder))
    print(f"{in_megabytes(used)} in {folder}, {in_megabytes(free_bytes(folder))} free.", file=out)
    print_capacity(folder, out, measures=measures)
    if asks_index:
        _list_offers({package.name for package in packages.found}, out)
    return 0


def run_models_pull(settings: Settings, name: str, tell: Teller) -> int:
    """Fetch the weights or the package `name`; with nothing half-installed if it fails."""
    try:
        return _done(tell, lambda: _pull(settings.store.folder, name, tell))
    except KeyboardInterrupt:
        tell.say("Stopped. What was fetched is kept: the same command goes on with it.")
        raise


def run_models_import(settings: Settings, path: Path, name: str, tell: Teller) -> int:
    """Take in weights or a package from a folder, tar or zip."""

    def run() -> str:
        brought = bring(path, name, settings.store.folder, tell)
        return describe(brought) if isinstance(brought, Weights) else describe_package(brought)

    return _done(tell, run)


def run_models_verify(settings: Settings, names: Sequence[str], tell: Teller) -> int:
    """Compare hashes, check the structure and load; all of them, whatever the first says."""
    folder = settings.store.folder
    status = 0
    for name in names or _all_names(folder):
        try:
            tell.say(_verify(name, settings))
        except CaptionerError as error:
            status = 1
            if isinstance(tell, JsonTeller):
                tell.fail(error)
            else:
                tell.say(error.message)
    if not names:
        survey, packages = survey_weights(folder), installed_packages(folder)
        for broken in (*survey.broken, *packages.broken):
            status = 1
            tell.say(broken.message)
    return status


def run_models_remove(settings: Settings, name: str, out: TextIO) -> int:
    """Delete weights, a package, or what is half fetched. Raises CaptionerError."""
    folder = settings.store.folder
    if is_held(folder / RECORD):
        raise WeightsError(
            "weights_in_use",
            f"captioner is running on {folder} and may be using {name}: remove it on the host page,"
            " or end captioner first.",
        )
    remove_from(name, folder)
    print(f"{name} is removed.", file=out)
    return 0


def describe(weights: Weights) -> str:
    """One line: name, size, languages, place."""
    heard = "synthetic voices only" if weights.is_demo else _LANGUAGES[weights.languages]
    return f"{weights.name:<20} {in_megabytes(weights.size_bytes):>8}  {heard:<22} {weights.folder}"


def describe_package(package: Package) -> str:
    """One line: name, size, languages, place."""
    pair = f"{package.from_name or package.from_code} to {package.to_name or package.to_code}"
    return f"{package.name:<20} {in_megabytes(package.size_bytes):>8}  {pair:<22} {package.folder}"


def _done(tell: Teller, run: Callable[[], str]) -> int:
    try:
        tell.say(run())
    except CaptionerError as error:
        return tell.fail(error)
    finally:
        tell.close()
    return 0


def _pull(folder: Path, name: str, tell: Teller) -> str:
    def progress(here: int, total: int) -> None:
        tell.progress(name, here, total)

    if parse_name(name) is not None:
        return describe_package(pull_package(name, folder, progress))
    return describe(pull_weights(name, folder, progress))


def _all_names(folder: Path) -> list[str]:
    weights = [each.name for each in survey_weights(folder).usable]
    return [*weights, *(each.name for each in installed_packages(folder).found)]


def _verify(name: str, settings: Settings) -> str:
    folder = settings.store.folder
    if parse_name(name) is not None:
        package = find_package(name, folder)
        origin = verify_package(package)
        pair = (package.from_code, package.to_code)
        ArgosTranslator(Installed(folder)).translate(pair, ["Hello."])
        return f"{name}: {_hashes(origin)}, and it translates."
    weights = find_weights(name, folder)
    origin = verify_weights(weights)
    WhisperEngine(weights, "cpu", settings.asr.cpu_threads).load()
    return f"{name}: {_hashes(origin)}, and it loads."


def _hashes(origin: object) -> str:
    if origin is None:
        return "no hashes were written down when it came here; its structure is right"
    return "every file is what it was when it came here"


def _list_offers(here: set[str], out: TextIO) -> None:
    print("Packages to fetch with `captioner models pull NAME`:", file=out)
    for offer in list_packages():
        name = package_name(offer.from_code, offer.to_code)
        if name not in here:
            print(f"{name:<20} {offer.from_name} to {offer.to_name}, {offer.version}", file=out)
