import pytest

from captioner.captions.meeting import Meeting
from captioner.captions.timeline import Timeline
from captioner.captions.translations import Translation
from captioner.domain import UtteranceId, UtteranceState
from captioner.errors import MeetingError
from tests.fakes.sample_meeting import said, started

PARTIAL, FINAL = UtteranceState.PARTIAL, UtteranceState.FINAL
U1 = UtteranceId("u1")


def dutch(rev: int, text: str, state: UtteranceState = FINAL, language: str = "nl") -> Translation:
    return Translation(U1, rev, language, text, state)


def seqs(timeline: Timeline, *languages: str, since: int = 0) -> list[int]:
    return [entry.seq for entry in timeline.since(since, languages=languages)]


def one_final() -> Meeting:
    """seq 1: live, seq 2: a final."""
    meeting = started()
    meeting.revise(said("Good morning.", rev=3), 1.0)
    return meeting


def test_a_translation_is_an_event_of_its_own_and_says_of_which_revision_it_is() -> None:
    meeting = one_final()
    event = meeting.translate(dutch(3, "Goede\u202e  morgen."), 1.4).event
    assert (event.type, event.seq, event.at) == ("translation", 3, 1.4)
    translation = meeting.timeline.translation(U1, "nl")
    assert translation is event
    assert (translation.rev, translation.text) == (3, "Goede morgen.")
    assert meeting.timeline.translations(U1) == {"nl": "Goede morgen."}


@pytest.mark.parametrize(
    ("translation", "why"),
    [
        (dutch(2, "Goede"), "of an older revision"),
        (dutch(4, "Goede"), "of one that is not here"),
        (dutch(3, "Goede", PARTIAL), "it has its final"),
        (dutch(3, "Good morning.", language="en"), "it is spoken in it"),
        (Translation(UtteranceId("u9"), 1, "nl", "Goede", FINAL), "nobody has said this"),
    ],
)
def test_what_does_not_belong_to_what_is_shown_is_refused(
    translation: Translation, why: str
) -> None:
    meeting = one_final()
    with pytest.raises(MeetingError):
        meeting.translate(translation, 2.0)
    assert meeting.timeline.seq == 2, why


def test_a_partial_goes_with_the_next_partial_too_but_not_behind_a_newer_one() -> None:
    """It is made of stable words: those stay in the next revision."""
    meeting = started()
    meeting.revise(said("We have three open", rev=1, state=PARTIAL), 1.0)
    meeting.revise(said("We have three open questions", rev=2, state=PARTIAL), 2.0)
    meeting.translate(dutch(1, "We hebben", PARTIAL), 2.1)
    meeting.translate(dutch(2, "We hebben drie", PARTIAL), 2.2)
    with pytest.raises(MeetingError):
        meeting.translate(dutch(1, "We hebben", PARTIAL), 2.3)
    assert meeting.timeline.translations(U1) == {}  # a transcript waits for the final
    assert seqs(meeting.timeline, "nl") == [1, 3, 5]


@pytest.mark.parametrize("by_hand", ["edit", "delete"])
def test_what_a_person_changes_takes_its_translations_with_it(by_hand: str) -> None:
    meeting = one_final()
    meeting.translate(dutch(3, "Goede morgen."), 1.4)
    meeting.translate(dutch(3, "Guten Morgen.", language="de"), 1.5)
    if by_hand == "edit":
        meeting.edit(U1, "Good evening.", 3.0)
    else:
        meeting.delete(U1, 3.0)
    lines = "".join(entry.line for entry in meeting.timeline.since(0))
    assert "orgen" not in lines
    assert "Morgen" not in lines
    assert meeting.timeline.translations(U1) == {}
    with pytest.raises(MeetingError):
        meeting.translate(dutch(3, "Goede morgen."), 3.1)


def test_an_edited_caption_is_translated_anew() -> None:
    meeting = one_final()
    meeting.translate(dutch(3, "Goede morgen."), 1.4)
    meeting.edit(U1, "Good evening.", 3.0)
    meeting.translate(dutch(4, "Goede avond."), 3.2)
    assert meeting.timeline.translations(U1) == {"nl": "Goede avond."}


def test_a_withdrawn_caption_has_no_translation() -> None:
    meeting = started()
    meeting.revise(said("We have three", rev=1, state=PARTIAL), 1.0)
    meeting.translate(dutch(1, "We hebben", PARTIAL), 1.1)
    meeting.revise(said("", rev=2), 2.0)
    assert seqs(meeting.timeline, "nl") == [1, 4]
    with pytest.raises(MeetingError):
        meeting.translate(dutch(2, "We hebben drie"), 2.1)


def test_a_partial_translation_stays_until_its_final_comes() -> None:
    meeting = started()
    meeting.revise(said("We have three", rev=1, state=PARTIAL), 1.0)
    meeting.translate(dutch(1, "We hebben", PARTIAL), 1.1)
    meeting.revise(said("We have three.", rev=2), 2.0)
    assert seqs(meeting.timeline, "nl") == [1, 3, 4]
    meeting.translate(dutch(2, "We hebben er drie."), 2.2)
    assert seqs(meeting.timeline, "nl") == [1, 4, 5]


def test_a_reader_is_sent_the_languages_asked_for_and_no_others() -> None:
    meeting = one_final()
    meeting.translate(dutch(3, "Goede morgen."), 1.4)
    meeting.translate(dutch(3, "Guten Morgen.", language="de"), 1.5)
    timeline = meeting.timeline
    assert seqs(timeline) == [1, 2]
    assert seqs(timeline, "nl") == [1, 2, 3]
    assert seqs(timeline, "de", "nl") == [1, 2, 3, 4]
    assert seqs(timeline, "xx") == [1, 2]
    assert seqs(timeline, "de", "nl", since=3) == [4]
    assert [entry.seq for entry in timeline.since(0)] == [1, 2, 3, 4]  # the record wants all
    assert [entry.seq for entry in timeline.since(0, 3, ("de",))] == [1, 2, 4]


def test_whoever_takes_a_few_at_a_time_gets_every_language_in_order() -> None:
    meeting = started()
    for number in range(1, 30):
        utterance = UtteranceId(f"u{number}")
        meeting.revise(said("Hello.", utterance, start_s=float(number)), number)
        for language in ("nl", "de"):
            meeting.translate(Translation(utterance, 1, language, "Hoi.", FINAL), number)
    taken, last = [], 0
    while batch := meeting.timeline.since(last, 4, ("de", "nl")):
        taken += [entry.seq for entry in batch]
        last = taken[-1]
    assert taken == list(range(1, meeting.timeline.seq + 1))
