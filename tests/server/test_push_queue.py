from dataclasses import replace

from captioner.server.push_queue import MOST_WAITING, PushQueue
from tests.server.test_push_formats import CAPTION


def texts(queue: PushQueue, now_s: float = 0.0) -> list[str]:
    found = []
    while (waiting := queue.first(now_s)) is not None:
        found.append(waiting.caption.text)
        queue.succeed(waiting)
    return found


def test_what_failed_is_tried_again_with_the_same_number() -> None:
    queue = PushQueue(60.0)
    queue.put(CAPTION, 0.0)
    first = queue.first(0.0)
    queue.fail()
    assert queue.first(1.0) is first
    assert queue.number == 1
    assert first is not None
    queue.succeed(first)
    assert (queue.number, len(queue), queue.is_failing) == (2, 0, False)


def test_pauses_grow_and_have_an_end() -> None:
    queue = PushQueue(60.0)
    assert [queue.fail() for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_a_dead_target_costs_no_more_memory_than_the_limit() -> None:
    queue = PushQueue(1e9)
    for number in range(MOST_WAITING + 5):
        queue.put(replace(CAPTION, text=str(number)), 0.0)
    assert (len(queue), queue.lost) == (MOST_WAITING, 5)
    assert texts(queue)[0] == "5"


def test_what_is_too_old_is_not_sent_any_more() -> None:
    queue = PushQueue(30.0)
    queue.put(replace(CAPTION, text="old"), 0.0)
    queue.put(replace(CAPTION, text="new"), 20.0)
    assert texts(queue, 31.0) == ["new"]
    assert (queue.lost, queue.number) == (1, 2)


def test_what_made_room_while_it_was_being_sent_is_not_taken_for_another() -> None:
    queue = PushQueue(1e9)
    queue.put(replace(CAPTION, text="0"), 0.0)
    sent = queue.first(0.0)
    for number in range(1, MOST_WAITING + 1):
        queue.put(replace(CAPTION, text=str(number)), 0.0)
    assert sent is not None
    queue.succeed(sent)
    assert texts(queue)[0] == "1"


def test_what_is_on_its_way_may_have_arrived_and_is_not_tried_again() -> None:
    queue = PushQueue(60.0)
    queue.put(CAPTION, 0.0)
    queue.first(0.0)
    assert queue.forget("u1") is False
    queue.fail()
    assert queue.first(1.0) is None


def test_what_a_person_took_back_before_it_was_sent_is_never_sent() -> None:
    queue = PushQueue(60.0)
    queue.put(CAPTION, 0.0)
    queue.put(replace(CAPTION, utterance="u2", text="Stays."), 0.0)
    assert queue.forget("u1") is True
    assert queue.forget("u1") is False
    assert texts(queue) == ["Stays."]
