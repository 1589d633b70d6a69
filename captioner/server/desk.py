"""What the endpoints need of the rest of the service; the composition root provides it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from captioner.asr.load import Load
from captioner.audio.advice import Advice
from captioner.audio.sources.phone_line import PhoneStart
from captioner.captions.meeting import Meeting
from captioner.captions.pace import Pace
from captioner.captions.timeline import Entry
from captioner.domain import (
    ChannelId,
    Keeping,
    KnownDevice,
    MeetingId,
    MessageId,
    Muting,
    UtteranceId,
)
from captioner.errors import CaptionerError
from captioner.server.conducting import Conducting
from captioner.server.depot import Depot
from captioner.server.feed import Feed
from captioner.server.new_meeting import NewMeeting
from captioner.server.phone_call import PhoneCall
from captioner.server.readiness import Readiness, Rehearsing
from captioner.server.translating import Translations


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
    gap_s: float = 0.0
    """Seconds of its sound that never came, those among them that its device was away."""
    drift_ppm: float = 0.0
    """How fast its device's clock is, in millionths; 0 where that is not known."""
    advice: Advice | None = None
    """What should be done about it; None: nothing."""


@dataclass(frozen=True, slots=True)
class TrustOffer:
    """The authority whose certificates this service uses, for people to trust it or not."""

    name: str
    fingerprint: str
    """SHA-256, as phones and computers show it: AB:CD:…"""
    ends: str
    """The day, ISO 8601."""
    der: bytes


@dataclass(frozen=True, slots=True)
class KeptCard:
    """A meeting that lies on the disk."""

    id: MeetingId
    title: str
    """Empty: not known any more."""
    code: str
    in_record: bool
    """Whether it can be read and corrected; else only its transcript files are left."""
    ended: bool


class MeetingHandle(Protocol):
    """A meeting that endpoints can read and command."""

    meeting: Meeting
    feed: Feed
    viewers: int
    """Connections that read it now; endpoints keep count."""

    @property
    def translations(self) -> Translations:
        """It in other languages."""

    @property
    def now_s(self) -> float:
        """Seconds on the meeting's clock."""

    @property
    def hears(self) -> bool:
        """Whether it has microphones: not when it broke off or is over."""

    def levels(self) -> list[LevelReport]:
        """How loud every channel is; empty when no sound comes."""

    def load(self) -> Load:
        """How captions keep up."""

    def pace(self) -> Pace:
        """How fast people speak; nothing in it when no sound comes."""

    def sources(self) -> Mapping[ChannelId, str]:
        """What each channel listens to."""

    def publish(self, command: Callable[[float], Entry]) -> Entry:
        """Carry out a command on the meeting and tell everybody. Raises MeetingError."""

    def mute_channel(self, channel: ChannelId, muting: Muting) -> None:
        """Hear a channel no more, or again, and tell everybody. Raises MeetingError."""

    async def end(self) -> None:
        """End the meeting; returns when every utterance has its final."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """What was deleted when; never what it said."""

    at: str
    """Date and time, ISO 8601, UTC."""
    meeting: str
    what: str
    """utterance, message, edit (what it said before), meeting, age or all."""


class Kept(Protocol):
    """What is kept of meetings, and how it is changed and deleted."""

    def cards(self) -> list[KeptCard]:
        """Every meeting on the disk, newest first."""

    def problem(self) -> CaptionerError | None:
        """Why nothing is written down, if nothing is."""

    def days(self) -> int:
        """How long meetings are kept."""

    def level(self) -> Keeping:
        """What is kept of a meeting whose host says nothing."""

    def deletions(self) -> list[Deletion]:
        """What was deleted, newest first, a hundred at most."""

    def edit(
        self, meeting: MeetingId, utterance: UtteranceId, text: str, rev: int | None = None
    ) -> None:
        """Correct a caption; `rev`: the revision that was corrected. Raises CaptionerError."""

    def erase(self, meeting: MeetingId, utterance: UtteranceId) -> None:
        """Delete a caption everywhere. Raises CaptionerError."""

    def erase_message(self, meeting: MeetingId, message: MessageId) -> None:
        """Delete a typed message everywhere. Raises CaptionerError."""

    async def erase_channel(self, meeting: MeetingId, channel: ChannelId) -> int:
        """Delete all that a speaker has said; how many captions. Raises CaptionerError."""

    async def resume(self, meeting: MeetingId) -> MeetingHandle:
        """Let a meeting that broke off go on. Raises CaptionerError."""


class Phone(Protocol):
    """A channel whose microphone is a phone."""

    @property
    def token(self) -> str:
        """Who has it may be this microphone."""

    @property
    def handle(self) -> MeetingHandle:
        """The meeting."""

    @property
    def channel(self) -> ChannelId:
        """The channel in it."""

    @property
    def state(self) -> str:
        """waiting, connected, lost or off."""

    def join(self, start: PhoneStart, on_over: Callable[[CaptionerError], None]) -> PhoneCall:
        """A phone connects; `on_over` is told when another takes its place. Raises AccessError."""


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

    @property
    def ready(self) -> Readiness:
        """Whether this computer and this room are ready."""

    def authority(self) -> TrustOffer | None:
        """The authority made by `captioner cert init`; None: there is none to trust."""

    def phone(self, token: str) -> Phone:
        """The channel that this token is for. Raises MeetingError."""

    def phones(self, meeting: MeetingId) -> Mapping[ChannelId, Phone]:
        """The channels of a meeting whose microphone is a phone."""

    def phone_links(self, token: str) -> list[tuple[str, str]]:
        """Where a phone finds the page that makes it a microphone: address and what it is."""

    def host_links(self, path: str) -> list[tuple[str, str]]:
        """Where a second device finds a page of the host's: address and what it is."""

    @property
    def conduct(self) -> Conducting:
        """Meetings that run."""

    @property
    def kept(self) -> Kept:
        """What lies on the disk."""

    @property
    def depot(self) -> Depot:
        """Weights and translation packages."""

    async def create(self, new: NewMeeting) -> MeetingHandle:
        """Start a meeting. Raises CaptionerError."""

    async def delete(self, meeting: MeetingId) -> None:
        """End a meeting and delete what it left. Raises MeetingError."""
