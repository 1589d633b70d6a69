"""The body of a request: a JSON object, and the texts in it."""

import json
from typing import Any

from captioner.errors import WireError


def object_of(body: bytes) -> dict[str, Any]:
    """Raises WireError for anything else."""
    try:
        fields = json.loads(body)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise WireError("bad_message", "The body is not JSON.") from error
    if not isinstance(fields, dict):
        raise WireError("bad_message", "The body must be a JSON object.")
    return fields


def text_of(fields: dict[str, Any], key: str, default: str) -> str:
    """A text without half characters. Raises WireError."""
    value = fields.get(key, default)
    if not isinstance(value, str):
        raise WireError("bad_message", f"{key} must be a text.")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        # JSON can spell half a character; nobody can be sent one.
        raise WireError("bad_message", f"{key} must be a text of whole characters.")
    return value
