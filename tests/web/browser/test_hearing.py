"""A reader hears the captions, in a browser that speaks without a sound."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.web.browser.speaking import SPEAKING, said
from tests.web.browser.test_demo_page import keep_picture
from tools.staged_meeting import Stage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture
def stage() -> Iterator[Stage]:
    opened = Stage().open()
    opened.say(1, "Said before.")
    yield opened
    opened.close()


@pytest.fixture
def page(browser: "Browser", stage: Stage) -> Iterator["Page"]:
    context = browser.new_context(viewport={"width": 390, "height": 780}, locale="en-GB")
    context.set_default_timeout(15_000)
    context.add_init_script(SPEAKING)
    opened = context.new_page()
    opened.goto(stage.url)
    opened.locator(".signal-button").first.wait_for()
    opened.get_by_text("Said before.").wait_for()
    yield opened
    context.close()


def switch_on(page: "Page") -> None:
    page.locator("#open-settings").click()
    page.get_by_label("Read new captions aloud to me").check()
    page.keyboard.press("Escape")


def test_nothing_is_read_aloud_until_a_reader_asks_for_it(page: "Page", stage: Stage) -> None:
    stage.say(1, "Nobody asked.")
    page.get_by_text("Nobody asked.").wait_for()
    assert page.evaluate("said") == []
    switch_on(page)
    assert said(page, 1) == [["New captions are read aloud.", "en-GB", 1]]
    stage.partial(2, "We can", "u-live")
    stage.say(1, "A second one.")
    assert said(page, 2)[1:] == [["A second one.", "en-GB", 1]]
    stage.say(2, "We can start.", utterance="u-live")
    stage.say(2, "Dat is goed.", language="nl")
    assert said(page, 4)[2:] == [["We can start.", "en-GB", 1], ["Dat is goed.", "nl-NL", 1]]
    keep_picture(page, "reader-hears")


def test_one_touch_is_silence_and_what_was_missed_is_not_said_later(
    page: "Page", stage: Stage
) -> None:
    switch_on(page)
    said(page, 1)
    page.get_by_role("button", name="Stop reading aloud").click()
    assert page.evaluate("cancelled") > 0
    stage.say(1, "While it was quiet.")
    page.get_by_text("While it was quiet.").wait_for()
    switch_on(page)
    stage.say(1, "Afterwards.")
    assert [text for text, _, _ in said(page, 3)][1:] == [
        *("New captions are read aloud.", "Afterwards.")
    ]
    # A page that is loaded anew is quiet, whatever was chosen.
    page.reload()
    page.locator(".signal-button").first.wait_for()
    stage.say(1, "After the reload.")
    page.get_by_text("After the reload.").wait_for()
    assert page.evaluate("said") == []


def test_speed_and_voice_are_chosen_and_kept(page: "Page") -> None:
    page.locator("#open-settings").click()
    page.get_by_label("Speed").fill("1.5")
    page.get_by_label("Voice for English").select_option("Moira")
    assert page.get_by_label("Voice for English").locator("option").count() == 2  # none far away
    page.locator("#settings-speech").scroll_into_view_if_needed()
    keep_picture(page, "hearing-settings")
    page.reload()
    page.locator(".signal-button").first.wait_for()
    switch_on(page)
    assert said(page, 1)[0][1:] == ["en-IE", 1.5]
