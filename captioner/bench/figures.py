"""The figures of one run, from its script and its events."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from captioner.bench.script import Line, Script
from captioner.scoring import median, percentile, score_events, split_words

TOUCHING_S = 0.2
"""Overlap from which a line belongs to a caption."""

BEYOND_S = 0.5
"""A line that ends later than this after its caption goes on in the next one."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a run used."""

    wall_s: float
    cpu_s: float
    peak_memory_bytes: int = 0
    batches: int = 0
    rows: int = 0
    """Requests in all batches together."""
    shed: int = 0
    """Partials that were replaced before they were decoded."""
    load: float | None = None
    """The machine's load average at the end."""


@dataclass(frozen=True, slots=True)
class RunFigures:
    """How well and how dearly one run captioned its script; times in seconds."""

    channels: int
    speech_s: float
    first_text_median: float | None
    """From the start of a caption's speech to the first right word of it."""
    first_text_p95: float | None
    final_median: float | None
    """From the end of a caption's speech to its final."""
    final_p95: float | None
    erasure: float
    """Words shown and taken back, per word in the finals."""
    word_error_rate: float
    missed: int
    unfinished: int
    lag_at_end: float | None
    """The last final, after its speech."""
    growth: float | None
    """Median final latency in the last third of the run above that in its first third."""
    cpu_per_speech: float
    """Processor seconds for a second of speech."""
    peak_memory_mb: float
    rows_a_batch: float | None
    shed: int
    load: float | None


@dataclass(frozen=True, slots=True)
class CaptionTimes:
    """When one caption's speech was and when its text came."""

    speech_end_s: float
    first_text_s: float | None
    """After the start of the speech; None if no right word was ever shown."""
    final_s: float | None
    """After its end; None if it never came."""


def count_run(
    channels: int, script: Script, events: Sequence[Mapping[str, Any]], work: Work
) -> RunFigures:
    """All figures of a run."""
    score = score_events(script.references(), events)
    times = caption_times(script.lines, events)
    first = [each.first_text_s for each in times if each.first_text_s is not None]
    ended = [each for each in times if each.final_s is not None]
    final = [each.final_s for each in ended if each.final_s is not None]
    return RunFigures(
        channels=channels,
        speech_s=round(script.speech_s, 1),
        first_text_median=median(first),
        first_text_p95=percentile(first, 0.95),
        final_median=median(final),
        final_p95=percentile(final, 0.95),
        erasure=score.erasure,
        word_error_rate=score.word_error_rate,
        missed=score.missed,
        unfinished=score.unfinished,
        lag_at_end=ended[-1].final_s if ended else None,
        growth=_growth(final),
        cpu_per_speech=work.cpu_s / max(script.speech_s, 1e-9),
        peak_memory_mb=work.peak_memory_bytes / 1e6,
        rows_a_batch=work.rows / work.batches if work.batches else None,
        shed=work.shed,
        load=work.load,
    )


def caption_times(lines: Sequence[Line], events: Iterable[Mapping[str, Any]]) -> list[CaptionTimes]:
    """The times of every caption that has speech of the script, by the end of that speech.

    A pause shorter than the live path waits for joins lines into one caption, so times are
    counted by caption and not by line.
    """
    histories: dict[str, list[Mapping[str, Any]]] = {}
    for event in events:
        if event.get("type") == "caption":
            histories.setdefault(event["utterance"], []).append(event)
    times = [_times_of(lines, history) for history in histories.values()]
    return sorted((each for each in times if each is not None), key=lambda each: each.speech_end_s)


def _times_of(lines: Sequence[Line], history: Sequence[Mapping[str, Any]]) -> CaptionTimes | None:
    last = history[-1]
    inside = [
        line
        for line in lines
        if line.channel == last["channel"]
        and min(line.end_s, last["end"]) - max(line.start_s, last["start"]) > TOUCHING_S
    ]
    if not inside:
        return None
    begins, ends = inside[0].start_s, inside[-1].end_s
    if ends > last["end"] + BEYOND_S:
        ends = last["end"]
    if begins < last["start"] - BEYOND_S:
        begins = last["start"]
    said = set(split_words(" ".join(line.text for line in inside)))
    shown = [each["at"] for each in history if said & set(split_words(each["text"]))]
    final = [each["at"] for each in history if each["state"] == "final"]
    return CaptionTimes(
        speech_end_s=ends,
        first_text_s=shown[0] - begins if shown else None,
        final_s=final[0] - ends if final else None,
    )


def _growth(final: Sequence[float]) -> float | None:
    third = len(final) // 3
    early, late = median(final[:third]), median(final[len(final) - third :])
    return None if early is None or late is None or not third else late - early
