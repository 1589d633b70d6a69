"""Translation packages from the Argos index into the data folder, because the user asked."""

from collections.abc import Iterable
from pathlib import Path

from captioner.errors import FetchError, PackageError
from captioner.fetch.argos_index import OfferedPackage, list_packages
from captioner.fetch.download import Progress, fetch_files, fetching_folder
from captioner.fetch.partial import Wanted
from captioner.fetch.place import explain
from captioner.translate.packages import (
    Package,
    find_package,
    install_package,
    package_name,
    packages_folder,
    parse_name,
)

FILE = "package.argosmodel"


def pull_package(name: str, folder: Path, on_progress: Progress) -> Package:
    """Fetch the package `name` (`translate-en_nl`) into the data folder `folder`, whole or not.

    What is interrupted is gone on with the next time; a package that is there already, and usable,
    is fetched only if the index has another version. Raises PackageError, FetchError, StoreError.
    """
    if parse_name(name) is None:
        raise PackageError(
            "unknown_package", f"{name} is no name of a package: they are like translate-en_nl."
        )
    offer = _choose(name, list_packages())
    try:
        here = find_package(name, folder)
        if here.version == offer.version:
            return here
    except PackageError:
        pass  # not here, or broken: then a new one is wanted
    place = packages_folder(folder)
    try:
        with fetching_folder(place, name) as unfinished:
            link = _fetch(offer, unfinished, on_progress)
            return _install(unfinished / FILE, folder, link)
    except OSError as error:
        raise explain(error, place) from error


def _choose(name: str, offers: Iterable[OfferedPackage]) -> OfferedPackage:
    by_name = {package_name(offer.from_code, offer.to_code): offer for offer in offers}
    if name in by_name:
        return by_name[name]
    from_code, to_code = parse_name(name) or ("", "")
    near = [each for each, offer in by_name.items() if offer.from_code == from_code][:30]
    from_there = f" From {from_code} there are: {', '.join(near)}." if near else ""
    through = (
        ""
        if "en" in (from_code, to_code)
        else (" Most pairs go through English: fetch one into English and one out of it.")
    )
    raise PackageError("unknown_package", f"The index has no package {name}.{through}{from_there}")


def _fetch(offer: OfferedPackage, folder: Path, on_progress: Progress) -> str:
    """From the first link that gives it; that link."""
    failure: FetchError | None = None
    for link in offer.links:
        try:
            fetch_files([Wanted(FILE, link, revision=offer.version)], folder, on_progress)
            return link
        except FetchError as error:
            failure = failure or error
    assert failure is not None  # an offer has links
    raise failure


def _install(file: Path, folder: Path, link: str) -> Package:
    """Unpack it; a file that is no package is not kept, else the next try would find it again."""
    try:
        return install_package(file, folder, source=link)
    except (FetchError, PackageError) as error:
        raise FetchError(
            "unusable_download",
            f"What {link} sent is no usable translation package: {error.message}",
        ) from error
    finally:
        file.unlink(missing_ok=True)
