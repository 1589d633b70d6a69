"""Transcripts to write: small ones by hand, hostile ones by chance, a long one by the hour."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from captioner.captions.roster import visible_line
from captioner.store.transcript import Line, Speaker, Topic, Transcript

STARTED = datetime(2025, 3, 4, 9, 0, tzinfo=UTC)
COLOURS = ("blue", "orange", "green", "pink", "yellow", "purple", "red", "turquoise")


def speaker(channel: int, name: str) -> Speaker:
    return Speaker(channel, name, name[:1].upper(), COLOURS[(channel - 1) % 8], "en")


def line(
    text: str,
    start: float,
    end: float | None = None,
    *,
    channel: int = 1,
    state: str = "final",
    language: str = "en",
    translations: Mapping[str, str] | None = None,
) -> Line:
    """An utterance of a second, where nothing else is said."""
    end = start + 1 if end is None else end
    name = f"u{channel}-{start}"
    return Line(name, channel, start, end, language, text, state, 1, translations or {})


def transcript(
    *lines: Line,
    names: tuple[str, ...] = ("Anna", "Bram"),
    title: str = "Planning",
    topics: tuple[Topic, ...] = (),
    ended: bool = True,
) -> Transcript:
    speakers = tuple(speaker(number, name) for number, name in enumerate(names, 1))
    ordered = tuple(sorted(lines, key=lambda each: (each.start, each.channel)))
    return Transcript("m1", title, STARTED, ended, "scripted", False, speakers, ordered, topics)


HOSTILE = (
    "<script>alert(1)</script>",
    "</v><v Anna>I never said this",
    "00:00:01.000 --> 00:00:02.000",
    "a -->b <!-- c ]]> d",
    "| a | b |",
    "# *no* _heading_ [link](javascript:alert(1)) ![x](y) `code`",
    "{\\an8}{\\c&H0000FF&}<font color=red>red</font>",
    "שלום עולם",
    "مرحبا، كيف حالك؟ 123",
    "会议今天三点开始，请大家准时参加，谢谢各位的合作与支持，我们会后再联系，再见各位同事朋友们大家好",
    "👩‍👩‍👧‍👦 👍🏽 🇳🇱 ok",
    "&lt;b&gt; &amp; &#x27;",
    "=cmd|' /C calc'!A0",
    "wordwithoutanyblank" * 12,
    "STYLE",
    "NOTE this",
    "1",
    "\"quoted\" 'single'",
)

texts = (
    st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=200))
    .map(visible_line)
    .filter(bool)
)
names = texts.map(lambda text: visible_line(text[:40])).filter(bool)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """A few people, anything as their names and words, overlapping or not."""
    people = draw(st.lists(names, min_size=1, max_size=3))
    made = []
    at = 0.0
    for _ in range(draw(st.integers(0, 6))):
        at = round(at + draw(st.floats(0, 9)), 3)
        made.append(
            line(
                draw(texts),
                at,
                round(at + draw(st.floats(0.1, 20)), 3),
                channel=draw(st.integers(1, len(people))),
                state=draw(st.sampled_from(["final", "edited", "partial"])),
                language=draw(st.sampled_from(["en", "he", "zh", "und"])),
                translations=draw(st.dictionaries(st.just("nl"), texts, max_size=1)),
            )
        )
    made = [replace(each, utterance=f"u{number}") for number, each in enumerate(made)]
    return transcript(*made, names=tuple(people), title=draw(texts), ended=draw(st.booleans()))


def long_transcript(hours: float = 3.0, people: int = 8, seed: int = 1) -> Transcript:
    """As much as so many people say in so many hours, one after another and sometimes at once."""
    chance = random.Random(seed)
    words = [
        "the",
        "plan",
        "of",
        "we",
        "should",
        "budget",
        "because",
        "nobody",
        "has",
        "time",
        "today",
    ]
    made: list[Line] = []
    at = 0.0
    while at < hours * 3600:
        count = chance.randint(1, 30)
        text = " ".join(chance.choice(words) for _ in range(count))
        made.append(
            Line(
                f"u{len(made)}",
                chance.randint(1, people),
                round(at, 3),
                round(at + count / 2.7, 3),
                "en",
                text.capitalize() + ".",
                translations={"nl": text.upper()},
            )
        )
        at += count / 2.7 * chance.choice((0.7, 1.0, 1.0, 1.1))
    everybody = tuple(f"Person {number}" for number in range(1, people + 1))
    return transcript(*made, names=everybody, title="Three hours")
