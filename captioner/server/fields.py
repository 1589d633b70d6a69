"""The parts of a message from outside, checked one by one. All raise WireError."""

import json
from typing import Any

from captioner.errors import WireError


def object_of(body: bytes) -> dict[str, Any]:
    """The fields of a body that is a JSON object."""
    try:
        fields = json.loads(body)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise WireError("bad_message", "The body is not JSON.") from error
    if not isinstance(fields, dict):
        raise WireError("bad_message", "The body must be a JSON object.")
    return fields


def text_of(fields: dict[str, Any], key: str, default: str) -> str:
    """A text of whole characters."""
    value = fields.get(key, default)
    if not isinstance(value, str):
        raise WireError("bad_message", f"{key} must be a text.")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        # JSON can spell half a character; nobody can be sent one.
        raise WireError("bad_message", f"{key} must be a text of whole characters.")
    return value


def switch_of(fields: dict[str, Any], key: str) -> bool | None:
    """True or false; None: nothing is said."""
    value = fields.get(key)
    if key in fields and not isinstance(value, bool):
        raise WireError("bad_message", f"{key} must be true or false.")
    return value
