"""Figures of the service in the text format that Prometheus reads, version 0.0.4."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from captioner.asr.load import Load
from captioner.domain import MeetingState
from captioner.server.desk import MeetingHandle
from captioner.server.translating import TranslationLoad

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Samples = Sequence[tuple[Mapping[str, str], float]]
"""Values, each with its labels."""


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """What this process uses of the machine."""

    memory_bytes: int
    """Resident in memory now."""
    cpu_s: float
    """Seconds of all cores together since it started."""


def render_metrics(meetings: Sequence[MeetingHandle], process: ProcessFigures) -> str:
    """All figures. Counters sum up every meeting the service still knows; a meeting that is deleted
    takes its share with it, which Prometheus reads as a restart. What is now is of the meeting that
    goes on: its channels are the labels."""
    going_on = [each for each in meetings if each.meeting.state is not MeetingState.ENDED]
    loads = [each.load() for each in meetings]
    lines = [
        *_now("viewers", "Connections that read along.", sum(each.viewers for each in meetings)),
        *_now("queue_requests", "Decodes that wait.", sum(each.load().queue for each in going_on)),
        *_metric("lag_seconds", "gauge", "Age of the oldest sound that waits.", _lags(going_on)),
        *_clocks(going_on),
        *_counters(loads),
        *_translations([each.translations.load() for each in meetings]),
        *_now("memory_bytes", "Memory of this process.", process.memory_bytes),
        *_total("cpu_seconds", "Processor time of this process.", process.cpu_s),
    ]
    return "\n".join(lines) + "\n"


def _counters(loads: Sequence[Load]) -> Iterator[str]:
    rejected: Counter[str] = Counter()
    for load in loads:
        rejected.update(load.rejected)
    reasons = [({"reason": reason}, float(count)) for reason, count in sorted(rejected.items())]
    yield from _total("finals", "Finals decoded.", sum(each.finals for each in loads))
    yield from _total("partials", "Partials decoded.", sum(each.partials for each in loads))
    shed = sum(each.shed for each in loads)
    yield from _total("partials_shed", "Partials out of date before they were decoded.", shed)
    failed = sum(each.failed for each in loads)
    yield from _total("decode_failures", "Decodes that failed, all tries counted.", failed)
    again = sum(each.fallbacks for each in loads)
    yield from _total(
        "decode_fallbacks", "Decodes beyond the first of texts that looked bad.", again
    )
    yield from _total("batches", "Batches decoded.", sum(each.batches for each in loads))
    decode_s = sum(each.decode_s for each in loads)
    yield from _total("decode_seconds", "Seconds of decoding.", decode_s)
    speech_s = sum(each.speech_s for each in loads)
    yield from _total("speech_seconds", "Seconds of speech that have their final.", speech_s)
    yield from _metric("rejections_total", "counter", "Texts that were not believed.", reasons)


def _translations(loads: Sequence[TranslationLoad]) -> Iterator[str]:
    waiting = sum(each.waiting for each in loads)
    yield from _now("translations_waiting", "Texts that wait for their translation.", waiting)
    made = sum(each.made for each in loads)
    yield from _total("translations", "Translations that readers were sent.", made)
    failed = sum(each.failed for each in loads)
    yield from _total("translation_failures", "Texts of which no translation came.", failed)
    stale = sum(each.stale for each in loads)
    yield from _total("translations_stale", "Translations of what had changed meanwhile.", stale)
    dropped = sum(each.dropped for each in loads)
    yield from _total("translations_dropped", "Texts given up: too many waited.", dropped)
    busy_s = max((each.busy_s for each in loads), default=0.0)
    yield from _total("translation_seconds", "Seconds of translating.", busy_s)


def _lags(meetings: Sequence[MeetingHandle]) -> Samples:
    return [
        ({"channel": str(entry.channel)}, load.channel_lags_s.get(entry.channel, 0.0))
        for meeting in meetings
        for load in (meeting.load(),)
        for entry in meeting.meeting.roster.entries
    ]


def _clocks(meetings: Sequence[MeetingHandle]) -> Iterator[str]:
    levels = [({"channel": str(each.channel)}, each) for one in meetings for each in one.levels()]
    gaps = [(labels, level.gap_s) for labels, level in levels]
    yield from _metric("gap_seconds", "gauge", "Sound of a microphone that never came.", gaps)
    drifts = [(labels, level.drift_ppm) for labels, level in levels]
    help_text = "How fast a microphone's clock is, in millionths."
    yield from _metric("drift_ppm", "gauge", help_text, drifts)


def _now(name: str, help_text: str, value: float) -> Iterator[str]:
    yield from _metric(name, "gauge", help_text, [({}, value)])


def _total(name: str, help_text: str, value: float) -> Iterator[str]:
    yield from _metric(f"{name}_total", "counter", help_text, [({}, value)])


def _metric(name: str, kind: str, help_text: str, samples: Samples) -> Iterator[str]:
    yield f"# HELP captioner_{name} {help_text}"
    yield f"# TYPE captioner_{name} {kind}"
    for labels, value in samples:
        inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"captioner_{name}{{{inside}}} {value!r}" if inside else f"captioner_{name} {value!r}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
