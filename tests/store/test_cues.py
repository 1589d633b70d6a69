from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from captioner.store.cues import LINE_WIDTH, Cue, cues_of, cut, in_turn, width
from captioner.store.layout import ORIGINAL, View
from captioner.store.transcript import Transcript
from tests.fakes.transcripts import line, long_transcript, texts, transcript, transcripts


def shown(cues: list[Cue]) -> list[str]:
    return ["|".join(cue.lines) for cue in cues]


@given(texts)
def test_a_cut_text_loses_and_gains_nothing(text: str) -> None:
    pieces = "".join(part for lines in cut(text) for part in lines)
    assert pieces.replace(" ", "") == text.replace(" ", "")


@given(texts)
def test_a_cue_has_at_most_two_lines_that_fit_a_screen(text: str) -> None:
    for lines in cut(text):
        assert 1 <= len(lines) <= 2
        assert all(each and width(each) <= LINE_WIDTH + 2 for each in lines)


def test_a_cue_ends_where_a_sentence_ends() -> None:
    text = "We have three open questions about the budget. The first one is who pays for all of it."
    assert ["|".join(lines) for lines in cut(text)] == [
        "We have three open questions|about the budget.",
        "The first one is who pays for all of it.",
    ]


def test_two_lines_are_about_equally_long() -> None:
    (lines,) = cut("Nobody told me that the meeting was moved to tomorrow")
    assert abs(len(lines[0]) - len(lines[1])) < 12


def test_chinese_is_broken_between_characters_and_never_before_a_full_stop() -> None:
    text = "会议今天三点开始。请大家准时参加。" * 5
    parts = [each for lines in cut(text) for each in lines]
    assert all(width(each) <= LINE_WIDTH + 2 for each in parts)
    assert not any(each.startswith("。") for each in parts)


def test_a_joined_emoji_is_not_torn() -> None:
    family = "👩‍👩‍👧‍👦"
    parts = [each for lines in cut(family * 40) for each in lines]
    assert all(not each.startswith("\u200d") and not each.endswith("\u200d") for each in parts)


def test_the_time_of_an_utterance_is_shared_by_the_length_of_its_cues() -> None:
    text = "One two three four five six seven eight nine ten. " * 4
    cues = cues_of(transcript(line(text.strip(), 10, 22)), ORIGINAL)
    assert cues[0].start == 10
    assert cues[-1].end == 22
    assert [cue.is_first for cue in cues] == [True] + [False] * (len(cues) - 1)
    assert all(first.end == second.start for first, second in pairwise(cues))


def test_both_languages_are_cues_of_the_same_time() -> None:
    made = transcript(line("Yes.", 0, translations={"nl": "Ja."}))
    assert shown(cues_of(made, View("nl", with_original=True))) == ["Yes.", "Ja."]


@given(transcripts(), st.booleans())
def test_cues_in_turn_never_overlap_and_all_have_a_time(made: Transcript, both: bool) -> None:
    view = View("nl", with_original=True) if both else ORIGINAL
    cues = in_turn(cues_of(made, view))
    assert all(cue.end - cue.start >= 0.39 for cue in cues)
    assert all(first.end <= second.start for first, second in pairwise(cues))


def test_a_cue_that_nothing_follows_stays_long_enough_to_be_read() -> None:
    made = transcript(line("A sentence of forty characters, or about.", 0, 0.6), line("x", 60))
    first, last = in_turn(cues_of(made, ORIGINAL))
    assert first.end > 2
    assert last.end == 61


def test_two_who_speak_at_once_for_long_stay_close_to_what_was_said() -> None:
    story = "word " * 30
    made = transcript(
        *(line(story, at * 11.0, at * 11.0 + 11, channel=1) for at in range(20)),
        *(line(story, at * 11.0 + 0.5, at * 11.0 + 11, channel=2) for at in range(20)),
    )
    cues = cues_of(made, ORIGINAL)
    late = [after.start - before.start for before, after in zip(cues, in_turn(cues), strict=True)]
    assert max(late) < 6


def test_hours_of_eight_people_stay_in_time() -> None:
    cues = cues_of(long_transcript(0.5), ORIGINAL)
    late = [after.start - before.start for before, after in zip(cues, in_turn(cues), strict=True)]
    assert max(late) < 6
