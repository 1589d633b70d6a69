"""Score the captions of a replayed meeting against its reference.

    python tools/score.py MEETING_FOLDER EVENTS_FILE [--strict]

With --strict the exit status is 1 when an utterance was missed, a caption never came to a final, or
a promise of docs/events.md was broken.
"""

import argparse
import json
import sys
from pathlib import Path

from captioner.bench.bleed import count_words
from captioner.scoring import Reference, median, percentile, score_events


def main() -> int:
    """Print the figures, one a line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("meeting", type=Path)
    parser.add_argument("events", type=Path)
    parser.add_argument("--strict", action="store_true")
    options = parser.parse_args()
    meeting = json.loads((options.meeting / "meeting.json").read_text(encoding="utf-8"))
    references = [
        Reference(each["channel"], each["start"], each["end"], each["text"])
        for each in meeting["utterances"]
    ]
    lines = options.events.read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines if line.strip()]
    score, bleed = score_events(references, events), count_words(references, events, {})
    print(f"words wrong     {score.word_error_rate:.1%} of {score.words}")
    print(f"finals          {score.finals}")
    print(f"first text      {_spread(score.first_text)}")
    print(f"final           {_spread(score.final)}")
    print(f"erasure         {score.erasure:.3f}")
    print(f"missed          {score.missed}")
    print(f"duplicated      {bleed.duplicated}")
    print(f"wrong channel   {bleed.misplaced} words")
    print(f"unfinished      {score.unfinished}")
    print(f"broken          {score.broken}")
    failures = score.missed + score.unfinished + score.broken
    return 1 if options.strict and failures else 0


def _spread(values: tuple[float, ...]) -> str:
    middle, high = median(values), percentile(values, 0.95)
    return "none" if middle is None or high is None else f"median {middle:.2f} s, p95 {high:.2f} s"


if __name__ == "__main__":
    sys.exit(main())
