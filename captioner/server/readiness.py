"""What endpoints need to tell a host whether all is ready: rooms, checks, a way in for phones."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from captioner.audio.soundcheck import HeardSound, MicrophonePair
from captioner.domain import ChannelId
from captioner.server.pings import Pings
from captioner.store.room_setup import RoomSetup
from captioner.translate.engine import Pair


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of one check of this machine."""

    name: str
    ok: bool
    detail: str
    """What was found, for people."""
    fix: str = ""
    """What to do; empty when it is well."""
    code: str = ""
    """A stable name of what was found, for pages in other languages."""
    figures: Mapping[str, float | str] = field(default_factory=dict)
    """What it was found by."""


@dataclass(frozen=True, slots=True)
class ChannelCheck:
    """A microphone of the meeting that goes on."""

    channel: ChannelId
    source: str
    is_muted: bool
    """Whether the system itself has switched it off."""
    heard: HeardSound | None
    """What its last seconds say; None: nothing is heard of it."""
    caption_age_s: float | None
    """Seconds since its last caption; None: it has had none."""


@dataclass(frozen=True, slots=True)
class DeviceLevel:
    """How loud a microphone is before a meeting."""

    device: str
    rms_db: float
    problem: str
    """Why nothing is heard; empty: nothing is wrong."""
    heard: HeardSound | None = None
    """What its last seconds say; None: not known yet."""
    is_muted: bool = False
    """Whether the system itself has switched it off."""


class Rehearsing(Protocol):
    """Microphones that are tried out."""

    is_over: bool
    pairs: list[MicrophonePair]
    """Those that are one microphone, or hear one voice."""

    def levels(self) -> list[DeviceLevel]:
        """How loud each is now."""

    async def leave(self) -> None:
        """Look no more."""


class Readiness(Protocol):
    """Whether this computer and this room are ready."""

    pings: Pings
    """Whether phones reach this computer."""

    links: Callable[[str], list[tuple[str, str]]]
    """Where viewers find a path: address and what it is."""

    pairs: Callable[[], frozenset[Pair]]
    """What can be translated on this computer, looked at anew."""

    def is_own_address(self, sender: str) -> bool:
        """Whether who sends is this computer itself."""

    def rooms(self) -> list[RoomSetup]:
        """Rooms that were set up before, the last used first."""

    def forget_room(self, name: str) -> None:
        """Remember it no more. Raises StoreError."""

    async def lines(self) -> list[Check]:
        """What is well on this machine and what is not, but for its microphones."""

    async def measure(self, weights: str) -> Check:
        """Load these weights and measure how quickly they hear. Raises CaptionerError."""

    async def suggest_language(
        self, device: str, weights: str, chosen: str, candidates: Sequence[str]
    ) -> str | None:
        """Which language the last seconds of a microphone seem to be in, where it is another than
        the chosen one. Raises CaptionerError."""

    async def channels(self) -> tuple[list[ChannelCheck], list[MicrophonePair]]:
        """The microphones of the meeting that goes on, and which of them hear the same."""
