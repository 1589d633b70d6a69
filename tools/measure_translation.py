#!/usr/bin/env python3
"""What it costs to read a meeting in other languages, and what readers get.

python -m tools.measure_translation DATA --languages nl,de,fr [--seconds 60] [--times 3]

DATA is a data folder whose `translate/` has packages from English into these languages. Four
speakers of the demo's utterances speak nearly all the time, in real time, with the demo weights:
read by nobody else and in all these languages, in turns.
"""

import argparse
import asyncio
import json
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from captioner import resources
from captioner.asr.weights import DEMO, find_weights
from captioner.asr.whisper import WhisperEngine
from captioner.bench.figures import RunFigures
from captioner.bench.material import lay_out, read_clips
from captioner.bench.together import Conditions, run_together
from captioner.captions.timeline import Entry
from captioner.settings import Settings, StoreSettings
from captioner.translate.partials import erased

SPEAKERS = 4


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--languages", default="nl")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    languages = tuple(options.languages.split(","))
    asyncio.run(measure(options.data, languages, options.seconds, options.times))


async def measure(data: Path, languages: tuple[str, ...], seconds: float, times: int) -> None:
    material = lay_out(read_clips(resources.demo_meeting_folder()), SPEAKERS, seconds)
    settings = Settings(store=StoreSettings(data=str(data)))
    weights = find_weights(DEMO, data)
    for _ in range(times):
        for read in ((), languages):
            entries: list[Entry] = []
            engine = WhisperEngine(weights, "cpu", 0)
            conditions = Conditions(weights, settings, languages=read, watch=entries.append)
            figures = await run_together(material, engine, conditions)
            print(describe(read, figures, [json.loads(each.line) for each in entries]), flush=True)


def describe(read: Sequence[str], figures: RunFigures, events: Sequence[dict[str, Any]]) -> str:
    """One run in a line."""
    line = (
        f"{','.join(read) or 'nobody':9} final {figures.final_median or 0:.3f}"
        f" p95 {figures.final_p95 or 0:.3f}, CPU s/s {figures.cpu_per_speech:.3f},"
        f" peak {figures.peak_memory_mb:.0f} MB, load {figures.load or 0:.1f}"
    )
    delays = sorted(delays_of(events))
    if not delays:
        return line
    p95 = delays[int(0.95 * (len(delays) - 1))]
    finals = sum(each["type"] == "caption" and each["state"] == "final" for each in events)
    return (
        f"{line}; translated {len(delays)} of {finals * len(read)}, after their final"
        f" {statistics.median(delays):.3f} p95 {p95:.3f}, erasure {erasure_of(events):.3f},"
        f" partials {sum(is_partial(each) for each in events)}"
    )


def is_partial(event: dict[str, Any]) -> bool:
    return (event["type"], event["state"]) == ("translation", "partial")


def delays_of(events: Iterable[dict[str, Any]]) -> list[float]:
    """Seconds from each final to each of its translations."""
    said: dict[str, float] = {}
    delays = []
    for event in events:
        if event["type"] == "caption" and event["state"] == "final":
            said[event["utterance"]] = event["at"]
        elif event["type"] == "translation" and event["state"] == "final":
            delays.append(event["at"] - said[event["utterance"]])
    return delays


def erasure_of(events: Iterable[dict[str, Any]]) -> float:
    """Words of translations shown and taken back, for each word of their finals."""
    versions: dict[tuple[str, str], list[str]] = {}
    for event in events:
        if event["type"] == "translation":
            key = event["utterance"], event["language"]
            versions.setdefault(key, []).append(event["text"])
    words = sum(len(texts[-1].split()) for texts in versions.values())
    return sum(map(erased, versions.values())) / max(words, 1)


if __name__ == "__main__":
    main()
