import pytest

from captioner.domain import UtteranceId
from captioner.translate.schedule import MOST_IN_A_BATCH, MOST_WAITING, Job, Schedule, Urgency


def job(number: int, urgency: Urgency = Urgency.FINAL, *, rev: int = 1, target: str = "nl") -> Job:
    return Job(UtteranceId(f"u{number}"), rev, "en", target, f"text {number}", urgency)


def numbers(batch: list[Job]) -> list[int]:
    return [int(each.utterance[1:]) for each in batch]


def filled(*jobs: Job) -> Schedule:
    schedule = Schedule()
    for each in jobs:
        schedule.put(each)
    return schedule


def test_what_has_just_been_said_goes_first_then_what_is_being_said_then_the_past() -> None:
    schedule = filled(
        job(5, Urgency.TRANSCRIPT),
        job(4, Urgency.SCROLLED),
        job(3, Urgency.HISTORY),
        job(2, Urgency.PARTIAL),
        job(1),
    )
    assert [numbers(schedule.take()) for _ in range(6)] == [[1], [2], [3], [4], [5], []]


def test_a_batch_is_of_one_pair_of_languages_in_the_order_in_which_they_came() -> None:
    schedule = filled(job(1), job(2, target="de"), job(3), job(4, target="de"))
    assert numbers(schedule.take()) == [1, 3]
    assert numbers(schedule.take()) == [2, 4]


@pytest.mark.parametrize("urgency", Urgency)
def test_a_batch_is_short_so_that_a_final_waits_for_little(urgency: Urgency) -> None:
    schedule = filled(*(job(number, urgency) for number in range(60)))
    assert len(schedule.take()) == MOST_IN_A_BATCH[urgency]


def test_while_captions_are_late_only_finals_are_given_out() -> None:
    schedule = filled(job(1, Urgency.PARTIAL), job(2), job(3, Urgency.HISTORY))
    assert numbers(schedule.take(only_finals=True)) == [2]
    assert schedule.take(only_finals=True) == []
    assert len(schedule) == 2


def test_a_newer_revision_replaces_what_waits_and_an_older_one_is_forgotten() -> None:
    schedule = filled(job(1, Urgency.PARTIAL, rev=3), job(1, rev=4), job(1, Urgency.PARTIAL, rev=2))
    (only,) = schedule.take()
    assert (only.rev, only.urgency) == (4, Urgency.FINAL)
    assert len(schedule) == 0


def test_the_more_urgent_reason_wins_for_the_same_revision() -> None:
    schedule = filled(job(1, Urgency.TRANSCRIPT), job(1, Urgency.HISTORY), job(1, Urgency.SCROLLED))
    (only,) = schedule.take()
    assert only.urgency is Urgency.HISTORY


def test_what_is_withdrawn_or_read_by_nobody_is_not_translated() -> None:
    schedule = filled(job(1), job(2), job(3, target="de"), job(4, Urgency.TRANSCRIPT, target="fr"))
    schedule.forget(UtteranceId("u1"))
    schedule.forget_unread(["nl"])
    assert [numbers(schedule.take()) for _ in range(3)] == [[2], [4], []]


def test_what_waits_is_bounded_and_what_is_given_up_is_counted() -> None:
    schedule = filled(*(job(number) for number in range(MOST_WAITING[Urgency.FINAL] + 3)))
    assert schedule.dropped == 3
    assert numbers(schedule.take())[0] == 3
    left = MOST_WAITING[Urgency.FINAL] - MOST_IN_A_BATCH[Urgency.FINAL]
    assert schedule.waiting() == {"nl": left}
