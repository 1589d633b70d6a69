"""A meeting made again from what the record kept of it, and what was open when it broke off."""

from collections.abc import Iterable
from dataclasses import dataclass

from captioner.captions.events import CaptionRevised, NumberedEvent
from captioner.captions.meeting import Meeting, MeetingSpec
from captioner.captions.timeline import Entry
from captioner.domain import ChannelId, MeetingState, UtteranceId, UtteranceState

CUT_OFF = "[cut off]"
"""The text of an utterance that was shown in part when the service stopped: what was shown of it
is not in the record. An empty one would say that nobody spoke."""

IT_BROKE_OFF = "The captions broke off and are not running: the host is asked whether to go on."
NOTHING_KEPT = " What was said before is not kept in this meeting."


@dataclass(frozen=True, slots=True)
class OpenUtterance:
    """An utterance of which readers have seen something and that has no final."""

    utterance: UtteranceId
    channel: ChannelId
    start: float
    end: float
    language: str


@dataclass(frozen=True, slots=True)
class Past:
    """What a meeting has behind it when it is taken up again."""

    meeting: Meeting
    run: int
    """How often it was taken up before; makes new ids of utterances new."""
    at_s: float
    """Seconds on the meeting's clock now."""


def rebuild(spec: MeetingSpec, events: Iterable[NumberedEvent], reserved: int) -> Meeting:
    """The meeting as these events leave it; its next number is above `reserved`."""
    meeting = Meeting(spec)
    for event in events:
        meeting.adopt(event)
    meeting.timeline.seq = max(meeting.timeline.seq, reserved)
    return meeting


def break_off(meeting: Meeting, unfinished: Iterable[OpenUtterance], at: float) -> list[Entry]:
    """Close what was open, each in its order, and pause; what a host is asked comes after this.

    The number of a final is its `rev` too: no revision that was shown can be above it.
    """
    entries = []
    for each in sorted(unfinished, key=lambda item: (item.start, item.channel, item.utterance)):
        seq = meeting.timeline.seq + 1
        entries.append(
            meeting.adopt(
                CaptionRevised(
                    seq=seq,
                    at=at,
                    utterance=each.utterance,
                    rev=seq,
                    channel=each.channel,
                    state=UtteranceState.FINAL,
                    text=CUT_OFF,
                    stable=len(CUT_OFF),
                    start=each.start,
                    end=each.end,
                    language=each.language,
                )
            )
        )
    if meeting.state is not MeetingState.ENDED:
        kept = meeting.spec.keeping
        entries.append(
            meeting.pause(at, IT_BROKE_OFF + (NOTHING_KEPT if kept == "captions" else ""))
        )
    return entries
