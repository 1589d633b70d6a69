"""Readers answer: four signals, and words under their own name, in a real browser."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from captioner.captions.events import SignalRaised
from tests.web.browser.test_demo_page import keep_picture
from tools.staged_meeting import Stage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture
def stage() -> Iterator[Stage]:
    opened = Stage().open()
    opened.say(1, "We can start on Tuesday.")
    yield opened
    opened.close()


@pytest.fixture
def phone(browser: "Browser") -> Iterator["BrowserContext"]:
    context = browser.new_context(viewport={"width": 390, "height": 780}, locale="en-GB")
    yield context
    context.close()


def opened(phone: "BrowserContext", stage: Stage) -> "Page":
    page = phone.new_page()
    page.goto(stage.url)
    page.get_by_role("button", name="Slower, please").wait_for()
    page.get_by_text("We can start on Tuesday.").wait_for()
    return page


def signals(stage: Stage) -> list[tuple[str, str | None]]:
    events = [entry.event for entry in stage.handle.meeting.timeline.since(0)]
    return [(each.signal, each.name) for each in events if isinstance(each, SignalRaised)]


def typed(stage: Stage) -> list[tuple[str, str]]:
    return [(each.name, each.text) for each in stage.handle.meeting.timeline.messages()]


def write(page: "Page", text: str) -> None:
    """As somebody does who is asked for a name only once."""
    if not page.locator("#answer-form").is_visible():
        page.get_by_role("button", name="Write to everybody").click()
    if page.locator("#answer-name").is_visible():
        page.get_by_label("Your name").fill("Eva")
    page.get_by_label("What you want to say").fill(text)
    page.keyboard.press("Enter")


def test_a_signal_is_one_touch_without_a_name_and_is_confirmed(
    phone: "BrowserContext", stage: Stage
) -> None:
    page = opened(phone, stage)
    page.get_by_role("button", name="Slower, please").click()
    page.get_by_text("The host sees, without your name: Slower, please.").wait_for()
    page.get_by_text("Next one in").wait_for()
    keep_picture(page, "answer-signal")
    # Too soon: nothing goes out, the countdown says why.
    again = page.get_by_role("button", name="Repeat, please")
    assert again.get_attribute("aria-disabled") == "true"
    again.click(force=True)
    assert signals(stage) == [("slower", None)]
    page.get_by_text("Next one in").wait_for(state="hidden")
    again.click()
    page.get_by_text("The host sees, without your name: Repeat, please.").wait_for()
    assert signals(stage) == [("slower", None), ("repeat", None)]


def test_a_reader_may_sign_and_the_name_stays_on_the_device(
    phone: "BrowserContext", stage: Stage
) -> None:
    page = opened(phone, stage)
    page.get_by_role("button", name="Write to everybody").click()
    assert not page.get_by_label("Put my name under my signals too").is_checked()
    page.get_by_label("Your name").fill("Eva")
    page.get_by_label("Put my name under my signals too").check()
    page.reload()
    page.get_by_role("button", name="Wait, I want to say something").click()
    page.get_by_text("The host sees, from Eva: Wait, I want to say something.").wait_for()
    assert signals(stage) == [("wait", "Eva")]


def test_another_reader_behind_the_same_address_is_told_how_long_to_wait(
    phone: "BrowserContext", stage: Stage
) -> None:
    first, second = opened(phone, stage), opened(phone, stage)
    first.get_by_role("button", name="Slower, please").click()
    first.get_by_text("The host sees").wait_for()
    second.get_by_role("button", name="Slower, please").click()
    second.get_by_text("Not sent: one signal every few seconds.").wait_for()
    second.get_by_text("Next one in").wait_for()
    assert signals(stage) == [("slower", None)]


def test_what_is_typed_stands_among_the_captions_of_everybody(
    phone: "BrowserContext", stage: Stage
) -> None:
    writer, reader = opened(phone, stage), opened(phone, stage)
    write(writer, "Which date?")
    row = reader.locator('.row[data-row="message"]', has_text="Which date?")
    row.wait_for()
    assert row.locator(".chip-name").inner_text() == "Eva"
    assert row.locator(".chip-letter").inner_text() == "✎"
    assert row.locator(".said").get_attribute("lang") == "en"
    assert reader.locator("#log", has_text="Which date?").count() == 1
    writer.get_by_text("Sent: it stands among the captions.").wait_for()
    assert writer.get_by_label("What you want to say").input_value() == ""
    keep_picture(writer, "answer-typed")
    stage.say(2, "On the fourth.")
    write(writer, "Thanks")
    reader.locator(".row", has_text="Thanks").wait_for()
    assert typed(stage) == [("Eva", "Which date?"), ("Eva", "Thanks")]


def test_what_is_typed_in_a_cut_is_kept_and_said_once_when_the_line_is_back(
    phone: "BrowserContext", stage: Stage
) -> None:
    page = opened(phone, stage)
    phone.set_offline(True)
    write(page, "Which date?")
    page.get_by_text("Not sent yet: there is no connection.").wait_for()
    assert page.get_by_label("What you want to say").input_value() == "Which date?"
    assert typed(stage) == []
    phone.set_offline(False)
    page.get_by_text("Sent: it stands among the captions.").wait_for()
    assert typed(stage) == [("Eva", "Which date?")]


def test_an_answer_that_is_lost_on_its_way_doubles_nothing(
    phone: "BrowserContext", stage: Stage
) -> None:
    page = opened(phone, stage)
    taken: list[int] = []

    def lose(route: "Route") -> None:
        """The service gets it; its answer never arrives."""
        taken.append(route.fetch().status)
        route.abort()

    page.route("**/messages", lose)
    write(page, "Which date?")
    page.get_by_text("Sent: it stands among the captions.").wait_for()
    assert set(taken) == {202}
    assert typed(stage) == [("Eva", "Which date?")]
    assert page.locator(".row", has_text="Which date?").count() == 1


def test_what_waits_can_be_changed_and_what_has_no_name_is_not_sent(
    phone: "BrowserContext", stage: Stage
) -> None:
    page = opened(phone, stage)
    page.get_by_role("button", name="Write to everybody").click()
    page.get_by_label("What you want to say").fill("Witch date?")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Your name is missing").wait_for()
    phone.set_offline(True)
    write(page, "Witch date?")
    page.get_by_role("button", name="Change it").click()
    page.get_by_label("What you want to say").fill("Which date?")
    phone.set_offline(False)
    page.keyboard.press("Enter")
    page.get_by_text("Sent: it stands among the captions.").wait_for()
    assert typed(stage) == [("Eva", "Which date?")]


def test_a_message_that_the_host_deletes_disappears(phone: "BrowserContext", stage: Stage) -> None:
    page = opened(phone, stage)
    write(page, "Mine is 0612")
    page.locator(".row", has_text="Mine is 0612").wait_for()
    (message,) = stage.handle.meeting.timeline.messages()
    stage.command(lambda meeting, at: meeting.delete_message(message.message, at))
    page.locator(".row", has_text="Mine is 0612").wait_for(state="detached")
    page.reload()
    page.get_by_text("We can start on Tuesday.").wait_for()
    assert page.get_by_text("0612").count() == 0


def test_nothing_can_be_sent_once_the_meeting_is_over(
    phone: "BrowserContext", stage: Stage
) -> None:
    page = opened(phone, stage)
    stage.command(lambda meeting, at: meeting.end(at))
    page.locator("#answer").wait_for(state="hidden")
