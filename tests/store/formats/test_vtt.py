import re
from html import unescape
from io import StringIO
from itertools import count

import pytest
import webvtt
from hypothesis import given

from captioner.captions.palette import BLACK, PALETTE, Colour, contrast_ratio
from captioner.store.formats.vtt import CONTRAST, on_black, render, time
from captioner.store.layout import ORIGINAL
from captioner.store.transcript import NOTICE, Transcript
from tests.fakes.transcripts import line, transcript, transcripts


def test_a_cue_has_a_voice_a_colour_and_a_language() -> None:
    made = transcript(line("First.", 1.5, 3.25), line("Second.", 2, 6, channel=2, language="nl"))
    text = render(made, ORIGINAL)
    assert text.startswith("WEBVTT\n\nNOTE\nPlanning\n")
    assert NOTICE in text
    assert "STYLE\n::cue(.blue) { color: #" in text
    assert text.endswith(
        "00:00:01.500 --> 00:00:03.250\n<v.blue Anna><lang en>First.</lang></v>\n\n"
        "00:00:02.000 --> 00:00:06.000\n<v.orange Bram><lang nl>Second.</lang></v>\n"
    )


def test_a_transcript_without_anybody_is_still_a_file() -> None:
    assert len(webvtt.from_buffer(StringIO(render(transcript(), ORIGINAL)))) == 0


@pytest.mark.parametrize("colour", PALETTE, ids=lambda colour: colour.name)
def test_every_colour_can_be_read_on_black(colour: Colour) -> None:
    assert contrast_ratio(on_black(colour), BLACK) >= CONTRAST


def test_times_carry_over() -> None:
    assert time(3599.9996) == "01:00:00.000"


def test_a_name_with_markup_opens_no_other_voice() -> None:
    made = transcript(line("</v><v Bram>I never said this", 0), names=("Eve></v><v Bram>x",))
    text = render(made, ORIGINAL)
    assert text.count("<v") == 1
    assert text.count("</v>") == 1


@given(transcripts())
def test_a_parser_that_is_not_ours_reads_every_word_back(made: Transcript) -> None:
    text = render(made, ORIGINAL)
    read = list(webvtt.from_buffer(StringIO(text)))
    cues = re.findall(r"^\d\d:\d\d:\d\d\.\d{3} --> ", text, re.MULTILINE)
    assert len(read) == len(cues)
    words = re.sub(r"\s", "", unescape("".join(cue.text for cue in read)))
    for each in made.lines if len(made.lines) == 1 else ():
        assert words.strip("\u2068\u2069") == re.sub(r"\s", "", each.text)


@given(transcripts())
def test_no_text_can_write_a_time_or_a_block_of_its_own(made: Transcript) -> None:
    text = render(made, ORIGINAL)
    arrows = text.count("-->")
    blocks = text.split("\n\n")
    numbers = count()
    for block in blocks:
        if re.match(r"\d\d:\d\d:\d\d", block):
            next(numbers)
            assert re.fullmatch(
                r"<v(\.\w+)? [^<>\n]+><lang [\w-]+>[^<>]*</lang></v>",
                block.split("\n", 1)[1].strip(),
            )
    assert arrows == next(numbers)
