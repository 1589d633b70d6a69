"""What the endpoints need of the rest of the service; the composition root provides it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from captioner.asr.load import Load
from captioner.audio.advice import Advice
from captioner.captions.meeting import Meeting
from captioner.captions.timeline import Entry
from captioner.domain import ChannelId, KnownDevice, MeetingId, Muting
from captioner.errors import CaptionerError
from captioner.server.feed import Feed
from captioner.server.wire import NewMeeting


@dataclass(frozen=True, slots=True)
class DeviceOffer:
    """A microphone that a host may choose."""

    id: str
    label: str
    channels: int
    rate: int
    default: bool
    inputs: Sequence[str] = ()
    """Ids of its inputs where each can be a microphone of its own."""
    monitor: bool = False
    """Whether it hears what this computer plays: people in a call, a film."""
    known: Mapping[str, KnownDevice] = field(default_factory=dict)
    """What was chosen for it and for its inputs last time, by id."""


@dataclass(frozen=True, slots=True)
class DeviceLevel:
    """How loud a microphone is before a meeting."""

    device: str
    rms_db: float
    problem: str
    """Why nothing is heard; empty: nothing is wrong."""


class Rehearsing(Protocol):
    """Microphones that are tried out."""

    is_over: bool

    def levels(self) -> list[DeviceLevel]:
        """How loud each is now."""

    async def stop(self) -> None:
        """Let them go."""


@dataclass(frozen=True, slots=True)
class WeightsOffer:
    """Weights that a host may choose."""

    name: str
    demo: bool
    label: str
    languages: Sequence[str]


@dataclass(frozen=True, slots=True)
class LevelReport:
    """How loud a channel is right now."""

    channel: ChannelId
    rms_db: float
    peak_db: float
    voice: bool
    source: str
    advice: Advice | None = None
    """What should be done about it; None: nothing."""


class MeetingHandle(Protocol):
    """A meeting that endpoints can read and command."""

    meeting: Meeting
    feed: Feed
    viewers: int
    """Connections that read it now; endpoints keep count."""

    @property
    def now_s(self) -> float:
        """Seconds on the meeting's clock."""

    def levels(self) -> list[LevelReport]:
        """How loud every channel is; empty when no sound comes."""

    def load(self) -> Load:
        """How captions keep up."""

    def sources(self) -> Mapping[ChannelId, str]:
        """What each channel listens to."""

    def publish(self, command: Callable[[float], Entry]) -> Entry:
        """Carry out a command on the meeting and tell everybody. Raises MeetingError."""

    def mute_channel(self, channel: ChannelId, muting: Muting) -> None:
        """Hear a channel no more, or again, and tell everybody. Raises MeetingError."""

    async def end(self) -> None:
        """End the meeting; returns when every utterance has its final."""


class Desk(Protocol):
    """Everything a service has to offer."""

    def by_code(self, code: str) -> MeetingHandle:
        """The meeting that viewers join with this code. Raises MeetingError."""

    def by_id(self, meeting: MeetingId) -> MeetingHandle:
        """The meeting with this id. Raises MeetingError."""

    def meetings(self) -> list[MeetingHandle]:
        """All meetings, newest first."""

    async def devices(self) -> list[DeviceOffer]:
        """The microphones. Raises AudioError."""

    async def rehearse(self) -> Rehearsing:
        """Try all microphones out until it is stopped or a meeting begins.

        Raises CaptionerError.
        """

    def weights(self) -> list[WeightsOffer]:
        """The weights on this machine."""

    def chosen_weights(self) -> tuple[str | None, CaptionerError | None]:
        """The weights that hear if the host says nothing, or why there are none."""

    def links(self, code: str) -> list[tuple[str, str]]:
        """Where viewers find a meeting: address and what it is, the bare IP first."""

    async def create(self, new: NewMeeting) -> MeetingHandle:
        """Start a meeting. Raises CaptionerError."""

    async def delete(self, meeting: MeetingId) -> None:
        """End a meeting and delete what it left. Raises MeetingError."""
