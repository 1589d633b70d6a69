import pytest

from captioner.bench.script import Line, Script, count_tokens, spread_words
from captioner.domain import ChannelId

ONE, TWO = ChannelId(1), ChannelId(2)
SCRIPT = Script(
    [
        Line(TWO, 0.0, 2.0, "Something else."),
        Line(ONE, 10.0, 12.0, "aa bb cc dd"),
        Line(ONE, 13.0, 14.0, "ee ff"),
    ]
)


def test_words_are_spread_over_their_line_by_their_letters() -> None:
    words = spread_words(Line(ONE, 1.0, 2.0, "a bbb"))
    assert [(word.start_s, word.end_s) for word in words] == [(1.0, 1.25), (1.25, 2.0)]


def test_a_word_is_heard_once_it_has_been_said() -> None:
    assert SCRIPT.heard(ONE, 9.7, 10.7) == "aa"
    assert SCRIPT.heard(ONE, 9.7, 10.95) == "aa bb"
    assert SCRIPT.heard(ONE, 9.7, 12.3) == "aa bb cc dd"


def test_a_word_belongs_to_the_stretch_in_which_its_middle_lies() -> None:
    assert SCRIPT.heard(ONE, 10.2, 12.3) == "aa bb cc dd"
    assert SCRIPT.heard(ONE, 10.3, 12.3) == "bb cc dd"


def test_lines_follow_one_another_and_channels_do_not_mix() -> None:
    assert SCRIPT.heard(ONE, 11.0, 14.3) == "cc dd ee ff"
    assert SCRIPT.heard(TWO, 0.0, 20.0) == "Something else."
    assert SCRIPT.heard(ChannelId(3), 0.0, 20.0) == ""


def test_speech_at_the_same_time_counts_for_each_channel() -> None:
    assert SCRIPT.speech_s == pytest.approx(5.0)
    assert next(each.text for each in SCRIPT.references()) == "Something else."


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("Well, that is a good idea.", 8),  # six words and two marks
        ("Could you review the transcript?", 7),  # a long word is two
        ("We don't", 2),  # an apostrophe is no mark
    ],
)
def test_tokens_are_counted_by_words_and_marks(text: str, tokens: int) -> None:
    assert count_tokens(text) == tokens
