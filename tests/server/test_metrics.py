"""Read back by the rules of https://prometheus.io/docs/instrumenting/exposition_formats/."""

import re
from dataclasses import replace

import pytest

from captioner.asr.load import Load
from captioner.domain import ChannelId
from captioner.server.metrics import METRICS_TYPE, ProcessFigures, render_metrics
from captioner.server.translating import TranslationLoad
from tests.server.test_meters import QuietHandle

PROCESS = ProcessFigures(memory_bytes=123_456_789, cpu_s=1.5)
NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)')
Sample = tuple[str, tuple[tuple[str, str], ...]]


def parsed(text: str) -> dict[Sample, float]:
    """Every sample; the format is checked on the way."""
    assert text.endswith("\n")
    assert "\r" not in text
    found: dict[Sample, float] = {}
    helped: set[str] = set()
    kinds: dict[str, str] = {}
    current = ""
    for line in text[:-1].split("\n"):
        assert line == line.strip() != ""
        if line.startswith("# HELP "):
            name = line.split(" ", 3)[2]
            assert name not in helped
            assert "\\" not in line
            helped.add(name)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in kinds, "one TYPE a metric"
            assert kind in ("counter", "gauge")
            assert (kind == "counter") == name.endswith("_total")
            kinds[name], current = kind, name
        else:
            sample, value = line.rsplit(" ", 1)
            name, labels = labelled(sample)
            assert name == current, "the samples of a metric stand together, behind its TYPE"
            assert (name, labels) not in found
            found[name, labels] = float(value)
    assert helped == kinds.keys()
    return found


def labelled(sample: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    name, brace, rest = sample.partition("{")
    assert NAME.fullmatch(name)
    assert name.startswith("captioner_")
    if not brace:
        return name, ()
    assert rest.endswith("}")
    pairs, at = [], 0
    while at < len(rest) - 1:
        match = LABEL.match(rest[:-1], at)
        assert match, rest
        text = re.sub(r"\\(.)", lambda each: {"n": "\n"}.get(each[1], each[1]), match[2])
        pairs.append((match[1], text))
        at = match.end()
    assert pairs
    return name, tuple(pairs)


def test_a_service_without_a_meeting_has_figures_too() -> None:
    found = parsed(render_metrics([], PROCESS))
    assert found["captioner_memory_bytes", ()] == 123_456_789
    assert found["captioner_cpu_seconds_total", ()] == 1.5
    assert found["captioner_viewers", ()] == found["captioner_finals_total", ()] == 0
    assert not [name for name, labels in found if labels]


def test_every_figure_of_a_meeting_is_there() -> None:
    handle = QuietHandle()
    handle.heard = replace(handle.heard, gap_s=1.25, drift_ppm=-180.0)
    handle.viewers = 12
    handle.figures = Load(
        lag_s=0.5,
        channel_lags_s={ChannelId(2): 0.5},
        queue=3,
        batches=40,
        decode_s=3.25,
        speech_s=20.0,
        partials=50,
        finals=10,
        shed=4,
        failed=1,
        fallbacks=6,
        rejected={"loop": 2},
    )
    handle.translations.figures = TranslationLoad(2, 30, 1, 5, 4, 0.75)
    found = parsed(render_metrics([handle], PROCESS))
    assert {
        (name.removeprefix("captioner_"), *labels): value for (name, labels), value in found.items()
    } == {
        ("viewers",): 12,
        ("queue_requests",): 3,
        ("lag_seconds", ("channel", "1")): 0,
        ("lag_seconds", ("channel", "2")): 0.5,
        ("gap_seconds", ("channel", "1")): 1.25,
        ("drift_ppm", ("channel", "1")): -180,
        ("finals_total",): 10,
        ("partials_total",): 50,
        ("partials_shed_total",): 4,
        ("decode_failures_total",): 1,
        ("decode_fallbacks_total",): 6,
        ("batches_total",): 40,
        ("decode_seconds_total",): 3.25,
        ("speech_seconds_total",): 20,
        ("rejections_total", ("reason", "loop")): 2,
        ("translations_waiting",): 2,
        ("translations_total",): 30,
        ("translation_failures_total",): 1,
        ("translations_stale_total",): 5,
        ("translations_dropped_total",): 4,
        ("translation_seconds_total",): 0.75,
        ("memory_bytes",): 123_456_789,
        ("cpu_seconds_total",): 1.5,
    }


def test_counters_do_not_fall_when_the_next_meeting_begins() -> None:
    ended, live = QuietHandle(), QuietHandle()
    ended.figures = Load(finals=10, rejected={"loop": 2}, queue=9)
    ended.meeting.end(1.0)
    live.figures = Load(finals=1, rejected={"loop": 1, "silence": 1}, queue=1)
    found = parsed(render_metrics([live, ended], PROCESS))
    assert found["captioner_finals_total", ()] == 11
    assert found["captioner_rejections_total", (("reason", "loop"),)] == 3
    assert found["captioner_queue_requests", ()] == 1
    lags = [labels for name, labels in found if name == "captioner_lag_seconds"]
    assert lags == [(("channel", "1"),), (("channel", "2"),)], "each channel once"


@pytest.mark.parametrize("reason", ['say "no"', "back\\slash", "two\nlines", "n\\n", "a,b={c} 1"])
def test_a_label_may_hold_anything(reason: str) -> None:
    handle = QuietHandle()
    handle.figures = Load(rejected={reason: 1})
    found = parsed(render_metrics([handle], PROCESS))
    assert found["captioner_rejections_total", (("reason", reason),)] == 1


def test_the_type_names_the_version() -> None:
    assert METRICS_TYPE == "text/plain; version=0.0.4; charset=utf-8"
