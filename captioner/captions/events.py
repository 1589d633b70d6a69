"""The wire contract: what viewers, hosts and event files receive, and nothing else.

Wire names and meanings are in docs/events.md; a field, once published, keeps its meaning.
"""

import json
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any, ClassVar

from captioner.domain import ChannelId, MessageId, TopicId, UtteranceId
from captioner.errors import WireError

PROTOCOL_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedEvent:
    """An event of the meeting's timeline: replayed to whoever asks for it with `since`."""

    type: ClassVar[str]
    seq: int
    """Rises with every event of a meeting and never repeats."""
    at: float
    """Seconds on the meeting's clock when it left the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionRevised(NumberedEvent):
    """An utterance has a new text or state. On the wire: `caption`."""

    type: ClassVar[str] = "caption"
    utterance: UtteranceId
    rev: int
    channel: ChannelId
    state: str
    """partial, final, edited or deleted."""
    text: str
    """Everything to show for the utterance."""
    stable: int
    """The first so many characters change no more while it is partial."""
    start: float
    """Seconds on the meeting's clock; 0 is the first audio sample."""
    end: float
    language: str
    reason: str | None = None
    """Why the text was withdrawn; only with an empty text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChanged(NumberedEvent):
    """A channel looks or works differently from now on. On the wire: `channel`."""

    type: ClassVar[str] = "channel"
    channel: ChannelId
    change: str
    """renamed, recoloured, swapped, muted, unmuted, lost, back, added or removed."""
    name: str
    letter: str
    colour: str
    """A name of the palette."""
    language: str
    state: str
    """live, muted, lost or removed."""
    muting: str | None = None
    """muted or private: who switched it off wants it so, also while it is lost. Else absent."""
    message: str | None = None
    """One sentence for people, where there is something to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChanged(NumberedEvent):
    """The meeting itself changed. On the wire: `status`."""

    type: ClassVar[str] = "status"
    state: str
    """live, paused, private, ended or overloaded."""
    lag_s: float | None = None
    """Seconds that captions are behind, when they are."""
    message: str | None = None
    reason: str | None = None
    """broke_off: paused since a crash, and not by the host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRaised(NumberedEvent):
    """A viewer asks the room for something. On the wire: `signal`."""

    type: ClassVar[str] = "signal"
    signal: str
    """slower, one_at_a_time, repeat or wait."""
    name: str | None = None
    """Who asks; None: anonymous."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTyped(NumberedEvent):
    """A viewer typed something for everybody, or it was deleted. On the wire: `message`."""

    type: ClassVar[str] = "message"
    message: MessageId
    name: str
    """Who typed it; empty when it was deleted."""
    text: str
    state: str
    """typed or deleted."""
    language: str | None = None
    """A code; None: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMarked(NumberedEvent):
    """The meeting turns to something else. On the wire: `topic`."""

    type: ClassVar[str] = "topic"
    topic: TopicId
    text: str
    """Empty: the host took it away again."""
    start: float
    """Seconds on the meeting's clock at which it was marked; `at` is later where its text was
    changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceChanged(NumberedEvent):
    """Whether people speak faster than can be read; never who. On the wire: `pace`."""

    type: ClassVar[str] = "pace"
    state: str
    """fast or well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationRevised(NumberedEvent):
    """An utterance in another language. On the wire: `translation`."""

    type: ClassVar[str] = "translation"
    utterance: UtteranceId
    rev: int
    """Of the caption's revision that was translated."""
    language: str
    text: str
    """Everything to show in this language."""
    state: str
    """partial or final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCard:
    """What a newcomer needs to know of one channel."""

    channel: ChannelId
    name: str
    letter: str
    colour: str
    language: str
    state: str
    muting: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCard:
    """What a newcomer needs to know of the meeting."""

    id: str
    title: str
    state: str
    weights: str
    """Name of the weights that hear."""
    demo_weights: bool
    """Whether these weights hear only synthetic voices: every page says so."""
    started: str
    """Date and time at which the meeting was opened, ISO 8601, UTC."""
    transcript: bool
    """Whether viewers may download the transcript once the meeting has ended."""
    notice: str | None = None
    """What everybody is told first, in the host's own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The first thing on every connection; not numbered."""

    type: ClassVar[str] = "hello"
    protocol: int = PROTOCOL_VERSION
    epoch: str
    """Changes only when the meeting's journal is lost or new."""
    seq: int
    """The highest number given so far."""
    at: float
    meeting: MeetingCard
    channels: tuple[ChannelCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """Every five seconds on every connection, so that silence means a broken line; not numbered."""

    type: ClassVar[str] = "heartbeat"
    at: float


Event = (
    CaptionRevised
    | ChannelChanged
    | StatusChanged
    | SignalRaised
    | MessageTyped
    | TranslationRevised
    | TopicMarked
    | PaceChanged
    | Hello
    | Heartbeat
)

EVENT_TYPES: dict[str, type[Any]] = {
    kind.type: kind
    for kind in (
        CaptionRevised,
        ChannelChanged,
        StatusChanged,
        SignalRaised,
        MessageTyped,
        TranslationRevised,
        TopicMarked,
        PaceChanged,
        Hello,
        Heartbeat,
    )
}


def to_dict(event: Event) -> dict[str, Any]:
    """The event as its JSON object; fields that are None are left out."""
    return {"type": event.type, **asdict(event, dict_factory=_said)}


def _said(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: value for key, value in pairs if value is not None}


def render_json(event: Event) -> str:
    """The event as one line of JSON, without a line end."""
    line = json.dumps(to_dict(event), ensure_ascii=False, separators=(",", ":"))
    # The name of a file can hold half a character, which is no UTF-8: it goes out as \\uXXXX.
    return line.encode("utf-8", "backslashreplace").decode("utf-8")


def from_dict(body: dict[str, Any]) -> Event:
    """The event of a JSON object; unknown fields are ignored.

    Raises WireError for an unknown type or a missing field.
    """
    kind = EVENT_TYPES.get(str(body.get("type")))
    if kind is None:
        raise WireError("bad_message", f"There is no event type {body.get('type')!r}.")
    values = _known(kind, body, kind.type)
    if kind is Hello:
        values["meeting"] = MeetingCard(**_known(MeetingCard, values["meeting"], kind.type))
        cards = values["channels"]
        if not isinstance(cards, list | tuple):
            raise WireError("bad_message", "The channels of a hello event are no list.")
        values["channels"] = tuple(
            ChannelCard(**_known(ChannelCard, item, kind.type)) for item in cards
        )
    event: Event = kind(**values)
    return event


def _known(kind: type[Any], body: object, name: str) -> dict[str, Any]:
    """The fields of `body` that `kind` has, all that it must have among them."""
    if not isinstance(body, dict):
        raise WireError("bad_message", f"A part of a {name} event is no JSON object.")
    required = {item.name for item in fields(kind) if item.default is MISSING}
    missing = required - body.keys()
    if missing:
        raise WireError("bad_message", f"A {name} event lacks: {', '.join(sorted(missing))}.")
    known = {item.name for item in fields(kind)}
    return {key: value for key, value in body.items() if key in known}
