#!/usr/bin/env python3
"""What the record of a long meeting costs: bytes, milliseconds a final, memory.

    tools/measure_record.py [--hours 3] [--speakers 8] [--folder DIR]

Synthetic events, as fast as they can be written: everybody speaks a third of the time, in sentences
of four seconds with four partials each; one final in fifty is corrected by hand, one in a hundred
deleted. `--folder` chooses the disk.
"""

import argparse
import random
import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from captioner.captions.meeting import Meeting, MeetingSpec
from captioner.captions.recovery import rebuild
from captioner.captions.roster import ChannelSpec
from captioner.captions.timeline import Entry
from captioner.clock import SystemClock
from captioner.domain import ChannelId, MeetingId, SamplePos, Utterance, UtteranceId, UtteranceState
from captioner.store.journal import Journal
from captioner.store.recorder import Recorder
from captioner.store.rows import Setup

WORDS = (
    "we",
    "have",
    "three",
    "open",
    "questions",
    "about",
    "the",
    "budget",
    "nobody",
    "knows",
    "what",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--hours", type=float, default=3)
    parser.add_argument("--speakers", type=int, default=8)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        measure(Path(folder), options.hours, options.speakers)


def long_spec(speakers: int) -> MeetingSpec:
    channels = [
        ChannelSpec(ChannelId(number), f"Speaker {number}") for number in range(1, speakers + 1)
    ]
    return MeetingSpec(
        MeetingId("20250304-090000-abcdef"),
        "ABC234",
        "0123456789ab",
        "Long",
        "none",
        False,
        datetime.now(UTC),
        channels,
    )


def measure(folder: Path, hours: float, speakers: int) -> None:
    spec = long_spec(speakers)
    journal, meeting = Journal(folder), Meeting(spec)
    journal.open()
    recorder = Recorder(journal, meeting, SystemClock(), print, Setup({}))
    recorder.accept(meeting.start(0.0))
    costs: dict[str, list[float]] = {"final": [], "partial": [], "by hand": []}
    chance = random.Random(1)
    finals = round(hours * 3600 / 4 * speakers / 3)
    memory = []
    began, cpu = time.perf_counter(), time.process_time()

    def timed(kind: str, entry: Entry) -> None:
        before = time.perf_counter()
        recorder.accept(entry)
        costs[kind].append((time.perf_counter() - before) * 1000)

    for number in range(finals):
        at = number * hours * 3600 / finals
        text = " ".join(chance.choices(WORDS, k=12))
        for rev in range(1, 6):
            is_final = rev == 5
            utterance = Utterance(
                UtteranceId(f"{spec.epoch}-{number:05}"),
                ChannelId(number % speakers + 1),
                rev,
                UtteranceState.FINAL if is_final else UtteranceState.PARTIAL,
                text if is_final else text[: rev * 12],
                0,
                SamplePos(int(at * 16000)),
                SamplePos(int((at + 4) * 16000)),
                "en",
            )
            timed("final" if is_final else "partial", meeting.revise(utterance, at + 4))
        if number % 50 == 49:
            timed("by hand", meeting.edit(utterance.id, "as it was said", at + 4))
        if number % 100 == 99:
            timed("by hand", meeting.delete(utterance.id, at + 4))
        if number % (finals // 4) == 0:
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    took_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu
    size = sum(path.stat().st_size for path in folder.iterdir())
    journal.close()
    journal.open()
    opened = time.perf_counter()
    (row,) = journal.meetings()
    again = rebuild(row.spec, journal.events(spec.id), row.reserved)
    opened = time.perf_counter() - opened
    assert again.timeline.captions() == meeting.timeline.captions()
    print(f"{finals} finals, {hours:g} h, {speakers} speakers: {took_s:.1f} s, CPU {cpu_s:.1f} s")
    for kind, each in costs.items():
        ordered = sorted(each)
        p95, most = ordered[int(len(ordered) * 0.95)], ordered[-1]
        print(f"  {kind}: median {statistics.median(each):.3f} ms, p95 {p95:.2f}, max {most:.1f}")
    print(f"  file: {size / 1e6:.2f} MB; read again in {opened:.2f} s")
    print(f"  resident at each quarter, MiB (the timeline among it): {memory}")


if __name__ == "__main__":
    main()
