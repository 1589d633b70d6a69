"""What a host orders while a meeting runs, checked and typed. All raise WireError."""

from captioner.errors import WireError
from captioner.server.fields import object_of, switch_of, text_of
from captioner.server.hosts import Role
from captioner.server.new_meeting import NewChannel, parse_channel


def parse_edit(body: bytes) -> tuple[str, int | None]:
    """The body of PATCH …/utterances/ID: the text, and the revision that it corrects, if that is
    said."""
    fields = object_of(body)
    rev = fields.get("rev")
    if rev is not None and (not isinstance(rev, int) or isinstance(rev, bool)):
        raise WireError("bad_message", "rev must be a whole number.")
    if "text" not in fields:
        raise WireError("bad_message", "Nothing to change: give a text.")
    return text_of(fields, "text", ""), rev


def parse_on(body: bytes) -> bool:
    """The body of POST …/pause and …/private."""
    is_on = switch_of(object_of(body), "on")
    if is_on is None:
        raise WireError("bad_message", "Nothing to change: give on.")
    return is_on


def parse_with(body: bytes) -> int:
    """The body of POST …/swap: the other channel."""
    other = object_of(body).get("with")
    if not isinstance(other, int) or isinstance(other, bool):
        raise WireError("bad_message", "with must be the number of a channel.")
    return other


def parse_new_channel(body: bytes) -> NewChannel:
    """The body of POST …/channels."""
    return parse_channel(1, object_of(body))


def parse_role(body: bytes) -> str:
    """The body of POST /api/hosts/invitations: what somebody may do."""
    role = text_of(object_of(body), "role", "")
    if role not in tuple(Role):
        raise WireError("bad_message", f"role must be {' or '.join(Role)}.")
    return role
