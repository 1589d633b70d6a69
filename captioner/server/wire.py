"""What comes in over the network, checked and typed; what goes out when something is wrong."""

import json
from dataclasses import dataclass
from typing import Any

from captioner.audio.sources.phone_line import PhoneStart
from captioner.captions.roster import ChannelSpec
from captioner.domain import ChannelId, Keeping, Muting
from captioner.errors import CaptionerError, WireError

LARGEST_BODY_BYTES = 64 * 1024
MOST_CHANNELS = 32
LARGEST_SOUND_BYTES = 32 * 1024
"""Of one frame of a phone: a third of a second at the highest rate."""

PHONE_RATES = (8_000, 48_000)
"""Lowest and highest, samples a second."""

STATUS_OF_CODE = {
    "unknown_meeting": 404,
    "unknown_channel": 404,
    "not_host": 401,
    "not_allowed": 403,
    "taken_over": 409,
    "no_certificate": 404,
    "too_many": 429,
    "too_large": 413,
    "wrong_state": 409,
    "no_weights": 409,
    "no_portaudio": 409,
    "disk_full": 507,
    "cannot_write": 500,
    "record_in_use": 409,
    "newer_record": 409,
    "broken_record": 500,
}
"""The HTTP status of each error code; 400 for all others."""

GONE_CLOSE_CODE = 4404
"""A socket closes with it when the meeting is not known."""


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


@dataclass(frozen=True, slots=True)
class ChannelPatch:
    """What is to change about a channel; None stays."""

    name: str | None
    colour: str | None
    muting: Muting | None = None


@dataclass(frozen=True, slots=True)
class PhoneHello:
    """The first message of a phone's socket."""

    token: str
    start: PhoneStart


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader wants to go on."""

    since: int
    epoch: str | None


def parse_new_meeting(body: bytes) -> NewMeeting:
    """The body of POST /api/meetings. Raises WireError."""
    fields = _object(body)
    channels = fields.get("channels")
    if not isinstance(channels, list) or not 1 <= len(channels) <= MOST_CHANNELS:
        raise WireError("bad_message", f"A meeting has 1 to {MOST_CHANNELS} channels.")
    return NewMeeting(
        title=_text(fields, "title", ""),
        weights=_text(fields, "weights", ""),
        glossary=_text(fields, "glossary", ""),
        keeping=_keeping(fields),
        notice=_text(fields, "notice", ""),
        room=_text(fields, "room", ""),
        languages=_codes(fields),
        channels=tuple(_channel(number, item) for number, item in enumerate(channels, 1)),
    )


def parse_channel_patch(body: bytes) -> ChannelPatch:
    """The body of PATCH …/channels/N. Raises WireError."""
    fields = _object(body)
    patch = ChannelPatch(
        name=_text(fields, "name", "") if "name" in fields else None,
        colour=_text(fields, "colour", "") if "colour" in fields else None,
        muting=_muting(_switch(fields, "muted"), _switch(fields, "private")),
    )
    if patch.colour == "" or patch == ChannelPatch(None, None):
        raise WireError(
            "bad_message", "Nothing to change: give a name, a colour, muted or private."
        )
    return patch


def parse_text(body: bytes) -> str:
    """The body of PATCH …/utterances/ID. Raises WireError."""
    fields = _object(body)
    if "text" not in fields:
        raise WireError("bad_message", "Nothing to change: give a text.")
    return _text(fields, "text", "")


def parse_choice(body: bytes, key: str) -> str:
    """A body with one text in it; empty where it is missing. Raises WireError."""
    return _text(_object(body), key, "")


def parse_signal(body: bytes) -> tuple[str, str]:
    """The body of POST …/signals: the signal and who signs it, if anybody. Raises WireError."""
    fields = _object(body)
    return _text(fields, "signal", ""), _text(fields, "name", "")


def parse_message(body: bytes) -> tuple[str, str]:
    """The body of POST …/messages: name and text. Raises WireError."""
    fields = _object(body)
    return _text(fields, "name", ""), _text(fields, "text", "")


def parse_name(body: bytes) -> str:
    """The body of PATCH /mic/TOKEN/card. Raises WireError."""
    fields = _object(body)
    if "name" not in fields:
        raise WireError("bad_message", "Nothing to change: give a name.")
    return _text(fields, "name", "")


def parse_phone_hello(message: str) -> PhoneHello:
    """The first message of a phone's socket. Raises WireError."""
    fields = _object(message.encode("utf-8", "replace"))
    if fields.get("format") != "s16le":
        raise WireError("bad_message", "The format must be s16le: mono, 16 bit, little endian.")
    rate, (low, high) = fields.get("rate"), PHONE_RATES
    if not isinstance(rate, int) or isinstance(rate, bool) or not low <= rate <= high:
        raise WireError("bad_message", f"The rate must be a whole number from {low} to {high}.")
    start = PhoneStart(rate, _text(fields, "run", ""), _sample_number(fields))
    return PhoneHello(_text(fields, "token", ""), start)


def parse_phone_skip(message: str) -> int:
    """A text between frames of sound: the number of the next sample. Raises WireError."""
    fields = _object(message.encode("utf-8", "replace"))
    if set(fields) != {"at"}:
        raise WireError("bad_message", "A text came where sound was expected.")
    return _sample_number(fields)


def check_sound(frame: bytes) -> None:
    """Whether a binary message of a phone can be sound. Raises WireError."""
    if len(frame) > LARGEST_SOUND_BYTES:
        raise WireError("too_large", f"A frame may have {LARGEST_SOUND_BYTES // 1024} KiB at most.")
    if len(frame) % 2:
        raise WireError("bad_message", "A frame has half a sample: 16-bit samples are two bytes.")


def parse_place(since: str | None, epoch: str | None, last_event_id: str | None) -> Place:
    """Where to go on, from the query or from the Last-Event-ID of an SSE stream.

    What is no number means from the beginning: a reader then gets too much rather than too little.
    """
    if last_event_id:
        before, _, after = last_event_id.rpartition(":")
        return Place(_number(after), before or epoch)
    return Place(_number(since), epoch or None)


def event_id(epoch: str, seq: int) -> str:
    """The `id:` of a server-sent event."""
    return f"{epoch}:{seq}"


def render_error(error: CaptionerError) -> str:
    """An error as it goes out on a socket or as a body."""
    body = {"type": "error", "code": error.code, "message": error.message}
    return json.dumps(body, ensure_ascii=False)


def status_of(error: CaptionerError) -> int:
    """The HTTP status that goes with an error."""
    return STATUS_OF_CODE.get(error.code, 400)


def _sample_number(fields: dict[str, Any]) -> int:
    at = fields.get("at", 0)
    if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at < 2**53:
        raise WireError("bad_message", "at must be the number of a sample, 0 or more.")
    return at


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _object(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise WireError("bad_message", "The body is not JSON.") from error
    if not isinstance(fields, dict):
        raise WireError("bad_message", "The body must be a JSON object.")
    return fields


def _text(fields: dict[str, Any], key: str, default: str) -> str:
    value = fields.get(key, default)
    if not isinstance(value, str):
        raise WireError("bad_message", f"{key} must be a text.")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        # JSON can spell half a character; nobody can be sent one.
        raise WireError("bad_message", f"{key} must be a text of whole characters.")
    return value


def _switch(fields: dict[str, Any], key: str) -> bool | None:
    value = fields.get(key)
    if key in fields and not isinstance(value, bool):
        raise WireError("bad_message", f"{key} must be true or false.")
    return value


def _keeping(fields: dict[str, Any]) -> Keeping | None:
    chosen = _text(fields, "keep", "")
    if chosen and chosen not in tuple(Keeping):
        raise WireError("bad_message", f"keep must be {' or '.join(Keeping)}.")
    return Keeping(chosen) if chosen else None


def _codes(fields: dict[str, Any]) -> tuple[str, ...]:
    codes = fields.get("languages", [])
    if not isinstance(codes, list) or not all(isinstance(each, str) for each in codes):
        raise WireError("bad_message", "languages must be a list of codes.")
    return tuple(code for code in codes[:MOST_CHANNELS] if code.isascii())


def _muting(muted: bool | None, private: bool | None) -> Muting | None:
    """Private is a way of being muted: what is not private any more is heard, unless muted."""
    if private:
        return Muting.PRIVATE
    if muted:
        return Muting.MUTED
    return None if muted is None and private is None else Muting.HEARD


def _channel(number: int, item: object) -> NewChannel:
    if not isinstance(item, dict):
        raise WireError("bad_message", "Each channel must be a JSON object.")
    device = _text(item, "device", "")
    if not device:
        raise WireError("bad_message", f"Channel {number} names no device.")
    spec = ChannelSpec(
        channel=ChannelId(number),
        name=_text(item, "name", ""),
        colour=_text(item, "colour", ""),
        language=_text(item, "language", "en"),
    )
    return NewChannel(device, spec)
