"""A transcript as a person would set it: paragraphs of one speaker, in the language asked for."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from captioner.domain import UtteranceState
from captioner.errors import WireError
from captioner.store.transcript import FIRST_TYPED, Line, Speaker, Topic, Transcript

LONGEST_GAP_S = 4.0
"""A longer silence is a new thought."""

LONGEST_PARAGRAPH = 700
"""Characters after which the next utterance begins a new one: about a minute of speech."""

OVERLAP_S = 0.3
"""Two people who pass the word to each other overlap by less."""

MARKS = {UtteranceState.EDITED: "edited", UtteranceState.PARTIAL: "…"}
OVERLAP = "overlap"

ISOLATE, POP = "\u2068", "\u2069"
"""What stands between them does not turn the direction of what is around them."""


@dataclass(frozen=True, slots=True)
class View:
    """In which language a transcript is read."""

    language: str = ""
    """A code; empty: as it was spoken."""
    with_original: bool = False
    """Both side by side."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The languages side by side; an empty one is the original."""
        return ("", self.language) if self.language and self.with_original else (self.language,)


ORIGINAL = View()


@dataclass(frozen=True, slots=True)
class Run:
    """A text in one language."""

    text: str
    language: str
    mark: str = ""
    """`edited`, `…` for a text that may still change, or nothing."""

    @property
    def is_right_to_left(self) -> bool:
        """By its first letter that has a direction."""
        return is_right_to_left(self.text)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What one speaker said, with no more than a breath in between."""

    speaker: Speaker
    start: float
    end: float
    overlaps: bool
    """Whether somebody else was still speaking when it began."""
    columns: tuple[tuple[Run, ...], ...]
    """The utterances, for each language side by side."""


def check_view(transcript: Transcript, view: View) -> None:
    """Raise WireError for a language that nothing is written in."""
    if view.language and view.language not in transcript.languages:
        known = ", ".join(transcript.languages) or "none"
        raise WireError(
            "bad_message",
            f"There is nothing in the language {view.language!r} in this transcript;"
            f" there are: {known}.",
        )


def text_of(line: Line, language: str) -> Run:
    """A line in a language; where it lacks it, as it was spoken."""
    mark = MARKS.get(UtteranceState(line.state), "")
    if language and language != line.language and language in line.translations:
        return Run(line.translations[language], language, mark)
    return Run(line.text, line.language, mark)


def lay_out(transcript: Transcript, view: View = ORIGINAL) -> list[Paragraph | Topic]:
    """Paragraphs and topics in the order of the meeting."""
    speakers = transcript.by_channel
    topics = list(transcript.topics)
    laid_out: list[Paragraph | Topic] = []
    held: list[Line] = []
    overlaps = False
    ends: dict[int, float] = {}
    for line in transcript.lines:
        is_topic = bool(topics) and topics[0].at <= line.start
        if held and (is_topic or not continues(held, line)):
            laid_out.append(_paragraph(held, speakers, view, overlaps=overlaps))
            held = []
        while topics and topics[0].at <= line.start:
            laid_out.append(topics.pop(0))
        if not held:
            others = (end for channel, end in ends.items() if channel != line.channel)
            is_spoken = line.channel < FIRST_TYPED  # who types interrupts nobody
            overlaps = is_spoken and any(end - line.start > OVERLAP_S for end in others)
        held.append(line)
        ends[line.channel] = max(ends.get(line.channel, 0.0), line.end)
    if held:
        laid_out.append(_paragraph(held, speakers, view, overlaps=overlaps))
    return [*laid_out, *topics]


def continues(held: Sequence[Line], line: Line) -> bool:
    """Whether a line belongs to the paragraph of those before it."""
    return (
        line.channel == held[-1].channel
        and line.start - held[-1].end <= LONGEST_GAP_S
        and sum(len(each.text) for each in held) + len(line.text) <= LONGEST_PARAGRAPH
    )


def _paragraph(
    lines: Sequence[Line], speakers: dict[int, Speaker], view: View, *, overlaps: bool
) -> Paragraph:
    columns = tuple(tuple(text_of(line, language) for line in lines) for language in view.columns)
    return Paragraph(speakers[lines[0].channel], lines[0].start, lines[-1].end, overlaps, columns)


def is_right_to_left(text: str) -> bool:
    """By its first letter that has a direction."""
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((each != "L" for each in directions if each in ("L", "R", "AL")), False)


def isolated(text: str) -> str:
    """Plain text that may be of another direction, so that it does not reorder what is around."""
    turns = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)
    return f"{ISOLATE}{text}{POP}" if turns else text
