"""A meeting with little in it, and what is said in it."""

from datetime import UTC, datetime

from captioner.captions.meeting import Meeting, MeetingSpec
from captioner.captions.roster import ChannelSpec
from captioner.domain import (
    ChannelId,
    MeetingId,
    SamplePos,
    Utterance,
    UtteranceId,
    UtteranceState,
)

STARTED = datetime(2025, 3, 4, 9, 0, tzinfo=UTC)


def spec(*names: str, title: str = "Planning", demo_weights: bool = False) -> MeetingSpec:
    """A meeting of these speakers, on channels 1, 2, …"""
    return MeetingSpec(
        id=MeetingId("m1"),
        code="ABCD",
        epoch="e1",
        title=title,
        weights="scripted",
        demo_weights=demo_weights,
        started=STARTED,
        channels=[ChannelSpec(ChannelId(number), name) for number, name in enumerate(names, 1)],
    )


def started(*names: str, title: str = "Planning", demo_weights: bool = False) -> Meeting:
    meeting = Meeting(spec(*(names or ("Anna", "Bram")), title=title, demo_weights=demo_weights))
    meeting.start(0.0)
    return meeting


def said(
    text: str,
    utterance: str = "u1",
    *,
    rev: int = 1,
    channel: int = 1,
    start_s: float = 1.0,
    state: UtteranceState = UtteranceState.FINAL,
) -> Utterance:
    """A revision of an utterance that lasts a second."""
    return Utterance(
        id=UtteranceId(utterance),
        channel=ChannelId(channel),
        rev=rev,
        state=state,
        text=text,
        stable=len(text) if state is UtteranceState.FINAL else 0,
        start=SamplePos(round(start_s * 16_000)),
        end=SamplePos(round((start_s + 1) * 16_000)),
        language="en",
        reason=None if text else "no_speech",
    )
