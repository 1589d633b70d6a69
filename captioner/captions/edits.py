"""Corrections and deletions by a person: new revisions, never silent rewrites."""

from captioner.captions.events import CaptionRevised
from captioner.domain import UtteranceState
from captioner.errors import MeetingError, StaleEditError


def check_rev(known: CaptionRevised | None, rev: int | None) -> None:
    """Raise StaleEditError where `rev` is not the newest; None says that it does not matter."""
    if known is not None and rev is not None and rev != known.rev:
        raise StaleEditError(known.text, known.rev, known.state)


def revised_by_hand(
    known: CaptionRevised | None, state: UtteranceState, text: str, seq: int, at: float
) -> CaptionRevised:
    """The revision of a person, on top of the newest one. Raises MeetingError."""
    if known is None or known.state in (UtteranceState.PARTIAL, UtteranceState.DELETED):
        raise MeetingError("wrong_state", "Only a caption that is final can be changed by hand.")
    return CaptionRevised(
        seq=seq,
        at=at,
        utterance=known.utterance,
        rev=known.rev + 1,
        channel=known.channel,
        state=state,
        text=text,
        stable=len(text),
        start=known.start,
        end=known.end,
        language=known.language,
    )
