from itertools import pairwise

import srt
from hypothesis import given

from captioner.store.formats.srt import render, time
from captioner.store.layout import ORIGINAL, View
from captioner.store.transcript import Transcript
from tests.fakes.transcripts import line, transcript, transcripts


def test_a_cue_has_number_times_name_and_text() -> None:
    made = transcript(line("First.", 1.5, 3.25), line("Second.", 4, 6, channel=2))
    assert render(made, ORIGINAL) == (
        "1\n00:00:01,500 --> 00:00:03,250\nAnna: First.\n"
        "\n2\n00:00:04,000 --> 00:00:06,000\nBram: Second.\n"
    )


def test_the_name_stands_where_somebody_begins_and_not_on_every_cue() -> None:
    story = "This is a sentence that is rather long. " * 6
    cues = list(srt.parse(render(transcript(line(story.strip(), 0, 20)), ORIGINAL)))
    assert len(cues) > 2
    assert [cue.content.startswith("Anna: ") for cue in cues] == [True] + [False] * (len(cues) - 1)


def test_a_line_with_the_name_before_it_is_no_longer_than_others() -> None:
    story = "This is a sentence that is rather long and has no comma in it at all. " * 6
    made = transcript(line(story.strip(), 0, 30), names=("Annemarie de Vries",))
    cues = list(srt.parse(render(made, ORIGINAL)))
    assert max(len(each) for cue in cues for each in cue.content.splitlines()) <= 42


def test_markup_is_written_with_signs_that_only_look_like_it() -> None:
    made = transcript(line("{\\an8}<b>5 --> 6</b>", 0), names=("<i>Eve</i>",))
    assert "‹i›Eve‹/i›: (/an8)‹b›5 --› 6‹/b›" in render(made, ORIGINAL)


def test_times_of_the_eleventh_hour_are_right() -> None:
    assert time(39_599.9996) == "11:00:00,000"
    assert time(0.0004) == "00:00:00,000"


@given(transcripts())
def test_a_parser_that_is_not_ours_reads_every_word_back(made: Transcript) -> None:
    for view in (ORIGINAL, View("nl", with_original=True)):
        text = render(made, view)
        cues = list(srt.parse(text))
        assert [cue.index for cue in cues] == list(range(1, len(cues) + 1))
        assert all(before.end <= after.start for before, after in pairwise(cues))
        assert not any(sign in cue.content for cue in cues for sign in "<>{}\\")
        read = "".join(cue.content for cue in cues)
        for each in made.lines:
            plain = each.text.translate(str.maketrans("<>{}\\", "‹›()/"))
            assert set(plain) <= set(read) | {" "}
