from typing import Any

import pytest

from captioner.bench.figures import Work, caption_times, count_run
from captioner.bench.script import Line, Script
from captioner.domain import ChannelId

ONE = ChannelId(1)


def caption(name: str, rev: int, text: str, at: float, **more: Any) -> dict[str, Any]:
    event = {"type": "caption", "utterance": name, "rev": rev, "text": text, "at": at, "channel": 1}
    return event | {"state": "partial", "stable": 0, "start": 1.0, "end": 3.0} | more


def final(name: str, text: str, at: float, **more: Any) -> dict[str, Any]:
    return caption(name, 99, text, at, state="final", stable=len(text), **more)


LINES = [Line(ONE, 1.0, 3.0, "good morning"), Line(ONE, 3.4, 5.0, "dear friends")]


def test_a_caption_is_timed_from_the_start_and_the_end_of_its_speech() -> None:
    events = [
        caption("a", 1, "could", 1.5),  # a wrong word is no first text
        caption("a", 2, "good", 2.0),
        final("a", "good morning", 3.75),
    ]
    [times] = caption_times(LINES[:1], events)
    assert (times.first_text_s, times.final_s) == (1.0, 0.75)


def test_lines_with_a_short_pause_between_them_are_one_caption() -> None:
    events = [final("a", "good morning dear friends", 6.0, end=5.0)]
    [times] = caption_times(LINES, events)
    assert times.final_s == pytest.approx(1.0)


def test_a_line_that_goes_on_in_the_next_caption_ends_where_it_was_cut() -> None:
    events = [final("a", "good", 3.0, end=2.0), final("b", "morning", 3.5, start=2.0, end=3.0)]
    first, second = caption_times(LINES[:1], events)
    assert (first.speech_end_s, first.final_s) == (2.0, 1.0)
    assert second.first_text_s == 1.5
    assert second.final_s == 0.5


def test_what_never_came_has_no_time_and_what_nobody_said_is_not_counted() -> None:
    events = [
        caption("a", 1, "", 2.0),
        final("b", "invented", 9.0, start=7.0, end=8.0),
        {"type": "status", "at": 0.0},
    ]
    [times] = caption_times(LINES, events)
    assert (times.first_text_s, times.final_s) == (None, None)


def test_the_figures_of_a_run() -> None:
    lines = [Line(ONE, 10.0 * n, 10.0 * n + 2, "good morning") for n in range(6)]
    events = [
        final(f"u{n}", "good morning", 10.0 * n + 3 + n, start=10.0 * n, end=10.0 * n + 2)
        | {"seq": n + 1}
        for n in range(6)
    ]
    work = Work(60.0, 6.0, 200_000_000, batches=4, rows=6, shed=3, load=1.5)
    figures = count_run(1, Script(lines), events, work)
    assert (figures.final_median, figures.final_p95) == (3.5, 6.0)
    assert figures.lag_at_end == 6.0
    assert figures.growth == 4.0  # 1 and 2 s late first, 5 and 6 s at the end
    assert figures.cpu_per_speech == pytest.approx(0.5)
    assert (figures.rows_a_batch, figures.shed, figures.peak_memory_mb) == (1.5, 3, 200)
    assert (figures.erasure, figures.word_error_rate, figures.missed) == (0, 0, 0)


def test_a_run_in_which_nothing_came_has_no_latencies() -> None:
    figures = count_run(1, Script(LINES), [], Work(1.0, 1.0))
    assert figures.first_text_median is figures.final_p95 is figures.lag_at_end is None
    assert figures.growth is figures.rows_a_batch is None
    assert figures.missed == 2
