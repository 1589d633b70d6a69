"""Weights and translation packages of a service: shown, fetched, removed while it goes on."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from captioner.asr.capacity import SIZES, count_speakers, recommend, stretch_cost_s
from captioner.asr.install import disk_bytes, free_bytes, remove_weights
from captioner.asr.speed import capacity_hint, remembered_speed
from captioner.asr.weights import REPOSITORIES, Weights, install_folder, is_name, survey_weights
from captioner.asr.whisper import weights_languages
from captioner.errors import PackageError, WeightsError
from captioner.fetch.argos_index import list_packages
from captioner.fetch.download import fetching_path, unfinished
from captioner.fetch.place import explain, remove_folder
from captioner.server.depot import (
    Errand,
    ErrandKind,
    OfferCard,
    PackageCard,
    SizeCard,
    Stock,
    WeightsCard,
)
from captioner.service.errands import Errands
from captioner.translate.packages import (
    installed_packages,
    package_name,
    packages_folder,
    parse_name,
    remove_package,
)

_HEAVY = (ErrandKind.VERIFY, ErrandKind.MEASURE)
"""They load weights: not beside a meeting."""


class ServiceDepot:
    """Implements the endpoints' depot for the data folder `folder`."""

    def __init__(
        self,
        folder: Path,
        is_busy: Callable[[], bool],
        let_go: Callable[[Path], Awaitable[None]],
        errands: Errands | None = None,
    ) -> None:
        """`is_busy`: whether a meeting goes on or begins; `let_go`: unloads what was loaded from
        a folder."""
        self._folder = folder
        self._is_busy = is_busy
        self._let_go = let_go
        self._errands = errands or Errands(folder)

    def errand(self) -> Errand | None:
        return self._errands.latest

    def stock(self) -> Stock:
        folder = self._folder
        tiny_s = remembered_speed(folder)
        survey, packages = survey_weights(folder), installed_packages(folder)
        places = (folder / "models", packages_folder(folder))
        names = {weights.name for weights in survey.usable}
        return Stock(
            folder=str(folder),
            used_bytes=sum(disk_bytes(place) for place in places),
            free_bytes=free_bytes(folder),
            measured=tiny_s is not None,
            weights=[self._weights_card(each, tiny_s) for each in survey.usable],
            packages=[
                PackageCard(each.name, each.from_code, each.to_code, each.version, each.size_bytes)
                for each in packages.found
            ],
            sizes=_sizes(tiny_s, names),
            half_fetched=[
                (name.replace("--", "/", 1), here)
                for place in places
                for name, here in unfinished(place).items()
            ],
            broken=[error.message for error in (*survey.broken, *packages.broken)],
            errand=self._errands.latest,
        )

    def offers(self) -> Sequence[OfferCard]:
        here = {package.name for package in installed_packages(self._folder).found}
        names = [(package_name(each.from_code, each.to_code), each) for each in list_packages()]
        return [
            OfferCard(name, offer.from_code, offer.to_code, offer.version, name in here)
            for name, offer in names
        ]

    async def begin(self, kind: ErrandKind, name: str) -> Errand:
        if kind in _HEAVY and self._is_busy():
            raise WeightsError(
                "weights_in_use",
                "A meeting is going on: this would slow it down. Wait for its end.",
            )
        return await self._errands.begin(kind, name)

    async def cancel(self) -> None:
        await self._errands.cancel()

    async def remove(self, name: str) -> None:
        latest = self._errands.latest
        if self._errands.is_running and latest is not None and latest.name == name:
            await self._errands.cancel()
        self._check_unused(name)
        if parse_name(name) is None and is_name(name):
            await self._let_go(install_folder(name, self._folder))
            self._check_unused(name)  # a meeting may have begun meanwhile
        remove_from(name, self._folder)

    async def close(self) -> None:
        """Stop what goes on; it is gone on with when somebody asks again."""
        await self._errands.cancel()

    def _check_unused(self, name: str) -> None:
        if self._is_busy():
            raise WeightsError(
                "weights_in_use",
                f"A meeting is going on and may be using {name}: remove it after its end.",
            )

    def _weights_card(self, weights: Weights, tiny_s: float | None) -> WeightsCard:
        size = SIZES.get(weights.name)
        return WeightsCard(
            name=weights.name,
            demo=weights.is_demo,
            languages=weights_languages(weights),
            size_bytes=weights.size_bytes,
            memory_mb=size.memory_mb if size is not None else None,
            speakers=_speakers(weights.name, tiny_s),
            hint=capacity_hint(weights.name, self._folder),
            removable=weights.folder.parent == self._folder / "models",
        )


def remove_from(name: str, folder: Path) -> None:
    """Delete it from the data folder `folder`, and what is half fetched of it.

    Raises WeightsError, PackageError, StoreError.
    """
    is_package = parse_name(name) is not None
    place = packages_folder(folder) if is_package else folder / "models"
    half = fetching_path(place, name.replace("/", "--"))
    had_half = (is_package or is_name(name)) and half.is_dir()
    try:
        if had_half:
            remove_folder(half)
        if is_package:
            remove_package(name, folder)
        else:
            remove_weights(name, folder)
    except (WeightsError, PackageError):
        if not had_half:
            raise
    except OSError as error:
        raise explain(error, place) from error


def _sizes(tiny_s: float | None, here: set[str]) -> list[SizeCard]:
    best = recommend(tiny_s) if tiny_s is not None else ""
    return [
        SizeCard(
            name=name,
            disk_mb=SIZES[name].disk_mb,
            memory_mb=SIZES[name].memory_mb,
            speakers=_speakers(name, tiny_s),
            recommended=name == best,
            here=name in here,
        )
        for name in REPOSITORIES
    ]


def _speakers(name: str, tiny_s: float | None) -> int | None:
    cost_s = stretch_cost_s(name, tiny_s) if tiny_s is not None else None
    return count_speakers(cost_s) if cost_s is not None else None
