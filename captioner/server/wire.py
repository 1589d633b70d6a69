"""What comes in over the network, checked and typed; what goes out when something is wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from captioner.audio.sources.phone_line import PhoneStart
from captioner.domain import Muting, UtteranceId
from captioner.errors import CaptionerError, StaleEditError, WireError
from captioner.server.fields import object_of, switch_of, text_of
from captioner.translate.codes import clean_code

LARGEST_BODY_BYTES = 64 * 1024
MOST_LANGUAGES = 8
"""That one reader may ask for at once."""

MOST_SCROLLED = 50
"""Utterances that a page may ask to have translated at once: more than fit on a screen."""

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
    "stale_edit": 409,
    "no_weights": 409,
    "no_portaudio": 409,
    "disk_full": 507,
    "cannot_write": 500,
    "record_in_use": 409,
    "newer_record": 409,
    "broken_record": 500,
    **dict.fromkeys(("weights_in_use", "already_fetching"), 409),
    **dict.fromkeys(("source_unreachable", "source_failed", "not_at_source"), 502),
    "source_busy": 503,
}
"""The HTTP status of each error code; 400 for all others."""

GONE_CLOSE_CODE = 4404
"""A socket closes with it when the meeting is not known."""


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
    languages: tuple[str, ...] = ()
    """In which they want to read, besides what is spoken."""


def parse_channel_patch(body: bytes) -> ChannelPatch:
    """The body of PATCH …/channels/N. Raises WireError."""
    fields = object_of(body)
    patch = ChannelPatch(
        name=text_of(fields, "name", "") if "name" in fields else None,
        colour=text_of(fields, "colour", "") if "colour" in fields else None,
        muting=_muting(switch_of(fields, "muted"), switch_of(fields, "private")),
    )
    if patch.colour == "" or patch == ChannelPatch(None, None):
        raise WireError(
            "bad_message", "Nothing to change: give a name, a colour, muted or private."
        )
    return patch


def parse_text(body: bytes) -> str:
    """The body of PATCH …/utterances/ID. Raises WireError."""
    fields = object_of(body)
    if "text" not in fields:
        raise WireError("bad_message", "Nothing to change: give a text.")
    return text_of(fields, "text", "")


def parse_choice(body: bytes, key: str) -> str:
    """A body with one text in it; empty where it is missing. Raises WireError."""
    return text_of(object_of(body), key, "")


def parse_name(body: bytes) -> str:
    """The body of PATCH /mic/TOKEN/card. Raises WireError."""
    fields = object_of(body)
    if "name" not in fields:
        raise WireError("bad_message", "Nothing to change: give a name.")
    return text_of(fields, "name", "")


def parse_phone_hello(message: str) -> PhoneHello:
    """The first message of a phone's socket. Raises WireError."""
    fields = object_of(message.encode("utf-8", "replace"))
    if fields.get("format") != "s16le":
        raise WireError("bad_message", "The format must be s16le: mono, 16 bit, little endian.")
    rate, (low, high) = fields.get("rate"), PHONE_RATES
    if not isinstance(rate, int) or isinstance(rate, bool) or not low <= rate <= high:
        raise WireError("bad_message", f"The rate must be a whole number from {low} to {high}.")
    start = PhoneStart(rate, text_of(fields, "run", ""), _sample_number(fields))
    return PhoneHello(text_of(fields, "token", ""), start)


def parse_phone_skip(message: str) -> int:
    """A text between frames of sound: the number of the next sample. Raises WireError."""
    fields = object_of(message.encode("utf-8", "replace"))
    if set(fields) != {"at"}:
        raise WireError("bad_message", "A text came where sound was expected.")
    return _sample_number(fields)


def check_sound(frame: bytes) -> None:
    """Whether a binary message of a phone can be sound. Raises WireError."""
    if len(frame) > LARGEST_SOUND_BYTES:
        raise WireError("too_large", f"A frame may have {LARGEST_SOUND_BYTES // 1024} KiB at most.")
    if len(frame) % 2:
        raise WireError("bad_message", "A frame has half a sample: 16-bit samples are two bytes.")


def parse_place(query: Mapping[str, str], last_event_id: str | None = None) -> Place:
    """Where to go on, from `since`, `epoch` and `language` of the query; or from the Last-Event-ID
    of an SSE stream.

    What is no number means from the beginning: a reader then gets too much rather than too little.
    A code of no language is left out.
    """
    epoch = query.get("epoch")
    codes = map(clean_code, query.get("language", "").split(","))
    languages = tuple(dict.fromkeys(filter(None, codes)))[:MOST_LANGUAGES]
    if last_event_id:
        before, _, after = last_event_id.rpartition(":")
        return Place(_number(after), before or epoch, languages)
    return Place(_number(query.get("since")), epoch or None, languages)


def parse_scrolled(body: bytes) -> tuple[str, list[UtteranceId]]:
    """The body of POST …/translations: a language, and what somebody looks at. Raises WireError."""
    fields = object_of(body)
    language = clean_code(text_of(fields, "language", ""))
    utterances = fields.get("utterances")
    if not language or not isinstance(utterances, list) or len(utterances) > MOST_SCROLLED:
        message = f"Give a language and utterances, {MOST_SCROLLED} of them at most."
        raise WireError("bad_message", message)
    return language, [UtteranceId(each) for each in utterances if isinstance(each, str)]


def event_id(epoch: str, seq: int) -> str:
    """The `id:` of a server-sent event."""
    return f"{epoch}:{seq}"


def render_error(error: CaptionerError) -> str:
    """An error as it goes out on a socket or as a body."""
    body: dict[str, Any] = {"type": "error", "code": error.code, "message": error.message}
    if isinstance(error, StaleEditError):
        body |= {"text": error.text, "rev": error.rev, "state": error.state}
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


def _muting(muted: bool | None, private: bool | None) -> Muting | None:
    """Private is a way of being muted: what is not private any more is heard, unless muted."""
    if private:
        return Muting.PRIVATE
    if muted:
        return Muting.MUTED
    return None if muted is None and private is None else Muting.HEARD
