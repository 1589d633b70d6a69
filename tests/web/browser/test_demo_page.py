"""The pages during the demo, in a real browser: what a reader and a host really see."""

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.web.browser.conftest import Demo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

PHONE = {"width": 390, "height": 844}
TABLET = {"width": 820, "height": 1180}
WALL = {"width": 1280, "height": 720}
FIRST_MS = 15_000
ALL_MS = 90_000


def keep_picture(page: "Page", name: str) -> None:
    """Leave a screenshot where PICTURES_FOLDER says, if it does."""
    if folder := os.environ.get("PICTURES_FOLDER"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def open_page(browser: "Browser", url: str, size: dict[str, int], scheme: str) -> "Page":
    """A page of its own, as on another device, that reports what its console says."""
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=2,
    )
    page = context.new_page()
    page.goto(url)
    return page


def shown(page: "Page") -> str:
    """All captions of the page, those too that are far out of sight."""
    texts = page.evaluate(
        "() => import('/assets/viewer/viewer.js').then(({page}) =>"
        " page.rows.flatMap((row) => row.texts.map(({text}) => text)))"
    )
    return "\n".join(texts)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def test_phone_tablet_and_wall_show_every_speaker_as_they_speak(
    browser: "Browser", demo: "Demo"
) -> None:
    phone = open_page(browser, demo.viewer, PHONE, "dark")
    tablet = open_page(browser, demo.viewer, TABLET, "light")
    wall = open_page(browser, demo.viewer + "?view=room", WALL, "dark")
    faults: list[str] = []
    phone.on("pageerror", lambda error: faults.append(str(error)))
    tablet.on("pageerror", lambda error: faults.append(str(error)))
    for page in (phone, tablet):
        page.get_by_text("Demo weights").wait_for(timeout=FIRST_MS)
        page.get_by_text("Anna").first.wait_for(timeout=FIRST_MS)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.get_by_text("Bram").first.wait_for(timeout=FIRST_MS * 2)
    phone.get_by_text("Chen").first.wait_for(timeout=FIRST_MS * 2)
    keep_picture(phone, "viewer-phone")
    keep_picture(tablet, "viewer-tablet")
    keep_picture(wall, "viewer-beamer")
    phone.get_by_text("The meeting has ended.").first.wait_for(timeout=ALL_MS)
    demo.process.wait(20)
    transcript = json.loads((demo.out / "transcript.json").read_text(encoding="utf-8"))
    on_phone = shown(phone)
    for utterance in transcript["utterances"]:
        assert utterance["text"] in on_phone
    assert words(on_phone) == words(shown(tablet))
    assert not faults


def test_host_sees_levels_captions_and_the_way_in(browser: "Browser", demo: "Demo") -> None:
    page = open_page(browser, demo.host, {"width": 1280, "height": 900}, "light")
    page.get_by_text("Captions live").first.wait_for(timeout=FIRST_MS)
    assert "key=" not in page.url, "the key stays out of the address, and so out of pictures of it"
    code = demo.viewer.rsplit("/", 1)[1]
    page.get_by_text(code).first.wait_for(timeout=FIRST_MS)
    assert page.get_by_role("meter").count() == 3
    page.get_by_text("Anna").first.wait_for(timeout=FIRST_MS)
    picture = page.get_by_role("img").first
    assert picture.evaluate("(image) => image.naturalWidth > 0"), "the QR code is there"
    page.wait_for_timeout(12_000)
    levels = page.get_by_role("meter").evaluate_all("(all) => all.map((m) => +m.ariaValueNow)")
    assert max(levels) > -60, "somebody speaks, and the host sees it"
    keep_picture(page, "host")


def test_a_page_that_was_cut_off_says_so_and_goes_on_where_it_was(
    browser: "Browser", demo: "Demo"
) -> None:
    page = open_page(browser, demo.viewer, PHONE, "dark")
    page.get_by_text("Anna").first.wait_for(timeout=FIRST_MS)
    page.context.set_offline(True)
    page.get_by_text("Cut off").first.wait_for(timeout=20_000)
    keep_picture(page, "viewer-cut-off")
    page.context.set_offline(False)
    page.get_by_text(re.compile("^Live")).first.wait_for(timeout=20_000)
    page.get_by_text("The meeting has ended.").first.wait_for(timeout=ALL_MS)
    demo.process.wait(20)
    transcript = json.loads((demo.out / "transcript.json").read_text(encoding="utf-8"))
    said = words(" ".join(each["text"] for each in transcript["utterances"]))
    assert words(shown(page)) == said, "everything is there once, in order"


def test_an_unknown_code_is_told_in_words(browser: "Browser", demo: "Demo") -> None:
    page = open_page(browser, demo.viewer[:-6] + "ZZZZZZ", PHONE, "light")
    page.get_by_text("not known").first.wait_for(timeout=FIRST_MS)
