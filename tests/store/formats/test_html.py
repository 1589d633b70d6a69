"""Well-formed, and nothing in it but what we wrote. tests/web/browser looks at it in a browser."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

from hypothesis import given

from captioner.captions.palette import DARK, LIGHT, PALETTE
from captioner.store.formats.html import render
from captioner.store.layout import ORIGINAL, View
from captioner.store.transcript import NOTICE, Topic, Transcript
from tests.fakes.transcripts import line, transcript, transcripts

KNOWN = {
    *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "time"),
    *("ul", "li", "span", "b", "bdi", "div"),
}
ATTRIBUTES = {
    *("lang", "dir", "charset", "name", "content", "http-equiv", "class", "data-colour"),
    *("aria-hidden", "datetime"),
}


class Elements(HTMLParser):
    """As a browser reads it: element by element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def body(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text.removeprefix("<!DOCTYPE html>"))


def test_a_turn_has_name_time_text_and_language() -> None:
    made = transcript(
        line("Hoi.", 1, 6, language="nl"),
        line("Yes.", 5, channel=2, state="edited"),
        topics=(Topic(0, "Budget"),),
    )
    main = body(render(made, ORIGINAL)).find("body/main")
    assert main is not None
    first, second = main.findall("div[@class='turn']")
    assert "".join(first.itertext()) == "A Anna: 00:00:01Hoi."
    assert "".join(second.itertext()) == "B Bram: 00:00:05 (overlap)Yes. (edited)"
    assert [span.get("lang") for span in first.iter("span") if span.get("lang")] == ["nl"]
    headings = [
        (each.tag, "".join(each.itertext())) for each in main if each.tag in ("h1", "h2", "h3")
    ]
    assert headings == [
        ("h1", "Planning"),
        ("h2", "Speakers"),
        ("h2", "Transcript"),
        ("h3", "Budget"),
    ]
    (notice,) = main.findall("p[@class='notice']")
    assert notice.text == NOTICE


def test_both_languages_stand_side_by_side_each_with_its_own_direction() -> None:
    made = transcript(line("Yes.", 0, translations={"he": "כן."}))
    root = body(render(made, View("he", with_original=True)))
    columns = root.findall(".//div[@class='columns']/p")
    assert ["".join(each.itertext()) for each in columns] == ["Yes.", "כן."]
    assert {each.get("dir") for each in columns} == {"auto"}


def test_colours_are_those_of_the_pages_in_light_dark_and_on_paper() -> None:
    text = render(transcript(line("Hi.", 0)), ORIGINAL)
    assert all(each.light.fill in text and each.dark.fill in text for each in PALETTE)
    assert f"--page: {LIGHT.page}" in text
    dark = text[text.index("@media screen and (prefers-color-scheme: dark)") :]
    assert f"--page: {DARK.page}" in dark
    assert "@media print" in text


def test_it_needs_nothing_from_anywhere() -> None:
    text = render(transcript(line("See https://example.org/x.png", 0)), ORIGINAL)
    assert not re.search(r"(src|href)=|url\(", text)
    assert "default-src &#x27;none&#x27;" in text


@given(transcripts())
def test_it_is_well_formed_and_no_text_becomes_an_element(made: Transcript) -> None:
    for view in (ORIGINAL, View("nl", with_original=True)):
        text = render(made, view)
        read = "".join(body(text).itertext())
        assert all(each.text in read for each in made.lines)
        found = Elements(text)
        assert found.tags <= KNOWN
        assert found.attributes <= ATTRIBUTES
