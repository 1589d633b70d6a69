"""A page whose line to the meeting breaks: it says so, and nothing is missing afterwards."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from captioner.captions.events import CaptionRevised
from tools.staged_meeting import NAMES, Stage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

SHOWN = """() => import('/assets/viewer/viewer.js').then(({page}) =>
    page.rows.map((row) => row.texts[0].text))"""


@pytest.fixture
def stage() -> Iterator[Stage]:
    """Eight people who have said a few things."""
    opened = Stage(NAMES).open()
    opened.talk(10)
    yield opened
    opened.close()


@pytest.fixture
def page(browser: "Browser", stage: Stage) -> Iterator["Page"]:
    """A phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    opened = context.new_page()
    opened.goto(stage.url)
    see(opened, "Live")
    yield opened
    context.close()


def see(page: "Page", text: str, timeout_s: float = 10) -> None:
    page.get_by_text(text).first.wait_for(timeout=timeout_s * 1000)


def all_said(stage: Stage) -> list[str]:
    """Every final of the meeting, as its timeline has them."""
    entries = stage.command_result(lambda meeting: meeting.timeline.since(0, 10_000))
    events = [entry.event for entry in entries]
    captions = [event for event in events if isinstance(event, CaptionRevised)]
    captions.sort(key=lambda event: (event.start, event.channel, event.utterance))
    return [event.text for event in captions if event.text]


def test_a_network_cut_of_half_a_minute_is_told_and_made_good(stage: Stage, page: "Page") -> None:
    open_one = stage.partial(1, "I was saying", "open")
    see(page, "I was saying")
    page.context.set_offline(True)
    cut_at = time.monotonic()
    see(page, "Cut off for", 15)
    assert time.monotonic() - cut_at < 12.5, "ten seconds without a sign of life, and it says so"
    stage.say(1, "I was saying that it is late.", utterance=open_one)
    for number in range(40):
        stage.say(number % 8 + 1, f"Said in the dark, number {number}.")
    page.wait_for_timeout(max(0.0, 30 - (time.monotonic() - cut_at)) * 1000)
    page.context.set_offline(False)
    see(page, "Said in the dark, number 39.")
    see(page, "Live")
    assert page.evaluate(SHOWN) == all_said(stage)


def test_a_service_that_starts_again_is_found_and_nothing_is_doubled(
    stage: Stage, page: "Page"
) -> None:
    stage.hang_up()
    see(page, "Cut off for")
    for number in range(5):
        stage.say(2, f"Said while the service was away, {number}.")
    stage.listen()
    see(page, "Said while the service was away, 4.", 15)
    stage.say(3, "And after it.")
    see(page, "And after it.")
    assert page.evaluate(SHOWN) == all_said(stage)


def test_without_sockets_it_is_the_same_by_server_sent_events(
    browser: "Browser", stage: Stage
) -> None:
    context = browser.new_context()
    context.add_init_script("delete window.WebSocket")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(stage.url + "?language=nl")
    see(page, "Live")
    said = stage.say(1, "Over another way.")
    see(page, "Over another way.")
    stage.translate(said, "nl", "Langs een andere weg.")
    see(page, "Langs een andere weg.")
    assert any("/events?" in url and "language=nl" in url for url in asked)
    stage.hang_up()
    see(page, "Cut off for")
    stage.say(2, "Said while it was away.")
    stage.listen()
    see(page, "Said while it was away.", 15)
    shown = page.evaluate(SHOWN)
    assert shown[-2:] == ["Langs een andere weg.", "Said while it was away."]
    assert shown[:-2] == all_said(stage)[:-2]
    context.close()


def test_nothing_is_asked_of_anybody_else(browser: "Browser", stage: Stage) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url.replace("ws:", "http:")))
    page.goto(stage.url + "?font=dyslexic")
    see(page, "Live")
    page.get_by_role("button", name="Text, colours and more").click()
    page.wait_for_timeout(500)
    here = stage.url.rsplit("/m/", 1)[0]
    letters = [url.rsplit("/", 1)[1] for url in asked if url.endswith(".woff2")]
    assert letters == ["opendyslexic-latin-400.woff2"], "only what the reader chose"
    assert len(asked) > 15
    assert [url for url in asked if not url.startswith((here, "blob:", "data:"))] == []
    context.close()
