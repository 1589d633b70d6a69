"""Every control of a meeting that runs, in a real browser: by mouse, and by keyboard alone."""

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from captioner.captions.conduct import tell_pace
from captioner.captions.pace import Pace, SpeakerPace
from captioner.domain import ChannelId
from captioner.service.running import RunningMeeting
from tests.fakes.threaded_house import ThreadedHouse, threaded_house
from tests.web.browser.test_demo_page import keep_picture

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

LANGUAGES = ("en", "nl")
FAILURES: list[str] = []
"""What the scripts of the pages threw."""

LAPTOP, PHONE = (1280, 900), (390, 844)


@pytest.fixture(autouse=True)
def no_page_fails() -> Iterator[None]:
    FAILURES.clear()
    yield
    assert FAILURES == []


@pytest.fixture
def house(tmp_path: Path) -> Iterator[ThreadedHouse]:
    with threaded_house(tmp_path) as house:
        yield house


captioned = pytest.mark.usefixtures("running")
"""A meeting runs, and two people have spoken in it."""


@pytest.fixture
def running(house: ThreadedHouse) -> RunningMeeting:
    running = house.begin(2)
    house.say(running, 1, "morning everybody")
    house.say(running, 2, "please question answer")
    return running


def words(language: str) -> dict[str, str]:
    path = Path(__file__).parents[3] / "web" / "lang" / f"{language}.json"
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def open_page(
    browser: "Browser",
    link: str,
    *,
    language: str = "en",
    size: tuple[int, int] = LAPTOP,
    scheme: Any = "light",
) -> "Page":
    context = browser.new_context(
        locale=language, color_scheme=scheme, viewport={"width": size[0], "height": size[1]}
    )
    page = context.new_page()
    page.on("pageerror", lambda error: FAILURES.append(str(error)))
    page.goto(link)
    return page


def host_page(browser: "Browser", house: ThreadedHouse, **how: Any) -> "Page":
    page = open_page(browser, house.host_link, **how)
    page.locator("#channels li").nth(1).wait_for()
    page.locator(".row .tools").first.wait_for()
    return page


def microphone_of(page: "Page", name: str) -> "Locator":
    """The card of a speaker: others name them too, to change places with."""
    return page.locator("#channels > li").filter(has=page.locator(f".chip-name:text-is('{name}')"))


def tab_to(page: "Page", wanted: "Locator") -> None:
    """Press Tab until it has the focus, and see that it shows that."""
    wanted.wait_for()
    for _ in range(120):
        if wanted.evaluate("element => element === document.activeElement"):
            outline = wanted.evaluate("element => getComputedStyle(element).outlineStyle")
            assert outline != "none", wanted
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way by keyboard to {wanted}")


def press(page: "Page", wanted: "Locator", key: str = "Enter") -> None:
    tab_to(page, wanted)
    page.keyboard.press(key)


def state_is(page: "Page", text: str) -> None:
    page.locator("#state-text", has_text=text).wait_for()


def test_one_large_line_says_that_it_is_live_how_soon_and_for_how_many(
    browser: "Browser", house: ThreadedHouse, running: RunningMeeting
) -> None:
    page = host_page(browser, house)
    open_page(browser, house.viewer_link(running.meeting.spec.code))
    for text in ("red blue", "green pink", "please question", "thank you"):
        house.say(running, 1, text)
    line = page.locator(
        "#state-text", has_text=re.compile(r"^Captions live · \d+\.\d s · 1 viewer$")
    )
    line.wait_for()
    assert line.evaluate("element => parseFloat(getComputedStyle(element).fontSize)") >= 24


def test_the_room_display_alone_has_a_small_light_while_somebody_is_too_fast(
    browser: "Browser", house: ThreadedHouse, running: RunningMeeting
) -> None:
    link = house.viewer_link(running.meeting.spec.code)
    room, phone = open_page(browser, f"{link}?view=room"), open_page(browser, link, size=PHONE)
    for is_fast in (True, False, True):
        tell = partial(tell_pace, running.meeting, is_fast=is_fast)
        house.do(lambda _, tell=tell: running.publish(lambda at: tell(at=at)))  # type: ignore[misc]
        light = room.get_by_text("Please slow down a little")
        light.wait_for(state="visible" if is_fast else "hidden")
    keep_picture(room, "room-light")
    assert phone.get_by_text("Please slow down a little").is_hidden()


@pytest.mark.parametrize("language", LANGUAGES)
def test_private_and_pause_by_keyboard_and_what_readers_see(
    browser: "Browser", house: ThreadedHouse, running: RunningMeeting, language: str
) -> None:
    say = words(language)
    page = host_page(browser, house, language=language)
    reader = open_page(browser, house.viewer_link(running.meeting.spec.code), language=language)
    reader.get_by_text("please question answer").first.wait_for()
    state_is(page, say["running.viewers.one"])
    private = page.locator("#private")
    press(page, private, "Space")
    state_is(page, say["status.private"])
    assert private.get_attribute("aria-pressed") == "true"
    reader.get_by_text(say["status.private"]).first.wait_for()
    page.locator(".level-words", has_text=say["channel.private"]).first.wait_for()
    house.say(running, 1, "pink pink pink")
    keep_picture(page, f"host-private-{language}")
    assert page.locator("#pause").is_disabled()
    page.keyboard.press("Space")  # the button has the focus still
    state_is(page, say["running.live"])
    press(page, page.locator("#pause"))
    state_is(page, say["status.paused"])
    assert page.locator("#broken").is_hidden()
    reader.get_by_text(say["status.paused"]).first.wait_for()
    page.keyboard.press("Enter")
    state_is(page, say["running.live"])
    house.say(running, 1, "blue")
    reader.get_by_text("blue").first.wait_for()
    for each in (page, reader):
        assert "pink" not in each.content()


def test_a_topic_is_a_heading_for_everybody_and_can_be_taken_away(
    browser: "Browser", house: ThreadedHouse, running: RunningMeeting
) -> None:
    page = host_page(browser, house)
    reader = open_page(browser, house.viewer_link(running.meeting.spec.code))
    tab_to(page, page.locator("#topic"))
    page.keyboard.type("Budget for next year")
    page.keyboard.press("Enter")
    for each in (page, reader):
        each.get_by_role("heading", name="Budget for next year").wait_for()
    assert page.locator("#topic").input_value() == ""
    keep_picture(page, "host-topic")
    keep_picture(reader, "viewer-topic")
    row = page.locator(".row[data-row=topic]")
    press(page, row.get_by_role("button", name="Delete"))
    press(page, page.locator("#delete-dialog").get_by_role("button", name="Delete"))
    row.wait_for(state="detached")
    reader.get_by_role("heading", name="Budget for next year").wait_for(state="detached")


def test_a_line_is_corrected_by_click_edit_enter_and_taken_back(
    browser: "Browser", house: ThreadedHouse, running: RunningMeeting
) -> None:
    page = host_page(browser, house)
    reader = open_page(browser, house.viewer_link(running.meeting.spec.code))
    page.locator(".said", has_text="morning everybody").click()
    editor = page.locator(".line-editor textarea")
    assert editor.evaluate("element => element === document.activeElement")
    keep_picture(page, "host-line")
    page.keyboard.press("Control+a")
    page.keyboard.type("Good morning, everybody")
    page.keyboard.press("Enter")
    for each in (page, reader):
        each.get_by_text("Good morning, everybody").first.wait_for()
        each.get_by_text("corrected").first.wait_for()
    # By keyboard alone: Escape changes nothing, and the focus comes back to where it was.
    edit = page.locator(".row", has_text="please question").get_by_role("button", name="Edit")
    press(page, edit)
    page.keyboard.type("nothing")
    page.keyboard.press("Escape")
    assert edit.evaluate("element => element === document.activeElement")
    assert page.locator(".line-editor").count() == 0
    press(page, page.locator("#undo"))
    reader.locator(".said", has_text=re.compile("^morning everybody")).first.wait_for()
    page.locator("#undo-line").wait_for(state="hidden")


def test_of_two_hosts_who_correct_one_line_the_second_sees_what_the_first_made_of_it(
    browser: "Browser", house: ThreadedHouse, running: RunningMeeting
) -> None:
    first, second = host_page(browser, house), host_page(browser, house)
    for page in (first, second):
        page.locator(".said", has_text="please question answer").click()
    for page, text in ((first, "Please: a question?"), (second, "Please answer")):
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
    first.keyboard.press("Enter")
    second.get_by_text("corrected").wait_for(state="attached")
    second.keyboard.press("Enter")
    second.get_by_text("Somebody else has changed it meanwhile").wait_for()
    second.locator(".line-editor p", has_text="Please: a question?").wait_for()
    assert second.locator(".line-editor textarea").input_value() == "Please answer"
    keep_picture(second, "host-stale")
    second.keyboard.press("Enter")  # now on purpose
    first.get_by_text("Please answer").first.wait_for()
    (caption,) = [each for each in running.meeting.timeline.captions() if each.channel == 2]
    assert (caption.text, caption.state) == ("Please answer", "edited")


@captioned
def test_a_line_is_deleted_by_keyboard_alone(browser: "Browser", house: ThreadedHouse) -> None:
    page = host_page(browser, house)
    row = page.locator(".row", has_text="morning everybody")
    press(page, row.get_by_role("button", name="Delete"))
    press(page, page.locator("#delete-dialog").get_by_role("button", name="Delete"))
    row.wait_for(state="detached")
    assert page.evaluate("document.activeElement.id") == "scroller"


def test_names_colours_mute_and_places_by_keyboard_alone(
    browser: "Browser", house: ThreadedHouse, running: RunningMeeting
) -> None:
    page = host_page(browser, house)
    reader = open_page(browser, house.viewer_link(running.meeting.spec.code))
    press(page, page.get_by_role("button", name="Edit Anna"))
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    reader.locator(".row", has_text="morning everybody").get_by_text("Ada").wait_for()
    press(page, page.get_by_role("button", name="Mute: Ada"))
    reader.get_by_text("The microphone of Ada is switched off.").first.wait_for()
    press(page, page.get_by_role("button", name="Mute: Ada"))
    press(page, page.get_by_role("button", name="Private: Ada"))
    reader.get_by_text("The microphone of Ada is private for now").first.wait_for()
    press(page, page.get_by_role("button", name="Private: Ada"))
    card = page.locator("#channels li").first
    press(page, card.locator("summary"))
    press(page, card.get_by_role("button", name="Change places"))
    reader.locator(".row", has_text="morning everybody").get_by_text("Bram").wait_for()
    keep_picture(page, "host-swapped")
    press(page, page.locator("#undo"))
    reader.locator(".row", has_text="morning everybody").get_by_text("Ada").wait_for()


def test_a_microphone_comes_and_goes_by_keyboard_alone_a_phone_too(
    browser: "Browser", house: ThreadedHouse, running: RunningMeeting
) -> None:
    page = host_page(browser, house)
    press(page, page.locator("#add-microphone"))
    page.locator("#add-dialog[open]").wait_for()
    assert page.locator("#add-device option").all_inner_texts() == ["Microphone mic-3", "A phone"]
    keep_picture(page, "host-add")
    tab_to(page, page.locator("#add-name"))
    page.keyboard.type("Chen")
    page.keyboard.press("Enter")
    microphone_of(page, "Chen").wait_for()
    house.say(running, 3, "red blue")
    page.locator(".row", has_text="red blue").get_by_text("Chen").wait_for()
    press(page, page.locator("#add-microphone"))
    page.locator("#add-dialog[open]").wait_for()
    page.locator("#add-device").select_option(label="A phone")
    tab_to(page, page.locator("#add-name"))
    page.keyboard.type("Dora")
    press(page, page.locator("#add-yes"))
    dora = microphone_of(page, "Dora")
    dora.get_by_role("img", name="QR code").wait_for()
    press(page, dora.locator("details.more > summary"))
    press(page, dora.get_by_role("button", name="Remove the microphone"))
    press(page, page.locator("#remove-dialog").get_by_role("button", name="Remove the microphone"))
    dora.wait_for(state="detached")
    assert page.evaluate("document.activeElement.id") == "add-microphone"
    assert [each.state for each in running.meeting.roster.entries][3] == "removed"
    assert len(running.meeting.roster.present) == 3


@captioned
def test_a_helper_gets_in_once_corrects_lines_sees_no_other_control_and_is_taken_off(
    browser: "Browser", house: ThreadedHouse
) -> None:
    page = host_page(browser, house)
    press(page, page.locator("#hosts > summary"))
    press(page, page.locator("#invite-helper"))
    page.locator("#invitation .qr").wait_for()
    page.locator("#invitation", has_text="this computer only").wait_for()
    link = page.locator("#invitation .address").first.inner_text()
    keep_picture(page, "host-invitation")
    helper = open_page(browser, link, size=PHONE)
    tab_to(helper, helper.locator("#name"))
    helper.keyboard.type("Eva")
    keep_picture(helper, "join-host")
    helper.keyboard.press("Enter")
    row = helper.locator(".row", has_text="morning everybody")
    row.get_by_role("button", name="Edit").wait_for()
    assert row.get_by_role("button", name="Delete").count() == 0
    for control in ("controls", "speakers", "share", "end", "hosts", "so-far"):
        assert helper.locator(f"#{control}").is_hidden(), control
    keep_picture(helper, "helper")
    press(helper, row.get_by_role("button", name="Edit"))
    helper.keyboard.press("End")
    helper.keyboard.type("!")
    helper.keyboard.press("Enter")
    page.get_by_text("morning everybody!").first.wait_for()
    late = open_page(browser, link)
    late.locator("#name").fill("Mallory")
    late.get_by_role("button", name="Begin").click()
    late.get_by_text("This code was used").wait_for()
    eva = page.locator("#host-list li", has_text="Eva")
    eva.get_by_text("here").wait_for()
    press(page, eva.get_by_role("button"))
    eva.wait_for(state="detached")
    helper.reload()
    helper.get_by_text("The host key is missing or wrong").wait_for()


def test_pace_and_break_are_told_quietly(
    browser: "Browser", house: ThreadedHouse, running: RunningMeeting
) -> None:
    fast = SpeakerPace(ChannelId(1), 205, 0.0, is_fast=True)
    well = SpeakerPace(ChannelId(2), 128, 0.25, is_fast=False)

    def report(now_s: float) -> Pace:  # noqa: ARG001
        return Pace((fast, well), is_break_due=True)

    running.live.vitals._pace_meter.report = report  # type: ignore[method-assign]
    page = host_page(browser, house)
    page.get_by_text("Rather fast: 205 words a minute").wait_for()
    page.get_by_text("128 words a minute · 25 % at the same time as others").wait_for()
    page.get_by_text("An hour without a break").wait_for()
    keep_picture(page, "host-pace")
    press(page, page.locator("#break-later"))
    page.locator("#break").wait_for(state="hidden")


@captioned
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("size", "scheme"), [(LAPTOP, "light"), (LAPTOP, "dark"), (PHONE, "dark")])
def test_axe_finds_nothing_with_everything_open(
    browser: "Browser",
    house: ThreadedHouse,
    language: str,
    size: tuple[int, int],
    scheme: str,
) -> None:
    axe_of = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
    axe = axe_of.Axe()
    page = host_page(browser, house, language=language, size=size, scheme=scheme)
    page.locator("#topic").fill("Budget")
    page.keyboard.press("Enter")
    page.locator(".row[data-row=topic]").wait_for()
    page.locator(".row[data-row=caption] .tools button").first.click()
    page.locator(".more summary").first.click()
    page.locator("#hosts > summary").click()
    page.locator("#invite-host").click()
    page.locator("#invitation .qr").wait_for()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= size[0], "it scrolls sideways"
    assert violations(axe, page) == []
    page.locator("#private").click()
    state_is(page, words(language)["status.private"])
    assert violations(axe, page) == []
    page.locator("#add-microphone").click()
    page.locator("#add-dialog[open]").wait_for()
    assert violations(axe, page) == []
    join = open_page(browser, page.locator("#invitation .address").first.inner_text())
    join.locator("#name").wait_for()
    assert violations(axe, join) == []


def violations(axe: Any, page: "Page") -> list[str]:
    found = axe.run(page).response["violations"]
    return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found]
