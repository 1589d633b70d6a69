import pytest

from captioner.domain import ChannelId, MessageId, UtteranceId, UtteranceState
from captioner.store.transcript import (
    DEMO_NOTICE,
    NOTICE,
    UNFINISHED_NOTICE,
    clock_time,
    language_code,
    transcript_of,
)
from tests.fakes.sample_meeting import said, started
from tests.fakes.transcripts import line, transcript


def test_what_was_said_is_in_the_order_in_which_people_began() -> None:
    meeting = started("Anna", "Bram")
    meeting.revise(said("Second.", "u2", channel=2, start_s=5.0), 6.5)
    meeting.revise(said("First.", "u1", channel=1, start_s=1.0), 7.0)
    lines = transcript_of(meeting).lines
    assert [(each.channel, each.text, each.start, each.end) for each in lines] == [
        (1, "First.", 1.0, 2.0),
        (2, "Second.", 5.0, 6.0),
    ]


def test_what_was_deleted_or_withdrawn_is_not_in_it_and_a_correction_is_the_only_text() -> None:
    meeting = started()
    meeting.revise(said("My number is 1234.", "u1"), 2.0)
    meeting.revise(said("", "u2", rev=2), 3.0)
    meeting.revise(said("Tird.", "u3", start_s=5.0), 6.5)
    meeting.delete(UtteranceId("u1"), 7.0)
    meeting.edit(UtteranceId("u3"), "Third.", 8.0)
    (only,) = transcript_of(meeting).lines
    assert (only.text, only.state, only.rev) == ("Third.", "edited", 2)


def test_what_was_typed_stands_between_what_was_said_under_the_name_of_who_typed() -> None:
    meeting = started()
    meeting.revise(said("First.", "u1", start_s=1.0), 2.0)
    meeting.type_message("Eva", "Which date?", 4.0, language="en")
    meeting.type_message("Finn", "Gone", 4.5, MessageId("finns-own"))
    meeting.revise(said("The fourth.", "u2", channel=2, start_s=5.0), 6.5)
    meeting.type_message("Eva", "Thanks", 8.0)
    meeting.delete_message(MessageId("finns-own"), 9.0)
    found = transcript_of(meeting)
    names = found.by_channel
    assert [(names[each.channel].name, each.text) for each in found.lines] == [
        ("Anna", "First."),
        ("Eva (typed)", "Which date?"),
        ("Bram", "The fourth."),
        ("Eva (typed)", "Thanks"),
    ]
    assert [each.name for each in found.speakers] == ["Anna", "Bram", "Eva (typed)"]
    assert (found.language, found.languages) == ("en", ("en",))


def test_a_new_name_stands_on_everything_that_was_said() -> None:
    meeting = started("Speaker 1")
    meeting.revise(said("Hi."), 2.0)
    meeting.rename(ChannelId(1), "Anna", 3.0)
    found = transcript_of(meeting)
    assert found.by_channel[found.lines[0].channel].name == "Anna"


def test_the_notices_say_what_it_is() -> None:
    meeting = started(demo_weights=True)
    assert transcript_of(meeting).notices == (NOTICE, DEMO_NOTICE, UNFINISHED_NOTICE)
    meeting.end(1.0)
    assert transcript_of(meeting).notices == (NOTICE, DEMO_NOTICE)


def test_characters_that_cannot_be_seen_do_not_get_in() -> None:
    """They break files: a line end, a half character, a mark that turns all that follows."""
    meeting = started()
    meeting.revise(said("One\x00\x0b\ntwo \u202ethree\ud800."), 2.0)
    meeting.revise(said("\u200b\u2066", "u2", start_s=4.0), 5.0)
    assert [each.text for each in transcript_of(meeting).lines] == ["One two three ."]


def test_a_caption_that_may_still_change_is_in_it_as_one() -> None:
    meeting = started()
    meeting.revise(said("Good", state=UtteranceState.PARTIAL), 2.0)
    assert transcript_of(meeting).lines[0].state == "partial"


def test_its_language_is_that_of_most_lines() -> None:
    made = transcript(line("a", 0), line("b", 1, language="nl"), line("c", 2, language="nl"))
    assert made.language == "nl"
    assert transcript().language == "en"
    translated = transcript(line("a", 0, translations={"fr": "b"}))
    assert translated.languages == ("en", "fr")


@pytest.mark.parametrize(
    ("text", "code"),
    [("en", "en"), ("pt-BR", "pt-BR"), ("", "und"), ('en" onload="x', "und"), ("en>", "und")],
)
def test_a_language_code_is_a_code_or_unknown(text: str, code: str) -> None:
    assert language_code(text) == code


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "00:00:00"), (59.999, "00:00:59"), (3600.0, "01:00:00"), (360_000.0, "100:00:00")],
)
def test_times_are_hours_minutes_and_seconds(seconds: float, text: str) -> None:
    assert clock_time(seconds) == text
