"""The viewers' and the join page for everybody: axe, keyboard, reflow, spacing, forced colours."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.browser import accessible
from tests.web.browser.test_demo_page import keep_picture
from tools.staged_meeting import Stage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

THEMES = ("dark", "light", "black", "yellow")
LANGUAGES = {
    "languages": [
        {"code": code, "name": name, "english": code, "dir": turn, "spoken": not pair, "from": pair}
        for code, name, turn, pair in (
            ("en", "English", "ltr", []),
            ("nl", "Nederlands", "ltr", ["en"]),
            ("ar", "العربية", "rtl", ["en"]),
        )
    ],
    "pairs": [["en", "nl"], ["en", "ar"]],
    "problem": None,
}


@pytest.fixture
def stage() -> Iterator[Stage]:
    opened = Stage().open()
    opened.talk(12)
    first = opened.say(1, "We can start on Tuesday, if the room is free.")
    opened.translate(first, "ar", "يمكننا أن نبدأ يوم الثلاثاء إذا كانت القاعة متاحة.")
    opened.translate(first, "nl", "We kunnen dinsdag beginnen, als de kamer vrij is.")
    opened.command(
        lambda meeting, at: meeting.type_message("Eva", "Which room?", at, language="en")
    )
    opened.say(2, "Dat is de vraag.", language="nl")
    opened.partial(3, "And who takes", "u-live")
    yield opened
    opened.close()


@pytest.fixture
def read(browser: "Browser", stage: Stage) -> Iterator[Callable[..., "Page"]]:
    """Opens the viewers' page of the staged meeting."""
    contexts = []

    def open_page(query: str = "", width: int = 390, height: int = 780, **how: Any) -> "Page":
        context = browser.new_context(viewport={"width": width, "height": height}, **how)
        contexts.append(context)
        context.route("**/m/*/languages", lambda route: route.fulfill(json=LANGUAGES))
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(stage.url + query)
        page.locator(".signal-button").first.wait_for()
        page.locator(".row").first.wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()


def states(page: "Page", stage: Stage) -> Iterator[str]:
    """Every state of the page, one after the other."""
    yield "live"
    page.get_by_role("button", name="Slower, please").click()
    page.get_by_text("The host sees").wait_for()
    yield "signal sent"
    page.get_by_role("button", name="Write to everybody").click()
    page.get_by_role("button", name="Send").wait_for()
    yield "writing"
    page.keyboard.press("Escape")
    page.locator("#open-settings").click()
    page.locator("#settings-language bdi").first.wait_for()
    yield "settings"
    page.keyboard.press("Escape")
    page.locator("#scroller").evaluate("($each) => $each.scrollTo(0, 0)")
    page.locator("#to-live").wait_for()
    yield "scrolled up"
    stage.command(
        lambda meeting, at: meeting.lose_channel(
            meeting.roster.entries[0].channel, "It was unplugged.", at
        )
    )
    page.locator("#notices li").wait_for()
    yield "microphone gone"
    stage.command(lambda meeting, at: meeting.pause(at, "Broke off."))
    page.locator("#status[data-tone=pause]").wait_for()
    yield "paused"
    stage.command(lambda meeting, at: meeting.resume(at))
    stage.command(lambda meeting, at: meeting.fall_behind(5.0, at))
    page.locator("#status[data-tone=warn]").wait_for()
    yield "late"
    stage.hang_up()
    page.locator("#status", has_text="Cut off").wait_for()
    yield "cut off"
    stage.listen()
    page.locator("#status", has_text="Cut off").wait_for(state="hidden")
    stage.command(lambda meeting, at: meeting.end(at))
    page.locator("#transcripts a").first.wait_for()
    yield "ended"


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_any_state(
    theme: str, read: Callable[..., "Page"], stage: Stage
) -> None:
    page = read(f"?theme={theme}&language=nl&show=both")
    found = {}
    for state in states(page, stage):
        keep_picture(page, f"viewer-{theme}-{state.replace(' ', '-')}")
        found[state] = accessible.violations(page, is_enhanced=True)
    assert found == {state: [] for state in found}


@pytest.mark.parametrize("view", ["room", "overlay"])
def test_axe_finds_nothing_on_a_beamer_nor_over_a_video(
    view: str, browser: "Browser", stage: Stage
) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{stage.url}?view={view}")
    page.locator(".row").first.wait_for()
    assert accessible.violations(page, is_enhanced=True) == []
    assert accessible.sideways(page) == []
    assert not page.locator("#answer").is_visible()
    keep_picture(page, f"viewer-{view}")
    page.close()


def test_axe_finds_nothing_where_there_is_no_meeting(browser: "Browser", stage: Stage) -> None:
    page = browser.new_page()
    page.goto(stage.url.replace("STAGED", "NOBODY"))
    page.get_by_role("link", name="Type another code").wait_for()
    assert accessible.violations(page, is_enhanced=True) == []
    page.get_by_role("link", name="Type another code").click()
    page.get_by_label("This page in").wait_for()
    assert accessible.violations(page, is_enhanced=True) == []
    page.get_by_label("Code of the meeting").fill("NOBODY")
    page.keyboard.press("Enter")
    page.get_by_text("There is no meeting with the code NOBODY").wait_for()
    keep_picture(page, "join-unknown")
    assert accessible.violations(page, is_enhanced=True) == []
    assert all(not each.startswith("!") for each in accessible.walk(page))
    page.close()


# The last is a window of 1280 by 1024 at 400 %.
@pytest.mark.parametrize(("width", "height"), [(320, 568), (568, 320), (320, 256)])
def test_a_narrow_page_and_one_at_400_percent_reflow(
    width: int, height: int, read: Callable[..., "Page"], stage: Stage
) -> None:
    page = read("?size=32", width, height)
    for state in states(page, stage):
        assert accessible.sideways(page) == [], state
        assert accessible.small_targets(page) == [], state
        if state in ("live", "writing", "settings"):
            keep_picture(page, f"viewer-{width}x{height}-{state}")
    assert page.locator("#scroller").bounding_box()["height"] > height / 5  # type: ignore[index]


def test_spaced_text_loses_nothing(read: Callable[..., "Page"], stage: Stage) -> None:
    page = read()
    for state in states(page, stage):
        if state != "settings":
            assert accessible.cut_off(page) == [], state


def test_forced_colours_and_still_pages_keep_every_sign(
    read: Callable[..., "Page"], stage: Stage
) -> None:
    page = read(forced_colors="active", reduced_motion="reduce")
    for state in states(page, stage):
        if state in ("live", "signal sent", "settings", "microphone gone"):
            keep_picture(page, f"viewer-forced-{state.replace(' ', '-')}")
            assert accessible.violations(page) == [], state
    moving = page.evaluate("document.getAnimations().length")
    assert moving == 0


def test_the_keyboard_reaches_everything_and_its_focus_is_seen(
    read: Callable[..., "Page"],
) -> None:
    page = read(width=1024, height=768)
    stops = accessible.walk(page)
    assert [each for each in stops if each.startswith("!")] == []
    assert {"mark-place", "open-settings", "scroller"} <= set(stops)
    assert (
        sum(each in ("Slower", "One at a time", "Repeat", "Wait", "Write") for each in stops) == 5
    )
    page.locator("#open-settings").focus()
    page.keyboard.press("Enter")
    page.locator("#settings-language bdi").first.wait_for()
    stops = accessible.walk(page)
    assert [each for each in stops if each.startswith("!")] == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "open-settings"


def test_every_caption_says_its_language_and_its_direction(read: Callable[..., "Page"]) -> None:
    page = read("?language=ar&show=both")
    page.get_by_text("يمكننا").wait_for()
    texts = page.locator(".row .said").evaluate_all(
        "(all) => all.filter((each) => each.dataset.text !== 'pending')"
        ".map((each) => [each.lang, each.dir])"
    )
    assert all(language and direction for language, direction in texts)
    assert {("ar", "rtl"), ("en", "ltr"), ("nl", "ltr")} <= {tuple(each) for each in texts}
    live = page.locator("#live .row", has_text="And who takes")
    assert live.get_attribute("aria-hidden") == "true"
    assert page.locator("#log .row", has_text="And who takes").count() == 0
    assert page.locator("#log").get_attribute("role") == "log"
