"""What viewers type for everybody: one line under their own name, and what is left when it goes."""

from captioner.captions.events import MessageTyped
from captioner.captions.roster import visible_line
from captioner.domain import MessageId, MessageState
from captioner.errors import MeetingError

LONGEST_MESSAGE = 500
LONGEST_AUTHOR = 120


def message_typed(
    message: MessageId, name: str, text: str, language: str, seq: int, at: float
) -> MessageTyped:
    """What somebody says by typing it; an empty language is not known. Raises MeetingError."""
    author, words = visible_line(name), visible_line(text)
    if not words or not author:
        raise MeetingError("bad_meeting", "A message needs a name and a text.")
    for line, longest in ((author, LONGEST_AUTHOR), (words, LONGEST_MESSAGE)):
        if len(line) > longest:
            raise MeetingError("bad_meeting", f"A text here has at most {longest} characters.")
    return MessageTyped(
        seq=seq,
        at=at,
        message=message,
        name=author,
        text=words,
        state=MessageState.TYPED,
        language=language or None,
    )


def message_deleted(known: MessageTyped | None, seq: int, at: float) -> MessageTyped:
    """A typed message that a person deletes: without its text, and without whose it was."""
    if known is None or known.state == MessageState.DELETED:
        raise MeetingError("wrong_state", "There is no such message, or not any more.")
    deleted = MessageState.DELETED
    return MessageTyped(seq=seq, at=at, message=known.message, name="", text="", state=deleted)
