"""What viewers say without a voice: four signals, and lines under their own name."""

from captioner.captions.events import MessageTyped, SignalRaised
from captioner.captions.roster import visible_line
from captioner.domain import MessageId, MessageState
from captioner.errors import MeetingError

LONGEST_MESSAGE = 500
LONGEST_AUTHOR = 120
SIGNALS = ("slower", "one_at_a_time", "repeat", "wait")


def signal_raised(signal: str, name: str, seq: int, at: float) -> SignalRaised:
    """What somebody asks the room for; an empty name is anonymous. Raises MeetingError."""
    if signal not in SIGNALS:
        raise MeetingError("bad_meeting", f"A signal is one of {', '.join(SIGNALS)}: {signal!r}.")
    return SignalRaised(seq=seq, at=at, signal=signal, name=_line(name, LONGEST_AUTHOR) or None)


def message_typed(
    message: MessageId, name: str, text: str, language: str, seq: int, at: float
) -> MessageTyped:
    """What somebody says by typing it; an empty language is not known. Raises MeetingError."""
    author, words = _line(name, LONGEST_AUTHOR), _line(text, LONGEST_MESSAGE)
    if not words or not author:
        raise MeetingError("bad_meeting", "A message needs a name and a text.")
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


def _line(text: str, longest: int) -> str:
    clean = visible_line(text)
    if len(clean) > longest:
        raise MeetingError("bad_meeting", f"A text here has at most {longest} characters.")
    return clean
