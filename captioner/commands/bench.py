"""`captioner bench`: cost and latency of the whole live path on this machine."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

from captioner import resources
from captioner.asr.trial import measure_batching
from captioner.asr.weights import DEMO, Weights, find_weights
from captioner.bench.batches import measure_batches
from captioner.bench.drawing import BarChart, render_svg
from captioner.bench.held import HeldWhisper
from captioner.bench.machine import describe_machine, load_average
from captioner.bench.material import Clip, read_clips
from captioner.bench.script import count_tokens
from captioner.bench.shapes import find_shape
from captioner.bench.side_by_side import Plan, measure_side_by_side
from captioner.bench.tables import render_report
from captioner.bench.together import Conditions
from captioner.bench.windows import measure_windows
from captioner.settings import Settings
from captioner.store.files import write_files

QUICK_S = 24.0
"""Seconds of each run of `bench all`, so that all of it takes about twenty minutes."""


class BenchPart(StrEnum):
    """What `bench` can measure."""

    TOGETHER = "together"
    """Everybody speaks at once, in real time."""
    WINDOWS = "windows"
    """Words wrong against the encoder's window."""
    BATCH = "batch"
    """Rows together against rows one by one."""
    ALL = "all"
    """Everything, with the tiny shape and with the demo weights."""


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """What `bench` was asked for."""

    part: BenchPart = BenchPart.TOGETHER
    shape: str | None = None
    """Random weights of this shape in the place of --model."""
    seconds: float | None = None
    channels: tuple[int, ...] = (1, 2, 4, 8)
    meetings: tuple[Path, ...] = ()
    """Recorded meetings with a reference, in the place of the bundled one."""
    with_usual: bool = True
    json_file: Path | None = None
    svg_file: Path | None = None


async def run_bench(settings: Settings, options: BenchOptions, out: TextIO) -> int:
    """Measure, print the tables, write what was asked for. Raises CaptionerError."""

    def tell(line: str) -> None:
        print(f"… {line} (load average {load_average()})", file=out, flush=True)

    folders = options.meetings or (resources.demo_meeting_folder(),)
    clips = [clip for folder in folders for clip in read_clips(folder)]
    report: dict[str, Any] = {"machine": describe_machine() | {"load": str(load_average())}}
    for part, its_options in parts(options):
        report = await _measured(report, part, settings, its_options, clips, tell)
        _write(options, report)  # what is measured is kept, whatever becomes of the rest
    print("\n" + render_report(report), file=out, end="")
    return 0


def parts(options: BenchOptions) -> list[tuple[BenchPart, BenchOptions]]:
    """What is measured one after another, each with its options."""
    if options.part is not BenchPart.ALL:
        return [(options.part, options)]
    quick = replace(options, seconds=options.seconds or QUICK_S)
    return [
        (BenchPart.TOGETHER, replace(quick, shape="tiny")),
        (BenchPart.TOGETHER, replace(quick, shape=None)),
        (BenchPart.TOGETHER, replace(quick, shape="base", channels=(1, 4), with_usual=False)),
        (BenchPart.TOGETHER, replace(quick, shape="small", channels=(1,), with_usual=False)),
        (BenchPart.WINDOWS, replace(quick, shape=None)),
        (BenchPart.BATCH, replace(quick, shape=None)),
        (BenchPart.BATCH, replace(quick, shape="tiny")),
    ]


async def _measured(
    report: dict[str, Any],
    part: BenchPart,
    settings: Settings,
    options: BenchOptions,
    clips: Sequence[Clip],
    tell: Callable[[str], None],
) -> dict[str, Any]:
    weights = _weights(settings, options)
    engine = HeldWhisper(weights, settings.asr.device, settings.asr.cpu_threads)
    if part is BenchPart.TOGETHER:
        plan = Plan(
            options.channels, options.seconds or 60.0, bool(options.shape), options.with_usual
        )
        conditions = Conditions(weights, settings)
        figures = await measure_side_by_side(engine, conditions, clips, plan, tell)
        return report | {"together": [*report.get("together", []), figures]}
    tell(f"{weights.name}, {part}")
    engine.load()
    if part is BenchPart.WINDOWS:
        windows = [
            asdict(each) | {"word_error_rate": each.word_error_rate}
            for each in measure_windows(engine, clips)
        ]
        return report | {"windows": windows, "windows_weights": weights.name}
    if options.shape:
        engine.hold([sum(count_tokens(clip.text) for clip in clips) // len(clips)])
    stretches = [clip.samples for clip in clips[:8]]
    rows = measure_batches(engine, stretches)
    chosen = measure_batching(engine, stretches)
    batches = {
        "weights": weights.name,
        "rows": [asdict(row) for row in rows],
        "choice": chosen.in_words if chosen else "too slow to try in two seconds",
    }
    return report | {"batches": [*report.get("batches", []), batches]}


def _weights(settings: Settings, options: BenchOptions) -> Weights:
    """Raises WeightsError."""
    if options.shape:
        return find_shape(options.shape, settings.store.folder)
    model = settings.asr.model
    if options.part is BenchPart.ALL:
        model = model or DEMO
    return find_weights(model, settings.store.folder)


def charts(report: dict[str, Any]) -> list[BarChart]:
    """What can be drawn of a report."""
    drawn = []
    for part in report.get("together", []):
        groups = [f"{row['channels']}" for row in part["ratios"]]
        name, over = part["weights"], "by channels that all speak"
        drawn.append(
            BarChart(
                f"{name}: processor seconds for a second of speech, {over}",
                "s",
                groups,
                {
                    "captioner, live": [row["live"] for row in part["ratios"]],
                    "stock, once, offline": [row["floor"] for row in part["ratios"]],
                    "usual method, live": [row["usual"] for row in part["ratios"]],
                },
            )
        )
        drawn.append(
            BarChart(
                f"{name}: final after the end of speech, 95th percentile, {over}",
                "s",
                groups,
                {
                    "captioner": [row["final_p95"] for row in part["ratios"]],
                    "usual method": [row["usual_final_p95"] for row in part["ratios"]],
                },
            )
        )
    return drawn


def _write(options: BenchOptions, report: dict[str, Any]) -> None:
    if options.json_file is not None:
        _write_text(options.json_file, json.dumps(report, indent=1) + "\n")
    if options.svg_file is not None:
        _write_text(options.svg_file, render_svg(charts(report)))


def _write_text(path: Path, text: str) -> None:
    write_files(path.parent, {path.name: text})
