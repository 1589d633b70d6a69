"""A meeting as a host asks for it, checked and typed."""

from dataclasses import dataclass
from typing import Any

from captioner.captions.roster import ChannelSpec
from captioner.domain import ChannelId, Keeping
from captioner.errors import WireError
from captioner.server.fields import object_of, text_of

MOST_CHANNELS = 32


@dataclass(frozen=True, slots=True)
class NewChannel:
    """A microphone that a host has chosen."""

    device: str
    spec: ChannelSpec


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """A meeting that a host wants to start."""

    title: str
    weights: str
    """Empty: what the service was started with."""
    channels: tuple[NewChannel, ...]
    glossary: str = ""
    """Names and terms, as a person wrote them down."""
    keeping: Keeping | None = None
    """What is kept of it; None: what the service was started with."""
    notice: str = ""
    """What everybody is told first."""
    room: str = ""
    """The name under which all this is remembered; empty: it is not."""
    languages: tuple[str, ...] = ()
    """Translations that are wanted, by code."""


def parse_new_meeting(body: bytes) -> NewMeeting:
    """The body of POST /api/meetings. Raises WireError."""
    fields = object_of(body)
    channels = fields.get("channels")
    if not isinstance(channels, list) or not 1 <= len(channels) <= MOST_CHANNELS:
        raise WireError("bad_message", f"A meeting has 1 to {MOST_CHANNELS} channels.")
    return NewMeeting(
        title=text_of(fields, "title", ""),
        weights=text_of(fields, "weights", ""),
        glossary=text_of(fields, "glossary", ""),
        keeping=_keeping(fields),
        notice=text_of(fields, "notice", ""),
        room=text_of(fields, "room", ""),
        languages=codes_of(fields),
        channels=tuple(parse_channel(number, item) for number, item in enumerate(channels, 1)),
    )


def _keeping(fields: dict[str, Any]) -> Keeping | None:
    chosen = text_of(fields, "keep", "")
    if chosen and chosen not in tuple(Keeping):
        raise WireError("bad_message", f"keep must be {' or '.join(Keeping)}.")
    return Keeping(chosen) if chosen else None


def codes_of(fields: dict[str, Any]) -> tuple[str, ...]:
    """The languages in a body. Raises WireError."""
    codes = fields.get("languages", [])
    if not isinstance(codes, list) or not all(isinstance(each, str) for each in codes):
        raise WireError("bad_message", "languages must be a list of codes.")
    return tuple(code for code in codes[:MOST_CHANNELS] if code.isascii())


def parse_channel(number: int, item: object) -> NewChannel:
    """A microphone as a host chose it. Raises WireError."""
    if not isinstance(item, dict):
        raise WireError("bad_message", "Each channel must be a JSON object.")
    device = text_of(item, "device", "")
    if not device:
        raise WireError("bad_message", f"Channel {number} names no device.")
    spec = ChannelSpec(
        channel=ChannelId(number),
        name=text_of(item, "name", ""),
        colour=text_of(item, "colour", ""),
        language=text_of(item, "language", "en"),
    )
    return NewChannel(device, spec)
