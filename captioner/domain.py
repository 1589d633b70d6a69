"""The nouns of the project, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

ChannelId = NewType("ChannelId", int)
"""Number of a microphone in its meeting, from 1."""

MeetingId = NewType("MeetingId", str)
"""Names one meeting for ever."""

UtteranceId = NewType("UtteranceId", str)
"""Names one utterance for ever; never used twice."""

MessageId = NewType("MessageId", str)
"""Names one typed message of a meeting for ever."""

TopicId = NewType("TopicId", str)
"""Names one topic of a meeting."""

SamplePos = NewType("SamplePos", int)
"""A moment, as samples at 16 kHz since the meeting's first sample."""


class MessageState(StrEnum):
    """Whether what was typed still stands."""

    TYPED = "typed"
    DELETED = "deleted"
    """A person took it back; its text is nowhere."""


class UtteranceState(StrEnum):
    """How settled the text of an utterance is."""

    PARTIAL = "partial"
    """May still change."""
    FINAL = "final"
    """Changes no more, except by a person."""
    EDITED = "edited"
    """Corrected by a person."""
    DELETED = "deleted"
    """Removed by a person."""


class ChannelState(StrEnum):
    """Whether sound arrives from a microphone."""

    LIVE = "live"
    MUTED = "muted"
    LOST = "lost"
    REMOVED = "removed"
    """Taken out of the meeting; what was said into it stays."""


class Muting(StrEnum):
    """Whether a channel may be heard, as its host says."""

    HEARD = "heard"
    MUTED = "muted"
    """Switched off."""
    PRIVATE = "private"
    """Switched off, and readers are told that something private is being said."""


class MeetingState(StrEnum):
    """Where a meeting is between its beginning and its end."""

    LOBBY = "lobby"
    LIVE = "live"
    PAUSED = "paused"
    PRIVATE = "private"
    ENDED = "ended"


class Keeping(StrEnum):
    """What of a meeting outlives it."""

    TRANSCRIPT = "transcript"
    """The record and a transcript, for some days."""
    CAPTIONS = "captions"
    """Captions only: nothing of what is said touches the disk."""


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """What a host chose for a microphone last time."""

    name: str
    colour: str
    language: str
    is_chosen: bool
    """Whether it was in the last meeting."""
    channel: int
    """Its number when it was in one."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech on one channel."""

    channel: ChannelId
    start: SamplePos
    """First voiced sample."""
    end: SamplePos
    """Sample after the last voiced one so far."""
    audio_start: SamplePos
    """First sample worth decoding: `start` and what comes just before a voice."""
    audio_end: SamplePos
    """Sample after the last one worth decoding: `end` and a little of the silence behind it."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What one decode made of a stretch of sound."""

    text: str
    language: str
    """ISO 639-1 code of the language it was decoded as."""
    average_log_probability: float
    """Mean natural logarithm of the tokens' probabilities."""
    no_speech_probability: float
    """The engine's own estimate, 0 to 1, that nobody spoke."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one speaker said between two pauses, as far as it is known."""

    id: UtteranceId
    channel: ChannelId
    rev: int
    """Grows with every change of this utterance."""
    state: UtteranceState
    text: str
    stable: int
    """How many characters of `text` change no more while it is partial."""
    start: SamplePos
    end: SamplePos
    language: str
    reason: str | None = None
    """Why a final is empty; None where it is not."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Something was heard and not shown, and why: for people who want to know."""

    what: str
    """`rejected`: a text that is not to be believed. `gap`: sound that never came.
    `suppressed`: a voice that another microphone owns."""
    kind: str
    """What it was about, such as `partial` or `final`."""
    channel: ChannelId
    start: SamplePos
    end: SamplePos
    reason: str
    """A stable name."""
    heard: str = ""
    """The text itself; it goes nowhere but to who asked for it."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """What the decision was founded on, by name."""
