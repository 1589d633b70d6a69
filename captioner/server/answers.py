"""What readers send into the room, checked and typed: signals, and what they write."""

import re
from dataclasses import dataclass

from captioner.domain import MessageId
from captioner.errors import WireError
from captioner.server.fields import object_of, text_of

_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What a viewer typed."""

    name: str
    text: str
    id: MessageId | None
    """The sender's own, so that a message that is sent again is not said twice."""
    language: str
    """A code; empty: the sender does not say."""


def parse_signal(body: bytes) -> tuple[str, str]:
    """The body of POST …/signals: the signal and who signs it, if anybody. Raises WireError."""
    fields = object_of(body)
    return text_of(fields, "signal", ""), text_of(fields, "name", "")


def parse_message(body: bytes) -> NewMessage:
    """The body of POST …/messages. Raises WireError."""
    fields = object_of(body)
    id_, language = text_of(fields, "id", ""), text_of(fields, "language", "")
    if id_ and not _MESSAGE_ID.fullmatch(id_):
        raise WireError("bad_message", "id must be 8 to 64 letters, digits, - or _.")
    if language and not _LANGUAGE.fullmatch(language):
        raise WireError("bad_message", "language must be a code such as en or pt-BR.")
    name, text = text_of(fields, "name", ""), text_of(fields, "text", "")
    return NewMessage(name, text, MessageId(id_) if id_ else None, language)
