from captioner.domain import UtteranceId, UtteranceState
from captioner.store.live_text import live_line
from tests.fakes.sample_meeting import said, started


def test_a_final_is_a_line_and_what_a_person_changed_is_another() -> None:
    meeting = started()
    entries = [
        meeting.revise(said("Go", state=UtteranceState.PARTIAL), 1.5),
        meeting.revise(said("Good day.", rev=2), 2.0),
        meeting.edit(UtteranceId("u1"), "Good\nday!", 3.0),
        meeting.delete(UtteranceId("u1"), 4.0),
        meeting.revise(said("", "u2"), 5.0),
        meeting.end(6.0),
    ]
    assert [live_line(entry.event, "Anna") for entry in entries] == [
        None,
        "[00:00:01] Anna: Good day.",
        "[00:00:01] Anna (corrected): Good day!",
        "[00:00:01] Anna (removed):",
        None,
        None,
    ]
