#!/usr/bin/env python3
"""What a transcript of three hours costs in each format: processor seconds, median of five.

python -m tools.measure_transcripts
"""

import statistics
import time

from captioner.store.export import FORMATS, render_transcript
from captioner.store.layout import View
from captioner.store.opening import open_transcript
from captioner.store.transcript import Transcript
from tests.fakes.transcripts import long_transcript

TIMES = 5


def main() -> None:
    transcript = long_transcript()
    views = {"original": View(), "both languages": View("nl", with_original=True)}
    for ending in FORMATS:
        costs = [
            f"{statistics.median(cost(transcript, ending, view) for _ in range(TIMES)):.2f} {name}"
            for name, view in views.items()
        ]
        print(f"{ending}: {', '.join(costs)}")
    content = render_transcript(transcript, "json")
    began = time.process_time()
    open_transcript(content)
    print(f"json read again: {time.process_time() - began:.2f}")


def cost(transcript: Transcript, ending: str, view: View) -> float:
    began = time.process_time()
    render_transcript(transcript, ending, view)
    return time.process_time() - began


if __name__ == "__main__":
    main()
