"""The captions of a meeting as lines of text that are only ever added, for other programs."""

from captioner.captions.events import CaptionRevised, NumberedEvent
from captioner.captions.roster import visible_line
from captioner.domain import UtteranceState
from captioner.store.transcript import clock_time

MARKS = {UtteranceState.EDITED: " (corrected)", UtteranceState.DELETED: " (removed)"}


def live_line(event: NumberedEvent, speaker: str) -> str | None:
    """A final, or what a person changed of one; None for everything else."""
    if not isinstance(event, CaptionRevised) or event.state == UtteranceState.PARTIAL:
        return None
    if event.state == UtteranceState.FINAL and not event.text:
        return None
    mark = MARKS.get(UtteranceState(event.state), "")
    text = f"[{clock_time(event.start)}] {speaker}{mark}: {visible_line(event.text)}"
    return text.rstrip()
