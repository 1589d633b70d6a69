from hypothesis import given

from captioner.store.formats.txt import render
from captioner.store.layout import ORIGINAL, View
from captioner.store.transcript import NOTICE, UNFINISHED_NOTICE, Topic, Transcript
from tests.fakes.transcripts import line, transcript, transcripts


def body(made: Transcript, view: View = ORIGINAL) -> list[str]:
    return render(made, view).split("\n\n", 1)[1].splitlines()


def test_the_head_says_what_it_is_before_anything_that_was_said() -> None:
    head = render(transcript(line("Hi.", 1), ended=False), ORIGINAL).splitlines()
    assert head[0] == "Planning"
    assert head[1].startswith("2025-03-0")
    assert head[2:5] == [NOTICE, UNFINISHED_NOTICE, ""]


def test_a_turn_is_a_line_with_time_and_speaker() -> None:
    made = transcript(
        line("First.", 1, 6),
        line("Second.", 5, channel=2),
        line("Third.", 3661, state="edited"),
        line("Go", 3700, state="partial"),
        topics=(Topic(3000, "Budget"),),
    )
    assert body(made) == [
        "[00:00:01] Anna: First.",
        "[00:00:05] Bram (overlap): Second.",
        "",
        "== Budget ==",
        "",
        "[01:01:01] Anna: Third. (edited)",
        "[01:01:40] Anna: Go …",
    ]


def test_both_languages_stand_one_under_the_other() -> None:
    made = transcript(line("Yes.", 0, translations={"nl": "Ja."}))
    assert body(made, View("nl", with_original=True)) == [
        "[00:00:00] Anna: Yes.",
        "    [nl] Ja.",
    ]
    assert body(made, View("nl")) == ["[00:00:00] Anna: Ja."]


def test_a_name_in_hebrew_does_not_turn_the_line_around() -> None:
    made = transcript(line("שלום", 1), names=("נועה",))
    assert body(made) == ["[00:00:01] \u2068נועה\u2069: \u2068שלום\u2069"]


@given(transcripts())
def test_nobody_can_put_words_into_somebody_elses_mouth(made: Transcript) -> None:
    """A line end in a name would do it."""
    lines = render(made, ORIGINAL).splitlines()
    assert len([each for each in lines if each.startswith("[00:")]) <= len(made.lines)
    lines[0].encode()
