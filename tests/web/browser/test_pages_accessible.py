"""The host's, the microphone's and the trust page for everybody: axe, keyboard, reflow, spacing."""

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.web.browser import accessible
from tests.web.browser.conftest import Demo, Serving
from tests.web.browser.speaking import SPEAKING, said
from tests.web.browser.test_demo_page import keep_picture

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SCHEMES = ("dark", "light")


@pytest.fixture
def context(browser: "Browser") -> Iterator["BrowserContext"]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, ignore_https_errors=True)
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


def check(page: "Page", state: str) -> None:
    """In both colour schemes, narrow and wide, spaced out, by keyboard, in forced colours."""
    found: dict[str, list[str]] = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found[scheme] = accessible.violations(page)
        keep_picture(page, f"{state}-{scheme}")
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    found["forced colours"] = accessible.violations(page)
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    found["spaced"] = accessible.cut_off(page)
    stops = accessible.walk(page)
    found["focus"] = [each for each in stops if each.startswith("!")]
    page.set_viewport_size({"width": 320, "height": 640})
    found["narrow"] = accessible.sideways(page)
    found["small"] = accessible.small_targets(page)
    keep_picture(page, f"{state}-narrow")
    page.set_viewport_size({"width": 1280, "height": 900})
    broken = {each: lines for each, lines in found.items() if lines}
    assert not broken, f"{state}: {broken}"
    assert stops, state


def ask(viewer: str, call: str, body: dict[str, str]) -> None:
    request = urllib.request.Request(
        f"{viewer}/{call}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(request, timeout=20).close()


def test_the_host_page_before_a_meeting(context: "BrowserContext", serving: Serving) -> None:
    page = context.new_page()
    page.goto(serving.host)
    page.get_by_role("heading", name="New meeting").wait_for()
    page.get_by_role("button", name="Add a phone").click()
    page.locator("#devices input[type=text]").first.wait_for()
    check(page, "host-setup")
    page.locator("#stock").evaluate("(details) => { details.open = true; }")
    page.locator("#stock .stock-list").first.wait_for()
    check(page, "host-weights")
    for view in ("Ready?", "Earlier meetings"):
        page.get_by_role("button", name=view).click()
        page.wait_for_timeout(1000)
        check(page, f"host-{view.rstrip('?').replace(' ', '-')}")


def test_the_host_page_during_and_after_a_meeting(context: "BrowserContext", demo: Demo) -> None:
    page = context.new_page()
    page.goto(demo.host)
    page.locator("#log .row .tools button").first.wait_for(timeout=60_000)
    ask(demo.viewer, "signals", {"signal": "slower"})
    ask(demo.viewer, "messages", {"name": "Eva", "text": "Which room is it?"})
    page.locator(".sign-of-readers", has_text="Slower, please").wait_for()
    page.locator("#log .row", has_text="Which room is it?").wait_for()
    check(page, "host-running")
    page.reload()  # back to the end: what is far from it is not on the page
    page.locator("#log .row").first.wait_for()
    ask(demo.viewer, "messages", {"name": "Eva", "text": "Mine is 0612"})
    page.locator("#log .row", has_text="Mine is 0612").get_by_role("button").click()
    page.get_by_role("heading", name="Delete for good?").wait_for()
    assert accessible.violations(page) == []
    page.locator("#delete-dialog").get_by_role("button", name="Delete").click()
    page.locator(".row", has_text="Mine is 0612").wait_for(state="detached")
    page.get_by_role("button", name="End the meeting").click()
    page.get_by_role("heading", name="End the meeting?").wait_for()
    assert accessible.violations(page) == []
    page.locator("#end-yes").click()
    page.get_by_role("link", name=re.compile("Word")).first.wait_for()
    check(page, "host-ended")


def test_the_host_hears_what_readers_type_only_when_asked_to(
    context: "BrowserContext", demo: Demo
) -> None:
    context.add_init_script(SPEAKING)
    page = context.new_page()
    page.goto(demo.host)
    page.locator("#log .row").first.wait_for(timeout=60_000)
    ask(demo.viewer, "messages", {"name": "Eva", "text": "Before", "language": "en"})
    page.locator("#log .row", has_text="Before").wait_for()
    button = page.get_by_role("button", name="Say aloud what readers type")
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    page.wait_for_timeout(1100)
    ask(demo.viewer, "messages", {"name": "Eva", "text": "Welke datum?", "language": "nl"})
    assert said(page, 1) == [["Eva: Welke datum?", "nl-NL", 1]]
    button.click()
    assert page.evaluate("cancelled") > 0


def test_the_microphones_and_the_trust_page(
    context: "BrowserContext", secure_serving: Serving
) -> None:
    channels = [{"device": "phone:1", "name": "Anna"}]
    meeting = secure_serving.call("/api/meetings", {"title": "Planning", "channels": channels})
    link = meeting["channels"][0]["phone"]["links"][0]["url"]
    page = context.new_page()
    page.goto(link)
    page.locator("#controls").wait_for()
    check(page, "mic")
    page.goto(re.sub(r"/mic/.*", "/trust", link))
    page.locator("#facts", has_text="Its name").wait_for()
    for each in page.locator("summary").all():
        each.click()
    check(page, "trust")
    page.goto(re.sub(r"/mic/.*", "/mic/nobody", link))
    page.locator("#status[data-tone=end], #obstacle").first.wait_for()
    assert accessible.violations(page) == []
