"""Transcripts in a real browser: the html by itself, and an old meeting on the host's page."""

from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest

from captioner.store.export import render_transcript
from captioner.store.layout import View
from captioner.store.transcript import Topic
from tests.fakes.transcripts import HOSTILE, line, long_transcript, transcript

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.web.browser.conftest import Serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

# A few rules of axe-core, written by hand: axe itself is not here.
BY_HAND = """() => {
  const faults = [];
  const luminance = (rgb) => {
    const linear = (v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = rgb.map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  if (!document.title) faults.push("document-title");
  if (!document.documentElement.lang) faults.push("html-has-lang");
  if (document.querySelectorAll("main").length !== 1) faults.push("landmark-one-main");
  if (document.querySelectorAll("h1").length !== 1) faults.push("page-has-heading-one");
  let level = 0;
  for (const heading of document.querySelectorAll("h1,h2,h3,h4")) {
    if (+heading.tagName[1] > level + 1) faults.push("heading-order");
    level = +heading.tagName[1];
  }
  for (const list of document.querySelectorAll("ul")) {
    if ([...list.children].some((item) => item.tagName !== "LI")) faults.push("list");
  }
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own) continue;
    const ink = luminance(parse(getComputedStyle(element).color));
    const page = luminance(behind(element));
    const ratio = (Math.max(ink, page) + 0.05) / (Math.min(ink, page) + 0.05);
    if (ratio < 4.5) faults.push(`color-contrast ${element.outerHTML.slice(0, 80)} ${ratio}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push("reflow");
  return faults;
}"""


def everything() -> list[object]:
    return [
        line(text, float(number), channel=1 + number % 2, state="edited" if number % 3 else "final")
        for number, text in enumerate(HOSTILE)
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1200])
def test_the_html_passes_rules_of_accessibility_written_by_hand(
    browser: "Browser", tmp_path: Path, scheme: str, width: int
) -> None:
    made = transcript(*everything(), names=HOSTILE[:2], topics=(Topic(2, HOSTILE[0]),))  # type: ignore[arg-type]
    path = tmp_path / "transcript.html"
    path.write_bytes(render_transcript(made, "html", View()))
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 800},
    )
    page = context.new_page()
    alerts: list[str] = []
    page.on("dialog", lambda dialog: alerts.append(dialog.message))
    page.goto(path.as_uri())
    assert page.evaluate(BY_HAND) == []
    assert alerts == []
    context.close()


def open_host(browser: "Browser", serving: "Serving") -> "Page":
    page = browser.new_context(accept_downloads=True).new_page()
    page.goto(serving.host)
    page.locator("#setup").wait_for()
    page.get_by_role("button", name="Earlier meetings").click()
    return page


def test_an_old_meeting_is_shown_and_saved_in_another_format(
    browser: "Browser", serving: "Serving", tmp_path: Path
) -> None:
    page = open_host(browser, serving)
    source = tmp_path / "transcript.json"
    made = transcript(*everything(), line("Yes.", 99, translations={"nl": "Ja."}))  # type: ignore[arg-type]
    source.write_bytes(render_transcript(made, "json"))
    page.set_input_files("#old-file", str(source))
    page.locator("#old-title", has_text="Planning").wait_for()
    assert HOSTILE[0] in page.locator("#old-parts").inner_text()
    page.select_option("#old-language", "language=nl&original=1")
    page.get_by_text("Ja.", exact=True).wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Transcript for Word").click()
    saved = tmp_path / "saved.docx"
    waiting.value.save_as(saved)
    texts = [each.text for each in docx.Document(str(saved)).paragraphs]
    assert texts[0] == "Planning"
    page.get_by_role("button", name="Close it").click()
    page.get_by_role("heading", name="Earlier meetings").wait_for()


def test_a_foreign_file_gets_one_sentence(
    browser: "Browser", serving: "Serving", tmp_path: Path
) -> None:
    page = open_host(browser, serving)
    source = tmp_path / "other.json"
    source.write_text("{}")
    page.set_input_files("#old-file", str(source))
    page.get_by_text("it was not made by captioner").wait_for()
    assert page.get_by_role("heading", name="Earlier meetings").is_visible()


def test_three_hours_of_eight_people_are_on_the_page(
    browser: "Browser", serving: "Serving", tmp_path: Path
) -> None:
    page = open_host(browser, serving)
    source = tmp_path / "transcript.json"
    source.write_bytes(render_transcript(long_transcript(), "json"))
    page.set_input_files("#old-file", str(source))
    page.locator("#old-title", has_text="Three hours").wait_for()
    assert page.locator("#old-parts .row").count() > 1000
