"""One meeting read in several languages, in a real browser; the translator is scripted."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from captioner.translate.engine import Pair
from tests.fakes.scripted_translator import ScriptedTranslator, translators_of
from tests.web.browser.test_demo_page import keep_picture
from tools.staged_meeting import Stage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

EN_NL, EN_DE, NL_EN, EN_AR = ("en", "nl"), ("en", "de"), ("nl", "en"), ("en", "ar")

BOOK = {
    ("nl", "Good morning."): "Goedemorgen.",
    ("de", "Good morning."): "Guten Morgen.",
    ("nl", "We can start on Tuesday."): "We kunnen dinsdag beginnen.",
    ("de", "We can start on Tuesday."): "Wir können am Dienstag anfangen.",
    ("ar", "We can start on Tuesday."): "يمكننا أن نبدأ يوم الثلاثاء.",
    ("ar", "Good morning."): "صباح الخير.",
}


def by_the_book(pair: Pair, sentence: str) -> str:
    return BOOK.get((pair[1], sentence), f"[{pair[1]}] {sentence}")


@pytest.fixture
def translator() -> ScriptedTranslator:
    return ScriptedTranslator(EN_NL, EN_DE, NL_EN, EN_AR, says=by_the_book)


@pytest.fixture
def stage(translator: ScriptedTranslator) -> Iterator[Stage]:
    opened = Stage(translators=translators_of(translator)).open()
    opened.say(1, "Good morning.")
    yield opened
    opened.close()


@pytest.fixture
def reader(browser: "Browser", stage: Stage) -> Iterator[Callable[..., "Page"]]:
    """Somebody with a device of their own, whose browser speaks a language."""
    contexts = []

    def opened(locale: str, query: str = "") -> "Page":
        context = browser.new_context(viewport={"width": 390, "height": 780}, locale=locale)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(stage.url + query)
        page.locator(".signal-button").first.wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()


def choose(page: "Page", code: str) -> None:
    page.locator("#open-settings").click()
    chosen = page.locator(f'input[name="setting-language"][value="{code}"]')
    chosen.wait_for(state="attached")
    chosen.check(force=True)
    page.keyboard.press("Escape")


def said(page: "Page", text: str) -> None:
    page.locator("#column .said", has_text=text).first.wait_for()


def test_two_readers_one_changes_in_mid_meeting_and_a_third_asks_for_what_is_not_there(
    reader: Callable[..., "Page"], stage: Stage, translator: ScriptedTranslator
) -> None:
    dutch, german = reader("nl-NL"), reader("de-DE")
    choose(dutch, "nl")
    choose(german, "de")
    said(dutch, "Goedemorgen.")  # what was said before they chose
    said(german, "Guten Morgen.")
    stage.say(1, "We can start on Tuesday.")
    said(dutch, "We kunnen dinsdag beginnen.")
    said(german, "Wir können am Dienstag anfangen.")
    stage.say(2, "Dat is goed.", language="nl")
    said(dutch, "Dat is goed.")  # spoken in it: never translated
    said(german, "[de] [en] Dat is goed.")  # through English
    assert dutch.locator("#column .row").count() == german.locator("#column .row").count() == 3
    texts = dutch.locator("#column .said").evaluate_all("(all) => all.map((each) => each.lang)")
    assert texts == ["nl", "nl", "nl"]
    keep_picture(dutch, "reader-dutch")
    keep_picture(german, "reader-german")
    # One changes, in mid-meeting: what stands there stays, in the other language.
    choose(german, "nl")
    said(german, "We kunnen dinsdag beginnen.")
    said(german, "Goedemorgen.")
    assert german.locator("#column .row").count() == 3
    assert german.locator("#column .said", has_text="Dienstag").count() == 0
    german.locator("#open-settings").click()
    german.locator('input[name="setting-show"][value="both"]').check(force=True)
    german.keyboard.press("Escape")
    said(german, "We can start on Tuesday.")
    said(german, "We kunnen dinsdag beginnen.")
    # The work is done once for each language.
    asked = [(pair, text) for pair, batch in translator.batches for text in batch]
    assert len(asked) == len({*asked})
    # A third asks for a pair that is not there, and is told which are.
    third = reader("uk-UA", "?language=uk&ui=en")
    note = third.locator(".banner", has_text="There is no Ukrainian here.")
    note.wait_for()
    words = note.inner_text()
    for pair in ("English into ", "Dutch into English", "The host can fetch more."):
        assert pair in words, words
    for language in ("Arabic", "Dutch", "German"):
        assert language in words
    said(third, "Good morning.")  # as it was spoken, rather than nothing
    keep_picture(third, "reader-without-a-pair")
    third.locator("#open-settings").click()
    names = third.locator("#settings-language bdi")
    names.first.wait_for()
    found = names.evaluate_all(
        "(all) => all.map((each) => [each.textContent, each.lang, each.dir])"
    )
    assert found[0] == ["English", "en", "ltr"]  # what is spoken comes first
    assert ["Nederlands", "nl", "ltr"] in found
    assert ["العربية", "ar", "rtl"] in found
    keep_picture(third, "reader-chooser")
    choose_code = third.locator('input[name="setting-language"][value="de"]')
    choose_code.check(force=True)
    third.keyboard.press("Escape")
    note.wait_for(state="hidden")
    said(third, "Guten Morgen.")


def test_the_chooser_is_asked_anew_when_it_is_opened(
    reader: Callable[..., "Page"], translator: ScriptedTranslator
) -> None:
    page = reader("uk-UA", "?ui=en")
    page.locator("#open-settings").click()
    page.get_by_text("There is no Ukrainian here.").first.wait_for()
    page.keyboard.press("Escape")
    translator.known = frozenset({*translator.known, ("en", "uk")})  # the host has fetched it
    page.locator("#open-settings").click()
    page.get_by_text("Українська").first.wait_for()
    page.get_by_text("There is no Ukrainian here.").first.wait_for(state="hidden")


def test_a_page_in_arabic_is_mirrored(reader: Callable[..., "Page"]) -> None:
    page = reader("ar", "?language=ar&show=both")
    said(page, "صباح الخير.")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
        *("ar", "rtl")
    ]
    tools = page.locator("#tools").bounding_box()
    status = page.locator("#status").bounding_box()
    assert tools
    assert status
    assert tools["x"] < status["x"]
    english = page.locator("#column .said[lang=en]").first
    assert english.get_attribute("dir") == "ltr"
    keep_picture(page, "reader-arabic")
    page.locator("#open-settings").click()
    page.locator("#settings-language bdi").first.wait_for()
    page.locator("#settings-language").scroll_into_view_if_needed()
    keep_picture(page, "reader-arabic-settings")


def test_a_reader_changes_the_language_of_the_page_by_hand_and_it_stays(
    reader: Callable[..., "Page"],
) -> None:
    page = reader("de-DE", "?ui=en")
    page.locator("#open-settings").click()
    select = page.get_by_label("This page in")
    assert "Deutsch (not checked by a speaker)" in select.inner_text()
    assert select.locator("option:checked").inner_text() == "English"
    select.select_option("nl")
    page.get_by_role("button", name="Langzamer, alstublieft").wait_for()
    assert "ui=" not in page.url
    page.reload()
    page.get_by_role("button", name="Langzamer, alstublieft").wait_for()
    assert page.evaluate("document.documentElement.lang") == "nl"


def test_who_scrolls_up_asks_for_the_translations_of_what_is_in_sight(
    reader: Callable[..., "Page"], stage: Stage
) -> None:
    stage.talk(200)
    page = reader("nl-NL")
    choose(page, "nl")
    said(page, "[nl]")
    page.locator("#scroller").focus()
    page.keyboard.press("Home")
    oldest = page.locator("#column .row").first
    oldest.locator('.said[lang="nl"]').wait_for()
    assert oldest.bounding_box()
