"""The host's page after a crash, in a real browser: read, correct, delete, go on, end, forget."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from captioner.captions.meeting import Meeting
from captioner.domain import MeetingId, UtteranceState
from captioner.store.journal import Journal
from captioner.store.rows import Setup
from tests.fakes.sample_meeting import said, spec
from tests.web.browser.conftest import Serving, serve
from tests.web.browser.test_demo_page import keep_picture

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[Serving]:
    """A service that finds a meeting which a crash broke off; its microphone is a phone."""
    started = datetime.now(UTC)
    name = MeetingId(f"{started:%Y%m%d-%H%M%S}-abcdef")
    meeting = Meeting(
        replace(spec("Anna", title="Budget"), id=name, started=started, code="ABC234")
    )
    journal = Journal(tmp_path / "data")
    journal.open()
    journal.begin(replace(meeting.spec, weights="demo-en"), Setup({1: "phone:1"}))
    entries = [meeting.start(0.0)]
    for number, text in enumerate(("We have thre questions", "Between us", "Anything else")):
        entries.append(meeting.revise(said(text, f"u{number}", start_s=number * 3), number * 3 + 1))
    last = said("And th", "u9", start_s=12, state=UtteranceState.PARTIAL)
    entries.append(meeting.revise(last, 13))
    journal.write(name, entries)
    journal.close()
    yield from serve(tmp_path)


def test_a_host_goes_on_after_a_crash_and_forgets_what_should_not_stay(
    browser: "Browser", broken: Serving
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(broken.host)
    page.get_by_role("heading", name="This meeting broke off").wait_for()
    page.get_by_text("[cut off]").wait_for()
    keep_picture(page, "host-broken")
    # A misheard word is put right.
    row = page.locator(".row", has_text="We have thre questions")
    row.get_by_role("button", name="Edit").click()
    row.locator("textarea").fill("We have three questions")
    page.keyboard.press("Enter")
    page.get_by_text("We have three questions").wait_for()
    # A caption is deleted, after a second thought.
    row = page.locator(".row", has_text="Between us")
    row.get_by_role("button", name="Delete").click()
    page.locator("#delete-dialog").get_by_role("button", name="Cancel").click()
    assert page.get_by_text("Between us").count() >= 1
    row.get_by_role("button", name="Delete").click()
    keep_picture(page, "host-delete")
    page.locator("#delete-dialog").get_by_role("button", name="Delete").click()
    row.wait_for(state="detached")
    assert b"Between us" not in (broken.data / "record.sqlite").read_bytes()
    # It goes on.
    page.get_by_role("button", name="Go on with it").click()
    page.locator("#broken").wait_for(state="hidden", timeout=60_000)
    page.get_by_text("We have three questions").wait_for()
    # It ends, and is forgotten.
    page.get_by_role("button", name="End the meeting").click()
    page.locator("#end-yes").click()
    page.get_by_role("button", name="Delete this meeting").click()
    page.locator("#delete-dialog").get_by_role("button", name="Delete").click()
    page.get_by_role("heading", name="New meeting").wait_for()
    assert page.locator("#keep-transcript").is_checked()
    page.get_by_text("The transcript, for 7 days").wait_for()
    keep_picture(page, "host-setup")
    assert broken.call("/api/record")["meetings"] == []
    assert failures == []


def test_an_earlier_meeting_is_opened_and_deleted_from_the_list(
    browser: "Browser", broken: Serving
) -> None:
    name = broken.call("/api/record")["meetings"][0]["id"]
    broken.call(f"/api/meetings/{name}/end", {})
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(broken.host)
    page.get_by_role("button", name="Earlier meetings").click()
    page.locator("#earlier-list").get_by_role("button", name="Read").wait_for()
    keep_picture(page, "host-earlier")
    page.locator("#earlier-list").get_by_role("button", name="Read").click()
    page.get_by_text("Anything else").wait_for()
    page.get_by_role("button", name="Correct or delete lines").click()
    row = page.locator("#log .row", has_text="Anything else")
    row.get_by_role("button", name="Delete").click()
    page.locator("#delete-dialog").get_by_role("button", name="Delete").click()
    row.wait_for(state="detached")
    page.get_by_role("button", name="New meeting").locator("visible=true").first.click()
    page.get_by_role("heading", name="New meeting").wait_for()
    page.get_by_role("button", name="Earlier meetings").click()
    page.locator("#earlier-list").get_by_role("button", name="Delete").click()
    page.locator("#delete-dialog").get_by_role("button", name="Delete").click()
    page.get_by_text("There are none.").wait_for()
    assert broken.call("/api/record")["meetings"] == []
