from captioner.store.completing import completed, lacking
from tests.fakes.transcripts import line, transcript


def test_what_is_spoken_in_a_language_or_there_already_is_not_lacking() -> None:
    made = transcript(
        line("Yes.", 1),
        line("Ja.", 2, language="nl"),
        line("No.", 3, translations={"nl": "Nee."}),
        line("Perhaps", 4, state="partial"),
    )
    assert [each.text for each in lacking(made, "nl")] == ["Yes."]


def test_a_completed_transcript_has_its_texts_and_says_what_is_missing() -> None:
    made = transcript(line("Yes.", 1, translations={"de": "Ja!"}), line("No.", 2))
    first = made.lines[0]
    done = completed(made, "nl", {first.utterance: "Ja."}, "1 is missing.")
    assert done.lines[0].translations == {"de": "Ja!", "nl": "Ja."}
    assert done.lines[1] == made.lines[1]
    assert done.notices[-1] == "1 is missing."
    assert completed(made, "nl", {}).notices == made.notices
