import re

from hypothesis import given

from captioner.store.formats.md import escape, render
from captioner.store.layout import ORIGINAL, View
from captioner.store.transcript import NOTICE, Topic, Transcript
from tests.fakes.transcripts import line, texts, transcript, transcripts

UNESCAPED = re.compile(r"(?<!\\)(?:\\\\)*([`*_\[\]<>&~|$^=#{}])")


def test_it_has_headings_notices_and_a_paragraph_a_turn() -> None:
    made = transcript(
        line("First.", 1, 6),
        line("Second.", 5, channel=2, state="edited"),
        topics=(Topic(0, "Budget"),),
    )
    text = render(made, ORIGINAL)
    assert text.startswith("# Planning\n")
    assert f"> {NOTICE}\n" in text
    assert text.endswith(
        "## Budget\n\n**Anna** (00:00:01): First.\n\n"
        "**Bram** (00:00:05) _(overlap)_: Second. _(edited)_\n"
    )


def test_both_languages_are_a_table() -> None:
    made = transcript(line("a|b", 0, translations={"nl": "Ja."}), topics=(Topic(9, "Budget"),))
    assert render(made, View("nl", with_original=True)).endswith(
        "| Speaker | Original | nl |\n|---|---|---|\n"
        "| **Anna** (00:00:00) | a\\|b | Ja. |\n\n## Budget\n\n"
    )


@given(texts)
def test_markup_in_a_text_is_text(text: str) -> None:
    escaped = escape(text)
    assert not UNESCAPED.search(escaped)
    assert re.sub(r"\\(.)", r"\1", escaped).strip("\u2068\u2069") == text


@given(transcripts())
def test_nothing_hostile_begins_a_line(made: Transcript) -> None:
    for each in render(made, ORIGINAL).splitlines():
        assert not each or each.startswith(("# ", "> ", "**", "2025-"))
