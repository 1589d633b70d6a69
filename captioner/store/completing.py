"""A transcript in a language that it lacks, once its lines have been translated."""

from collections.abc import Mapping
from dataclasses import replace

from captioner.store.transcript import Line, Transcript


def lacking(transcript: Transcript, language: str) -> list[Line]:
    """The lines that would stand as they were spoken; a text that may still change is none."""
    return [
        line
        for line in transcript.lines
        if line.language != language
        and language not in line.translations
        and line.state != "partial"
    ]


def completed(
    transcript: Transcript, language: str, texts: Mapping[str, str], shortcoming: str = ""
) -> Transcript:
    """With these translations, by utterance; `shortcoming` says in a sentence what is missing."""
    lines = tuple(
        replace(line, translations={**line.translations, language: texts[line.utterance]})
        if line.utterance in texts
        else line
        for line in transcript.lines
    )
    more = (shortcoming,) if shortcoming else ()
    return replace(transcript, lines=lines, shortcomings=(*transcript.shortcomings, *more))
