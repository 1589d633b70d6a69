"""What an hour of eight people costs a reader's page, and how soon a caption is painted."""

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright")

from tools.measure_viewers import FLAGS, measure_delay, measure_hour, measure_opening

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

HOUR_EVENTS = 12_000
"""2,400 utterances, each with its partials."""


@pytest.fixture
def apart(open_chromium: Callable[..., "Browser"]) -> Iterator["Browser"]:
    """A browser of its own, that tells what it costs."""
    opened = open_chromium(*FLAGS)
    yield opened
    opened.close()


def test_an_hour_of_eight_speakers_leaves_the_page_as_it_was(apart: "Browser") -> None:
    costs = measure_hour(apart, HOUR_EVENTS, 0.003)
    assert costs[-1].utterances > 1500
    assert max(cost.nodes for cost in costs) < 600
    # What was said is kept, a few hundred bytes an utterance; nothing else may grow.
    said_mb = (costs[-1].utterances - costs[1].utterances) * 2e-3
    assert costs[-1].heap_mb - costs[1].heap_mb < said_mb + 1.5


def test_a_caption_is_little_work_and_painted_within_a_tenth_of_a_second(apart: "Browser") -> None:
    delays = measure_delay(apart, viewers=50, slowed=1, seconds=20)
    assert len(delays.of) > 30
    assert delays.work_ms <= 15
    skip_unless_quiet()
    assert sorted(delays.of)[int(len(delays.of) * 0.99)] <= 0.1


def test_opening_the_page_is_little_work_and_the_first_caption_waits_for_nothing_else(
    apart: "Browser",
) -> None:
    openings = [measure_opening(apart, 10, 4, "poor Wi-Fi") for _ in range(3)]
    assert min(opening.work_ms for opening in openings) <= 400
    skip_unless_quiet()
    assert min(opening.first_ms for opening in openings) <= 1000


def skip_unless_quiet() -> None:
    """What a clock says while other programs wait for the same processors says nothing."""
    load, processors = os.getloadavg()[0], os.cpu_count() or 1
    if load > processors + 1:
        pytest.skip(f"its times need a quiet machine: load {load:.0f} on {processors} processors")
