"""What the endpoints need of whoever keeps weights and translation packages."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class ErrandKind(StrEnum):
    """What can be done in a process of its own while the service goes on."""

    PULL = "pull"
    IMPORT = "import"
    VERIFY = "verify"
    MEASURE = "measure"


class ErrandState(StrEnum):
    """How far it is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing that is fetched, taken in, checked or measured."""

    id: int
    """Rises with each."""
    kind: ErrandKind
    name: str
    """What it is about; a path for an import, empty for everything."""
    state: ErrandState = ErrandState.RUNNING
    here: int = 0
    """Bytes."""
    total: int = 0
    """Bytes; 0: not known."""
    code: str = ""
    """Of the error, if it failed."""
    message: str = ""
    """What to tell the host."""


@dataclass(frozen=True, slots=True)
class WeightsCard:
    """Weights that are here."""

    name: str
    demo: bool
    languages: Sequence[str]
    size_bytes: int
    memory_mb: int | None
    """About; None: nobody knows of such weights."""
    speakers: int | None
    """Who may talk at once without captions falling behind; None: not known."""
    hint: str
    """What the host must know of them on this machine; empty: nothing."""
    removable: bool
    """Whether they lie in the data folder."""


@dataclass(frozen=True, slots=True)
class PackageCard:
    """A translation package that is here."""

    name: str
    from_code: str
    to_code: str
    version: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class SizeCard:
    """A size of Whisper that can be fetched."""

    name: str
    disk_mb: int
    memory_mb: int
    speakers: int | None
    recommended: bool
    here: bool


@dataclass(frozen=True, slots=True)
class OfferCard:
    """A translation package that can be fetched."""

    name: str
    from_code: str
    to_code: str
    version: str
    here: bool


@dataclass(frozen=True, slots=True)
class Stock:
    """Everything that is here, and what this machine can hold."""

    folder: str
    used_bytes: int
    free_bytes: int
    measured: bool
    """Whether it is known how fast this machine is."""
    weights: Sequence[WeightsCard]
    packages: Sequence[PackageCard]
    sizes: Sequence[SizeCard]
    half_fetched: Sequence[tuple[str, int]]
    """Names, and the bytes that are here."""
    broken: Sequence[str]
    """What is wrong with what cannot be used."""
    errand: Errand | None
    """The one that goes on, or the latest."""


class Depot(Protocol):
    """Weights and packages, brought in while the service goes on."""

    def errand(self) -> Errand | None:
        """The one that goes on, or the latest."""

    def stock(self) -> Stock:
        """What is here. Reads folders; for a thread."""

    def offers(self) -> Sequence[OfferCard]:
        """Ask the Argos index, because the host wants it. For a thread. Raises FetchError."""

    async def begin(self, kind: ErrandKind, name: str) -> Errand:
        """Start one; one at a time. Raises CaptionerError."""

    async def cancel(self) -> None:
        """Stop the one that goes on; what was fetched is kept and gone on with."""

    async def remove(self, name: str) -> None:
        """Delete weights, a package, or what is half fetched. Raises CaptionerError."""
