"""Ready? and afterwards, on the host's page: checked, read and deleted, in both languages."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from captioner.captions.meeting import Meeting
from captioner.domain import MeetingId
from captioner.store.journal import Journal
from captioner.store.room_setup import RoomChannel, RoomSetup
from captioner.store.rooms import remember_room
from captioner.store.rows import Setup
from tests.fakes.sample_meeting import said, spec
from tests.web.browser.conftest import Serving, serve
from tests.web.browser.test_demo_page import keep_picture

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

NOTICE = "What is said here is captioned."
LINES = (
    (1, "Good morning, shall we begin?"),
    (2, "The café has the tables that we need."),
    (1, "Then the budget comes first."),
)


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[Serving]:
    """A service in whose data folder there was a meeting, in a room whose microphones are gone."""
    started = datetime.now(UTC) - timedelta(days=2)
    name = MeetingId(f"{started:%Y%m%d-%H%M%S}-abcdef")
    made = replace(
        spec("Anna", "Bram", title="Budget"), id=name, started=started, code="ABC234", notice=NOTICE
    )
    meeting = Meeting(made)
    journal = Journal(tmp_path / "data")
    journal.open()
    journal.begin(made, Setup({1: "gone-1", 2: "gone-2"}))
    entries = [meeting.start(0.0)]
    for number, (channel, text) in enumerate(LINES):
        heard = said(text, f"u{number}", channel=channel, start_s=number * 20)
        entries.append(meeting.revise(heard, number * 20 + 1.8))
    entries.append(meeting.end(65.0))
    journal.write(name, entries)
    journal.close()
    people = (RoomChannel("gone-1", "USB one", "Anna", "blue", "en"),)
    remember_room(tmp_path / "data", RoomSetup("Board room", people, notice=NOTICE))
    yield from serve(tmp_path)


def open_host(
    browser: "Browser", serving: Serving, locale: str = "en-GB", **more: Any
) -> "tuple[Page, list[str]]":
    size = more.pop("size", (1280, 900))
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale=locale, **more
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(serving.host)
    page.locator("#setup").wait_for()
    return page, faults


def violations(page: "Page") -> list[str]:
    """What axe finds, each as its rule and where."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
    found = axe.Axe().run(page).response["violations"]
    return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]


def test_an_earlier_meeting_is_read_searched_saved_counted_and_deleted(
    browser: "Browser", lived: Serving
) -> None:
    page, faults = open_host(browser, lived)
    page.get_by_role("button", name="Earlier meetings").click()
    item = page.locator("#earlier-list li")
    item.get_by_text("deleted on").wait_for()
    item.get_by_role("button", name="Read Budget").click()
    page.get_by_text(NOTICE).wait_for()
    assert page.locator("#old-notices p").first.inner_text() == NOTICE
    assert page.locator("#old-parts .row:visible").count() == 3
    page.get_by_label("Look for words or a name").fill("CAFE tables")
    assert page.locator("#old-parts .row:visible").count() == 1
    page.locator("#old-found", has_text="1 paragraph.").wait_for()
    page.get_by_label("Look for words or a name").fill("anna")
    assert page.locator("#old-parts .row:visible").count() == 2
    page.get_by_text("In figures").click()
    keep_picture(page, "host-after")
    rows = page.locator("#old-statistics tbody tr")
    assert [rows.nth(at).locator("th").inner_text().split()[-1] for at in range(2)] == [
        *("Anna", "Bram"),
    ]
    page.get_by_text("Finished captions after the voice ended: 0.8 s").wait_for()
    for name in ("Word", "web page", "text", "Markdown", "JSON"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=re.compile(f"Transcript (for|as) {name}")).click()
        assert waiting.value.path().stat().st_size > 100
    page.get_by_role("button", name="Delete this meeting").locator("visible=true").click()
    page.locator("#delete-dialog").get_by_role("button", name="Delete").click()
    page.get_by_text("There are none.").wait_for()
    page.get_by_text("What was deleted, and when").click()
    page.locator("#deleted-list", has_text="a meeting").wait_for()
    assert lived.call("/api/record")["meetings"] == []
    assert faults == []


def test_the_check_page_says_what_is_well_and_turns_green_for_a_phone(
    browser: "Browser", lived: Serving
) -> None:
    page, faults = open_host(browser, lived)
    page.get_by_role("button", name="Ready?").click()
    page.get_by_text("Loaded. demo hears 6 seconds of speech in").wait_for(timeout=60_000)
    page.locator("#check-lines", has_text="GB free").wait_for()
    for line in page.locator(".check-lines li[data-ok='false']").all():
        assert line.locator(".fix").inner_text(), "each failing line says how to mend it"
    link = page.locator("#check-pings li")
    assert link.count() == 1
    assert link.get_attribute("data-ok") == "null"
    address = link.locator("code").inner_text()
    phone = browser.new_page()
    phone.goto(address)
    phone.get_by_text("This device reaches the captions").wait_for()
    # This test's phone is on this very computer, and the page says that this proves nothing.
    page.get_by_text("This computer itself opened it").wait_for()
    keep_picture(page, "host-check")
    phone.goto(address.rpartition("/")[0] + "/old-token")
    phone.get_by_label("Code of the meeting").wait_for()
    assert faults == []


def test_a_room_whose_microphones_are_gone_is_forgotten_when_asked(
    browser: "Browser", lived: Serving
) -> None:
    page, faults = open_host(browser, lived)
    page.get_by_role("button", name="Use “Board room”").click()
    page.get_by_text("The microphone of Anna (“USB one”) is not here.").wait_for()
    page.get_by_role("button", name="Go on without Anna").click()
    page.locator("#missing").wait_for(state="hidden")
    page.get_by_role("button", name="Forget the room Board room").click()
    page.locator("#delete-dialog").get_by_role("button", name="Delete").click()
    page.locator("#rooms").wait_for(state="hidden")
    assert lived.call("/api/rooms") == {"rooms": []}
    assert faults == []


def test_names_are_taken_out_of_an_agenda_and_the_agenda_is_not_kept(
    browser: "Browser", lived: Serving
) -> None:
    page, faults = open_host(browser, lived)
    page.get_by_text("Names and agenda").click()
    page.get_by_label("Agenda", exact=True).fill("1. Opening\n2. Visit of Siobhan O'Neill (GDPR)")
    page.get_by_role("button", name="Take the names out of it").click()
    assert page.get_by_label("Names and terms").input_value() == "Siobhan O'Neill\nGDPR"
    page.get_by_text("2 names were found.").wait_for()
    assert page.get_by_label("Agenda", exact=True).input_value() == ""
    assert faults == []


def test_the_notice_follows_what_is_kept_until_it_is_in_the_hosts_own_words(
    browser: "Browser", lived: Serving
) -> None:
    page, _ = open_host(browser, lived)
    notice = page.get_by_label("What everybody is told first")
    sync_api = pytest.importorskip("playwright.sync_api")
    sync_api.expect(notice).to_have_value(re.compile("7 days"))
    page.get_by_text("Captions only").click()
    assert "Nothing of it is kept" in notice.input_value()
    notice.fill("Ask Petra.")
    page.get_by_text("The transcript, for 7 days").click()
    assert notice.input_value() == "Ask Petra."
    page.get_by_role("button", name="Propose a text again").click()
    assert "7 days" in notice.input_value()


@pytest.mark.parametrize(
    ("locale", "scheme", "size"),
    [
        ("en-GB", "light", (1280, 900)),
        ("nl-NL", "dark", (1280, 900)),
        ("nl-NL", "light", (390, 844)),
    ],
)
def test_no_state_before_or_after_a_meeting_shuts_anybody_out(
    browser: "Browser", lived: Serving, locale: str, scheme: str, size: tuple[int, int]
) -> None:
    page, faults = open_host(browser, lived, locale, color_scheme=scheme, size=size)
    page.locator("#rooms").wait_for()
    assert violations(page) == []
    page.locator("#add-phone").click()
    page.keyboard.type("Chen")
    page.locator("#room-list button.primary").click()
    page.locator("#missing").wait_for()
    page.locator("summary", has_text="genda").click()
    page.locator("#start").click()
    page.locator("#problem:not(:empty)").wait_for()
    assert violations(page) == []
    keep_picture(page, f"host-setup-{locale}-{scheme}-{size[0]}")
    page.locator("#view-check").click()
    page.locator("#check-lines li").nth(3).wait_for()
    page.locator("#check-pings li").first.wait_for()
    assert violations(page) == []
    page.locator("#view-after").click()
    page.locator("#earlier-list li button").first.click()
    page.locator("#old-statistics summary").click()
    page.locator("#old-search").fill("budget")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    keep_picture(page, f"host-after-{locale}-{scheme}-{size[0]}")
    page.locator("#old-delete").click()
    assert violations(page) == []
    assert faults == []


def test_nothing_is_left_in_english_on_a_dutch_page(browser: "Browser", lived: Serving) -> None:
    page, _ = open_host(browser, lived, "nl-NL")
    assert page.locator("html").get_attribute("lang") == "nl"
    page.locator("#view-check").click()
    page.locator("#check-lines li").nth(3).wait_for()
    text = page.locator("main").inner_text()
    for english in ("well", "to mend", "Network", "Disk", "Loaded", "Microphones"):
        assert not re.search(rf"\b{english}\b", text), english
