import pytest

from captioner.captions.edits import revised_by_hand
from captioner.domain import UtteranceId, UtteranceState
from captioner.errors import MeetingError, StaleEditError
from tests.fakes.sample_meeting import said, started

U1 = UtteranceId("u1")


def test_a_correction_keeps_everything_but_the_text() -> None:
    meeting = started()
    meeting.revise(said("Mister Rong"), 2.0)
    known = meeting.timeline.caption(U1)
    edited = revised_by_hand(known, UtteranceState.EDITED, "Mister Wrong", 9, 3.0)
    assert known is not None
    assert (edited.rev, edited.text, edited.stable) == (known.rev + 1, "Mister Wrong", 12)
    assert (edited.start, edited.end, edited.channel) == (known.start, known.end, known.channel)
    assert (edited.seq, edited.at) == (9, 3.0)


@pytest.mark.parametrize("state", [UtteranceState.PARTIAL, None])
def test_only_what_is_final_is_changed_by_hand(state: UtteranceState | None) -> None:
    meeting = started()
    if state is not None:
        meeting.revise(said("We", state=state), 1.0)
    with pytest.raises(MeetingError):
        revised_by_hand(meeting.timeline.caption(U1), UtteranceState.DELETED, "", 9, 3.0)


def test_of_two_hosts_who_correct_one_line_the_second_is_shown_what_the_first_made_of_it() -> None:
    meeting = started()
    meeting.revise(said("We have thre questions", rev=4), 3.0)
    meeting.edit(UtteranceId("u1"), "We have three questions", 4.0, rev=4)
    with pytest.raises(StaleEditError) as raised:
        meeting.edit(UtteranceId("u1"), "We have tree questions", 5.0, rev=4)
    assert raised.value.code == "stale_edit"
    assert (raised.value.text, raised.value.rev) == ("We have three questions", 5)
    meeting.edit(UtteranceId("u1"), "We had three questions", 6.0, rev=5)
    meeting.edit(UtteranceId("u1"), "whatever it says now", 7.0)
