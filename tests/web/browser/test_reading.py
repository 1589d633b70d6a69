"""What a reader of a staged meeting sees, does and keeps, in a real browser."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tools.staged_meeting import NAMES, Stage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

Size = tuple[int, int]
PHONE: Size = (390, 844)
TABLET: Size = (820, 1180)
DESKTOP: Size = (1280, 800)
WALL: Size = (1920, 1080)
LAST = "And that is the last line so far."
TOP_OF_ROWS = """() => Object.fromEntries([...document.querySelectorAll('#column .row')]
    .map((row) => [row.querySelector('.said').textContent, row.getBoundingClientRect().top]))"""
IN_SIGHT = """() => { const box = document.getElementById('scroller').getBoundingClientRect();
    return [...document.querySelectorAll('.said')].filter((said) => {
        const {top, bottom} = said.getBoundingClientRect();
        return bottom > box.top && top < box.bottom; }).map((said) => said.textContent); }"""


@pytest.fixture
def stage() -> Iterator[Stage]:
    """Eight people, and nothing said yet."""
    opened = Stage(NAMES, title="Team planning").open()
    yield opened
    opened.close()


Reader = Callable[..., "Page"]


@pytest.fixture
def reader(browser: "Browser", stage: Stage) -> Iterator[Reader]:
    """Opens the page of the staged meeting as on a device of its own; no page may fail."""
    opened: list[Any] = []
    faults: list[str] = []

    def read(query: str = "", size: Size = PHONE, scheme: Any = "dark", **more: Any) -> "Page":
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, **more
        )
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(stage.url + query)
        return page

    yield read
    for context in opened:
        context.close()
    assert not faults


def keep_picture(page: "Page", name: str) -> None:
    """Leave a screenshot where PICTURES_FOLDER says, if it does."""
    if folder := os.environ.get("PICTURES_FOLDER"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def see(page: "Page", text: str) -> None:
    page.get_by_text(text).first.wait_for(timeout=10_000)


def nodes(page: "Page") -> int:
    return int(page.evaluate("document.querySelectorAll('#column *').length"))


def settle(page: "Page") -> None:
    """Until scrolling has come to rest and what it changes has been drawn."""
    page.evaluate("() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 350))")


def scroll_by(page: "Page", pixels: int) -> None:
    page.mouse.move(200, 400)
    page.mouse.wheel(0, pixels)
    settle(page)


@pytest.mark.parametrize(
    ("name", "query", "size", "scheme"),
    [
        ("phone-dark", "", PHONE, "dark"),
        ("phone-light", "", PHONE, "light"),
        ("phone-yellow", "?theme=yellow", PHONE, "light"),
        ("phone-huge", "?size=96", PHONE, "dark"),
        ("phone-narrow", "", (320, 568), "dark"),
        ("phone-landscape", "", (844, 390), "light"),
        ("tablet-light-times", "?times=on", TABLET, "light"),
        ("tablet-black-atkinson", "?theme=black&font=atkinson", TABLET, "dark"),
        ("tablet-dyslexic-apart", "?font=dyslexic&chips=apart", TABLET, "light"),
        ("desktop-light", "", DESKTOP, "light"),
        ("desktop-serif-apart", "?font=serif&chips=apart&names=off", DESKTOP, "dark"),
        ("wall-room", "?view=room", WALL, "dark"),
        ("wall-room-light", "?view=room", (3840, 2160), "light"),
        ("overlay", "?view=overlay", DESKTOP, "light"),
    ],
)
def test_newest_line_is_in_sight_on_every_screen_and_theme(
    stage: Stage, reader: Reader, name: str, query: str, size: Size, scheme: str
) -> None:
    stage.talk(60)
    page = reader(query, size, scheme)
    stage.say(2, LAST)
    see(page, LAST)
    page.wait_for_timeout(300)
    keep_picture(page, name)
    assert LAST in page.evaluate(IN_SIGHT)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("#status-text").is_visible() is (name != "overlay")
    page.emulate_media(reduced_motion="reduce", forced_colors="active")
    assert LAST in page.evaluate(IN_SIGHT)


def test_words_come_in_place_and_push_nothing_above_them(stage: Stage, reader: Reader) -> None:
    stage.talk(3)
    page = reader(size=TABLET)
    see(page, "Live")
    stage.partial(1, "We have", "live")
    see(page, "We have")
    before = page.evaluate(TOP_OF_ROWS)
    page.evaluate("window.kept = [...document.querySelectorAll('.row')].pop()")
    stage.partial(1, "We have three", "live")
    stage.say(1, "We have three open questions.", utterance="live")
    see(page, "We have three open questions.")
    after = page.evaluate(TOP_OF_ROWS)
    assert [after[text] for text in list(before)[:-1]] == list(before.values())[:-1]
    assert page.evaluate("window.kept.isConnected"), "the very row becomes the final"
    assert page.locator("#log .row").count() == 4
    assert page.locator("#live .row").count() == 0


def test_five_thousand_utterances_are_a_few_hundred_nodes_and_scroll_steadily(
    stage: Stage, reader: Reader
) -> None:
    stage.talk(5000)
    page = reader()
    stage.say(1, LAST)
    see(page, LAST)
    assert nodes(page) < 400
    # Every frame, each row that stays in sight must have moved as all others have.
    page.evaluate(
        """() => { window.torn = 0; const tops = """
        + TOP_OF_ROWS
        + """; let last = tops();
        const look = () => { const now = tops(); const moves = [];
          for (const text in now) if (text in last) moves.push(now[text] - last[text]);
          const torn = Math.max(0, ...moves) - Math.min(...moves, Math.max(0, ...moves));
          window.torn = Math.max(window.torn, torn);
          last = now; requestAnimationFrame(look); };
        requestAnimationFrame(look); }"""
    )
    page.mouse.move(200, 400)
    for _ in range(40):
        page.mouse.wheel(0, -150)
        page.wait_for_timeout(16)
    settle(page)
    assert page.evaluate("window.torn") <= 1.5
    assert nodes(page) < 400
    where = page.evaluate(IN_SIGHT)
    assert where
    for text in ("One more.", "And one more."):
        stage.say(3, text)
    page.get_by_text("To live: 2 new lines").wait_for(timeout=5000)
    assert page.evaluate(IN_SIGHT) == where, "nothing moves under the reader's eyes"
    page.get_by_text("To live: 2 new lines").click()
    see(page, "And one more.")
    assert page.locator("#to-live").is_hidden()
    assert nodes(page) < 400


def test_history_can_be_paged_through_by_keyboard(stage: Stage, reader: Reader) -> None:
    stage.talk(2000)
    page = reader()
    stage.say(1, LAST)
    see(page, LAST)
    page.locator("#scroller").focus()
    page.keyboard.press("Home")
    settle(page)
    first = page.evaluate(IN_SIGHT)
    page.keyboard.press("PageDown")
    page.wait_for_timeout(1500)
    second = page.evaluate(IN_SIGHT)
    assert 300 < page.evaluate("document.getElementById('scroller').scrollTop") < 800
    assert second != first
    page.keyboard.press("PageUp")
    page.wait_for_timeout(1500)
    assert page.evaluate(IN_SIGHT) == first
    page.keyboard.press("End")
    settle(page)
    assert LAST in page.evaluate(IN_SIGHT)


def test_a_jump_with_the_scroll_bar_never_shows_an_empty_page(stage: Stage, reader: Reader) -> None:
    stage.talk(3000)
    page = reader(size=DESKTOP)
    stage.say(1, LAST)
    see(page, LAST)
    for share in (0.1, 0.7, 0.35, 0.99, 0.0):
        page.evaluate(
            "(share) => { const s = document.getElementById('scroller');"
            " s.scrollTop = share * s.scrollHeight; }",
            share,
        )
        settle(page)
        assert len(page.evaluate(IN_SIGHT)) >= 3, share


def test_a_tap_marks_the_last_line_and_a_button_leads_back_to_it(
    stage: Stage, reader: Reader
) -> None:
    stage.talk(20)
    page = reader()
    stage.say(2, "Look at the screen now, please.")
    see(page, "Look at the screen now, please.")
    page.wait_for_timeout(300)
    height = page.evaluate("document.getElementById('column').offsetHeight")
    page.locator("#scroller").click(position={"x": 200, "y": 300})
    page.locator(".row[data-place]").wait_for(timeout=3000)
    assert page.evaluate("document.getElementById('column').offsetHeight") == height
    assert "Look at the screen" in page.locator(".row[data-place]").inner_text()
    keep_picture(page, "place-marked")
    for _ in range(25):
        stage.say(3, "Here you see what we have built in the last weeks, and what is still to do.")
    back = page.get_by_text("Back to where you were")
    back.wait_for(timeout=5000)
    keep_picture(page, "place-out-of-sight")
    back.click()
    settle(page)
    assert "Look at the screen now, please." in page.evaluate(IN_SIGHT)
    keep_picture(page, "place-found-again")
    page.locator("#to-live").click()
    settle(page)
    assert back.is_hidden(), "who was there and goes on needs it no more"


def test_who_comes_back_to_the_page_sees_where_they_were(stage: Stage, reader: Reader) -> None:
    stage.talk(5)
    page = reader()
    see(page, "Live")
    hide = """(state) => { Object.defineProperty(document, 'visibilityState',
        {configurable: true, get: () => state});
        document.dispatchEvent(new Event('visibilitychange')); }"""
    stage.say(1, "The last thing on the screen.")
    see(page, "The last thing on the screen.")
    page.wait_for_timeout(200)
    page.evaluate(hide, "hidden")
    stage.say(2, "Said meanwhile.")
    see(page, "Said meanwhile.")
    page.evaluate(hide, "visible")
    marked = page.locator(".row[data-place]")
    marked.wait_for(timeout=3000)
    assert "The last thing on the screen." in marked.inner_text()


def test_settings_show_at_once_and_are_there_the_next_time(stage: Stage, reader: Reader) -> None:
    stage.talk(20)
    page = reader("?theme=light&lang=en", size=DESKTOP)
    see(page, "Live")
    page.get_by_role("button", name="Text, colours and more").click()
    page.get_by_role("radio", name="Yellow on black").check()
    page.get_by_label("Size").evaluate(
        "(slider) => { slider.value = 48; slider.dispatchEvent(new Event('input')); }"
    )
    page.get_by_label("Names of speakers").uncheck()
    page.get_by_label("Times").check()
    page.get_by_role("radio", name="Phrase by phrase").check()
    keep_picture(page, "settings-desktop")
    style = "(at) => getComputedStyle(document.querySelector(at)).color"
    for place in ("#log .said", "#preview .said"):
        assert page.evaluate(style, place) == "rgb(255, 235, 59)"
    sizes = page.evaluate("getComputedStyle(document.querySelector('#log')).fontSize")
    assert sizes == "48px"
    link = page.get_by_label("Link with these settings").input_value()
    page.get_by_text("Done").click()
    assert "theme=" not in page.url, "what was chosen last counts, not what the address said"
    page.reload()
    see(page, "Live")
    assert page.evaluate("document.documentElement.dataset.theme") == "yellow"
    other = reader(link.removeprefix(stage.url), size=DESKTOP)
    see(other, "Live")
    for each in (page, other):
        assert each.evaluate("document.documentElement.dataset.theme") == "yellow"
        assert not each.locator("#log .chip-name").first.is_visible()
        assert re.fullmatch(r"\d\d:\d\d", each.locator("#log .time").first.inner_text())
    stage.partial(1, "Not finished", "live")
    stage.say(2, "Finished.")
    see(page, "Finished.")
    assert page.get_by_text("Not finished").count() == 0


def test_a_browser_that_keeps_nothing_still_has_settings(reader: Reader) -> None:
    page = reader()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('private'); }})"
    )
    page.reload()
    see(page, "Live")
    page.get_by_role("button", name="Text, colours and more").click()
    page.get_by_role("radio", name="Black", exact=True).check()
    assert page.evaluate("document.documentElement.dataset.theme") == "black"
    see(page, "This browser keeps no settings. The link does.")
    keep_picture(page, "settings-phone")


def test_original_stands_until_its_translation_comes(stage: Stage, reader: Reader) -> None:
    said = stage.say(1, "Good morning.")
    page = reader("?language=nl&show=translation")
    see(page, "Good morning.")
    row = page.locator(".said[data-text=waiting]")
    assert row.get_attribute("lang") == "en"
    keep_picture(page, "translation-waiting")
    stage.translate(said, "nl", "Goedemorgen.")
    see(page, "Goedemorgen.")
    shown = page.locator(".said[data-text=translation]")
    assert (shown.get_attribute("lang"), shown.get_attribute("dir")) == ("nl", "ltr")
    assert page.get_by_text("Good morning.").count() == 0


def test_with_both_nothing_moves_when_the_translation_comes(stage: Stage, reader: Reader) -> None:
    said = stage.say(1, "Good morning.")
    stage.say(2, "Hello.")
    page = reader("?language=ar&show=both")
    see(page, "Hello.")
    page.wait_for_timeout(200)
    before = page.evaluate("() => [...document.querySelectorAll('.row')].map((r) => r.offsetTop)")
    stage.translate(said, "ar", "صباح الخير.")
    see(page, "صباح الخير.")
    after = page.evaluate("() => [...document.querySelectorAll('.row')].map((r) => r.offsetTop)")
    assert after == before
    assert page.locator(".said[data-text=translation]").get_attribute("dir") == "rtl"
    keep_picture(page, "translation-both")


def test_another_language_asks_for_everything_again_and_the_page_does_not_blink(
    stage: Stage, reader: Reader
) -> None:
    for number in range(30):
        said = stage.say(1, f"Line {number}.")
        stage.translate(said, "nl", f"Regel {number}.")
    page = reader()
    see(page, "Line 29.")
    asked: list[str] = []
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.evaluate(
        """() => { window.least = Infinity; new MutationObserver(() => { window.least = Math.min(
        window.least, document.querySelectorAll('.row').length); }).observe(
        document.getElementById('column'), {childList: true, subtree: true}); }"""
    )
    page.evaluate(
        "import('/assets/viewer/viewer.js').then(({page}) => page.change({language: 'nl'}))"
    )
    see(page, "Regel 29.")
    assert "language=nl" in asked[-1]
    assert "since=" not in asked[-1]
    assert page.evaluate("window.least") >= 10, "what stood there stayed until the rest had come"
    assert LAST not in page.evaluate(IN_SIGHT)


def test_state_is_told_whatever_it_is(stage: Stage, reader: Reader) -> None:
    page = reader()
    see(page, "Live. No one is speaking.")
    stage.command(lambda meeting, at: meeting.fall_behind(7.2, at))
    see(page, "Live, but the captions are 7 seconds behind.")
    keep_picture(page, "state-behind")
    stage.command(lambda meeting, at: meeting.catch_up(at))
    stage.command(lambda meeting, at: meeting.lose_channel(stage.channel(2), "Unplugged.", at))
    see(page, "The microphone of Bram is gone: not captioned.")
    keep_picture(page, "state-microphone-gone")
    stage.command(lambda meeting, at: meeting.regain_channel(stage.channel(2), at))
    stage.command(lambda meeting, at: meeting.pause(at))
    see(page, "The captions are paused by the host.")
    stage.command(lambda meeting, at: meeting.resume(at))
    stage.command(lambda meeting, at: meeting.end(at))
    see(page, "The meeting has ended.")
    see(page, "Transcript for Word")
    keep_picture(page, "state-ended")


def test_what_may_not_be_downloaded_is_told_too(browser: "Browser") -> None:
    stage = Stage(transcript=False).open()
    page = browser.new_page()
    try:
        page.goto(stage.url)
        see(page, "Live")
        stage.command(lambda meeting, at: meeting.end(at))
        see(page, "The host keeps the transcript of this meeting.")
        assert page.get_by_text("Transcript for Word").count() == 0
    finally:
        page.close()
        stage.close()


def test_paper_gets_the_whole_meeting(stage: Stage, reader: Reader) -> None:
    stage.talk(400)
    page = reader()
    stage.say(1, LAST)
    see(page, LAST)
    assert page.locator("#column .row").count() < 100
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#column .row").count() == 401
    assert not page.locator("#tools").is_visible()
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#column .row").count() < 100


def test_a_room_display_has_no_controls_and_tells_how_to_read_along(
    stage: Stage, reader: Reader
) -> None:
    stage.talk(30)
    page = reader("?view=room", WALL)
    stage.say(1, LAST)
    see(page, LAST)
    for at in ("#tools", "#to-live", "#answer"):
        assert not page.locator(at).is_visible()
    see(page, f"Read along: {stage.url.removeprefix('http://')}")


def test_an_overlay_is_see_through_and_says_only_what_is_wrong(
    stage: Stage, reader: Reader
) -> None:
    stage.talk(30)
    page = reader("?view=overlay", DESKTOP)
    stage.say(1, LAST)
    see(page, LAST)
    for at in ("html", "body", "#stage", "#scroller"):
        colour = page.evaluate(
            "(at) => getComputedStyle(document.querySelector(at)).backgroundColor", at
        )
        assert colour == "rgba(0, 0, 0, 0)", at
    assert not page.locator("#status").is_visible()
    stage.command(lambda meeting, at: meeting.pause(at))
    page.get_by_text("The captions are paused by the host.").first.wait_for(timeout=5000)
    assert page.locator("#status").is_visible()


def test_screen_is_kept_on_by_a_video_where_the_lock_is_refused(
    stage: Stage, reader: Reader
) -> None:
    page = reader()
    page.add_init_script("Object.defineProperty(navigator, 'wakeLock', {value: undefined})")
    page.reload()
    see(page, "Live")
    page.locator("#scroller").click()
    video = page.locator("video.awake")
    video.wait_for(state="attached", timeout=5000)
    page.wait_for_function("() => !document.querySelector('video.awake').paused", timeout=5000)
    stage.command(lambda meeting, at: meeting.end(at))
    see(page, "The meeting has ended.")
    assert video.count() == 0
