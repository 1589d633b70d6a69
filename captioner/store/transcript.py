"""A transcript before it has a format: who said what when, in which languages, and what to know.

Every text in it is one line of characters that can be seen: no control characters, no marks that
turn the direction of what follows, no half characters. Formats rely on that.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from captioner.captions.meeting import Meeting
from captioner.captions.roster import visible_line
from captioner.domain import MeetingState, UtteranceState

NOTICE = (
    "These captions were made by a computer while people spoke: words may be wrong or missing."
    " Ask the people who were there before you rely on a sentence."
)
DEMO_NOTICE = "Demo weights: made for synthetic voices, not for real speech."
UNFINISHED_NOTICE = "The meeting is still going on."

TYPED = "(typed)"
"""Stands behind the name of somebody who typed what others said."""
TYPED_LETTER = "✎"
FIRST_TYPED = 1001
"""Channel of the first person who typed: above every microphone's."""

UNKNOWN_LANGUAGE = "und"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody at a microphone, or who typed."""

    channel: int
    name: str
    letter: str
    colour: str
    """A name of the palette; it may be unknown in the transcript of another version."""
    language: str


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance as it is now."""

    utterance: str
    channel: int
    start: float
    """Seconds on the meeting's clock."""
    end: float
    language: str
    text: str
    state: str = UtteranceState.FINAL
    """partial, final or edited."""
    rev: int = 1
    """How often it was revised, a person's corrections among them."""
    translations: Mapping[str, str] = field(default_factory=dict)
    """Texts by language code."""


@dataclass(frozen=True, slots=True)
class Topic:
    """The meeting turns to something else."""

    at: float
    title: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """Everything that a format may show."""

    meeting: str
    title: str
    started: datetime
    """With a time zone."""
    ended: bool
    weights: str
    demo_weights: bool
    speakers: tuple[Speaker, ...]
    """By channel, each once."""
    lines: tuple[Line, ...]
    """By start, then channel; every channel is a speaker's, no text is empty."""
    topics: tuple[Topic, ...] = ()
    """By time."""
    notice: str = ""
    """What everybody in the room was told first."""
    shortcomings: tuple[str, ...] = ()
    """What else a reader must know, such as captions that could not be translated."""

    @property
    def notices(self) -> tuple[str, ...]:
        """What a reader must know before the first line."""
        more = (DEMO_NOTICE, self.demo_weights), (UNFINISHED_NOTICE, not self.ended)
        told = (self.notice,) if self.notice else ()
        return (*told, NOTICE, *(text for text, is_so in more if is_so), *self.shortcomings)

    @property
    def date(self) -> str:
        """When it began, in the time of this machine: 2025-03-04 10:00."""
        return self.started.astimezone().strftime("%Y-%m-%d %H:%M")

    @property
    def language(self) -> str:
        """What most lines are spoken in."""
        languages = [line.language for line in self.lines if line.channel < FIRST_TYPED]
        languages = languages or [speaker.language for speaker in self.speakers]
        return Counter(languages).most_common(1)[0][0] if languages else "en"

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language in which something can be read, by code."""
        spoken = {line.language for line in self.lines if line.channel < FIRST_TYPED}
        return tuple(sorted(spoken.union(*(line.translations for line in self.lines))))

    @property
    def by_channel(self) -> dict[int, Speaker]:
        """Who sits at each channel."""
        return {speaker.channel: speaker for speaker in self.speakers}


def transcript_of(meeting: Meeting) -> Transcript:
    """What was said so far; what was withdrawn or deleted is not in it."""
    spec = meeting.spec
    speakers = tuple(
        Speaker(
            entry.channel, entry.name, entry.letter, entry.colour, language_code(entry.language)
        )
        for entry in meeting.roster.entries
    )
    spoken = (
        Line(
            utterance=caption.utterance,
            channel=caption.channel,
            start=caption.start,
            end=caption.end,
            language=language_code(caption.language),
            text=visible_line(caption.text),
            state=caption.state,
            rev=caption.rev,
            translations={
                language_code(language): visible_line(text)
                for language, text in meeting.timeline.translations(caption.utterance).items()
            },
        )
        for caption in meeting.timeline.captions()
    )
    authors, typed = _typed(meeting)
    lines = sorted((*spoken, *typed), key=lambda line: (line.start, line.channel, line.utterance))
    return Transcript(
        meeting=spec.id,
        title=meeting.title,
        started=spec.started,
        ended=meeting.state is MeetingState.ENDED,
        weights=visible_line(spec.weights),
        demo_weights=spec.demo_weights,
        speakers=(*speakers, *authors),
        lines=tuple(line for line in lines if line.text),
        topics=tuple(
            Topic(topic.start, visible_line(topic.text)) for topic in meeting.timeline.topics()
        ),
        notice=meeting.notice,
    )


def _typed(meeting: Meeting) -> tuple[list[Speaker], list[Line]]:
    """What was typed, and by whom: everybody who typed has a channel of their own."""
    messages = meeting.timeline.messages()
    names = dict.fromkeys(message.name for message in messages)
    channels = {name: FIRST_TYPED + number for number, name in enumerate(names)}
    authors = [
        Speaker(channel, f"{name} {TYPED}", TYPED_LETTER, "none", UNKNOWN_LANGUAGE)
        for name, channel in channels.items()
    ]
    lines = [
        Line(
            utterance=message.message,
            channel=channels[message.name],
            start=message.at,
            end=message.at,
            language=language_code(message.language or ""),
            text=message.text,
        )
        for message in messages
    ]
    return authors, lines


def language_code(text: str) -> str:
    """A code as it may stand in any format; what is none becomes `und`."""
    return text if _LANGUAGE.fullmatch(text) else UNKNOWN_LANGUAGE


def clock_time(seconds: float) -> str:
    """Seconds of a meeting as hours, minutes and seconds: 01:02:03."""
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
