import pytest
from hypothesis import given

from captioner.errors import WireError
from captioner.store.layout import (
    LONGEST_GAP_S,
    LONGEST_PARAGRAPH,
    Paragraph,
    View,
    check_view,
    is_right_to_left,
    isolated,
    lay_out,
)
from captioner.store.transcript import Topic, Transcript
from tests.fakes.transcripts import line, transcript, transcripts


def paragraphs(made: Transcript, view: View = View()) -> list[tuple[str, str]]:  # noqa: B008
    return [
        (part.speaker.name, " / ".join(" ".join(run.text for run in runs) for runs in part.columns))
        for part in lay_out(made, view)
        if isinstance(part, Paragraph)
    ]


def test_what_one_person_says_in_a_row_is_one_paragraph() -> None:
    made = transcript(line("One.", 0), line("Two.", 2), line("Yes.", 4, channel=2), line("3.", 6))
    assert paragraphs(made) == [("Anna", "One. Two."), ("Bram", "Yes."), ("Anna", "3.")]


def test_a_long_silence_begins_a_new_paragraph() -> None:
    later = 1 + LONGEST_GAP_S + 0.1
    made = transcript(line("One.", 0), line("Two.", later))
    assert paragraphs(made) == [("Anna", "One."), ("Anna", "Two.")]


def test_a_monologue_is_cut_into_paragraphs_that_can_be_read() -> None:
    made = transcript(*(line("word " * 40 + "end.", float(number)) for number in range(12)))
    lengths = [len(text) for _, text in paragraphs(made)]
    assert len(lengths) == 4
    assert max(lengths) <= LONGEST_PARAGRAPH + 10


def test_a_topic_stands_before_what_is_said_of_it_and_parts_paragraphs() -> None:
    topics = (Topic(2.0, "Budget"), Topic(99.0, "Later"))
    laid_out = lay_out(transcript(line("One.", 0), line("Two.", 2), topics=topics))
    assert [type(part).__name__ for part in laid_out] == [
        "Paragraph",
        "Topic",
        "Paragraph",
        "Topic",
    ]


def test_who_speaks_into_somebody_elses_words_is_marked() -> None:
    made = transcript(line("A long story.", 0, 10), line("Yes!", 4, channel=2), line("So.", 10.5))
    assert [part.overlaps for part in lay_out(made) if isinstance(part, Paragraph)] == [
        False,
        True,
        False,
    ]


def test_taking_the_word_a_little_early_is_no_overlap() -> None:
    made = transcript(line("Done.", 0, 2), line("Next.", 1.8, channel=2))
    assert not any(part.overlaps for part in lay_out(made) if isinstance(part, Paragraph))


def test_nobody_overlaps_with_their_own_words() -> None:
    made = transcript(line("word " * 140, 0, 60), line("More.", 59, 61))
    assert not any(part.overlaps for part in lay_out(made) if isinstance(part, Paragraph))


def test_a_translation_is_read_alone_or_beside_the_original() -> None:
    made = transcript(line("Yes.", 0, translations={"nl": "Ja."}), line("No.", 2))
    assert paragraphs(made, View("nl")) == [("Anna", "Ja. No.")]
    assert paragraphs(made, View("nl", with_original=True)) == [("Anna", "Yes. No. / Ja. No.")]
    (part,) = lay_out(made, View("nl"))
    assert isinstance(part, Paragraph)
    assert [run.language for run in part.columns[0]] == ["nl", "en"]  # what lacks it says so


def test_a_language_that_nothing_is_written_in_is_refused() -> None:
    made = transcript(line("Yes.", 0, translations={"nl": "Ja."}))
    check_view(made, View("nl"))
    check_view(made, View("en"))
    check_view(made, View())
    with pytest.raises(WireError, match=r"'fr'.*: en, nl"):
        check_view(made, View("fr"))


@given(transcripts())
def test_every_utterance_is_in_exactly_one_paragraph_in_order(made: Transcript) -> None:
    laid_out = [part for part in lay_out(made) if isinstance(part, Paragraph)]
    texts = [run.text for part in laid_out for run in part.columns[0]]
    assert texts == [each.text for each in made.lines]


def test_direction_is_that_of_the_first_letter_that_has_one() -> None:
    assert is_right_to_left("«123 שלום Anna")
    assert not is_right_to_left("Anna שלום")
    assert not is_right_to_left("123")


def test_text_of_the_other_direction_is_isolated_in_plain_text() -> None:
    assert isolated("Anna") == "Anna"
    assert isolated("Anna שלום") == "\u2068Anna שלום\u2069"
