import pytest

from captioner.captions.pace import (
    BREAK_AFTER_S,
    BREAK_S,
    FAST_AFTER_S,
    FORGOTTEN_S,
    READABLE_PER_S,
    WELL_AFTER_S,
    PaceMeter,
    load_s,
    words_in,
)
from captioner.domain import ChannelId

ONE, TWO = ChannelId(1), ChannelId(2)


class Talk:
    """People speak in utterances of five seconds, one after another; asked every second."""

    def __init__(self, language: str = "en") -> None:
        self.meter = PaceMeter()
        self.language = language
        self.now_s = 0.0
        self.fast_since: list[float] = []
        self.well_since: list[float] = []
        self.was_fast = False

    def speak(self, seconds: float, words_a_minute: int, word: str = "abcde") -> None:
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            text = " ".join([word] * round(words_a_minute * 5 / 60))
            self.meter.accept_final(ONE, text, self.now_s, self.now_s + 5, self.language)
            self.wait(5)

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds)):
            self.now_s += 1
            is_fast = self.meter.report(self.now_s).is_fast
            if is_fast is not self.was_fast:
                (self.fast_since if is_fast else self.well_since).append(self.now_s)
            self.was_fast = is_fast


def test_words_a_minute_count_the_time_in_which_somebody_speaks() -> None:
    meter = PaceMeter()
    meter.accept_final(ONE, "one two three four five six", 0.0, 3.0, "en")
    (speaker,) = meter.report(10.0).speakers
    assert speaker.words_per_minute is None  # three seconds say nothing
    meter.accept_final(ONE, " ".join(["word"] * 14), 20.0, 27.0, "en")
    (speaker,) = meter.report(30.0).speakers
    assert (speaker.words_per_minute, speaker.is_fast) == (120, False)


def test_what_was_said_long_ago_does_not_count() -> None:
    talk = Talk()
    talk.speak(60, 240)
    talk.wait(FORGOTTEN_S + 40)
    (speaker,) = talk.meter.report(talk.now_s).speakers
    assert (speaker.words_per_minute, speaker.is_fast) == (None, False)


def test_an_ordinary_pace_is_never_called_fast() -> None:
    talk = Talk()
    talk.speak(600, 150)
    assert talk.fast_since == []


def test_a_fast_sentence_is_not_a_fast_speaker() -> None:
    talk = Talk()
    talk.speak(60, 130)
    talk.speak(10, 260)
    talk.speak(60, 130)
    assert talk.fast_since == []


def test_a_pace_that_stays_above_what_can_be_read_is_told_and_taken_back_once() -> None:
    talk = Talk()
    talk.speak(120, 230)
    (since_s,) = talk.fast_since
    assert FAST_AFTER_S < since_s < FAST_AFTER_S + 15
    talk.speak(120, 120)
    (well_s,) = talk.well_since
    assert well_s >= 120 + WELL_AFTER_S


def test_a_pace_on_the_edge_does_not_flicker() -> None:
    talk = Talk()
    talk.speak(90, 230)
    for pace in (175, 165) * 10:
        talk.speak(10, pace)
    assert len(talk.fast_since) == 1
    assert talk.well_since == []


def test_who_stops_speaking_is_not_fast_any_more() -> None:
    talk = Talk()
    talk.speak(60, 230)
    talk.wait(FORGOTTEN_S + 2)
    assert len(talk.well_since) == 1


@pytest.mark.parametrize(
    ("language", "words_a_minute", "word", "is_fast"),
    [
        ("en", 190, "abcde", True),
        ("en", 165, "abcde", False),
        ("nl", 165, "abcdefg", True),  # longer words: fewer of them can be read
        ("es", 165, "abcde", True),  # its norm allows 15 characters a second
        ("xx", 190, "abcde", True),  # a language without a figure of its own
    ],
)
def test_what_can_be_read_depends_on_the_language(
    language: str, words_a_minute: int, word: str, is_fast: bool
) -> None:
    talk = Talk(language)
    talk.speak(120, words_a_minute, word)
    assert bool(talk.fast_since) is is_fast


def test_languages_without_blanks_have_words_too() -> None:
    assert words_in("今天我们讨论预算", "zh") == 4
    assert words_in("", "zh") == 0
    assert words_in("เราประชุมกันวันนี้", "th") == 5
    assert words_in("three short words", "en") == 3
    assert load_s("", "en") == 0
    assert load_s("abcd", "en") == pytest.approx(5 / READABLE_PER_S)


def test_voices_at_the_same_time_are_counted_for_both_but_a_nod_is_none() -> None:
    meter = PaceMeter()
    meter.accept_final(ONE, "a long sentence of ten seconds", 0.0, 10.0, "en")
    meter.accept_final(TWO, "yes", 4.0, 5.0, "en")
    assert [speaker.overlap for speaker in meter.report(11.0).speakers] == [0.0, 0.0]
    meter.accept_final(TWO, "but I wanted to say", 8.0, 12.0, "en")
    assert [speaker.overlap for speaker in meter.report(13.0).speakers] == [0.2, 0.4]


def test_a_break_is_due_after_an_hour_and_five_silent_minutes_are_one() -> None:
    meter = PaceMeter()
    for minute in range(80):
        now_s = minute * 60.0
        meter.accept_final(ONE, "words", now_s, now_s + 2, "en")
        assert meter.report(now_s + 2).is_break_due is (now_s + 2 >= BREAK_AFTER_S)
    end_s = 79 * 60.0 + 2
    assert not meter.report(end_s + BREAK_S).is_break_due  # they are having it
    meter.accept_final(ONE, "words", end_s + BREAK_S + 1, end_s + BREAK_S + 3, "en")
    assert not meter.report(end_s + BREAK_S + 4).is_break_due


def test_nobody_has_said_anything_yet() -> None:
    pace = PaceMeter().report(7200.0)
    assert (pace.speakers, pace.is_fast, pace.is_break_due) == ((), False, False)
