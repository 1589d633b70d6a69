from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from captioner.asr.batching import LARGEST_BATCH, DecodeQueue
from captioner.asr.engine import DecodeKind, DecodeRequest
from tests.fakes.sample_requests import request

PARTIAL, FINAL = DecodeKind.PARTIAL, DecodeKind.FINAL


def short(channel: int, utterance: str, kind: DecodeKind, attempt: int = 1) -> DecodeRequest:
    return request(channel, utterance, kind, length_s=0.001, attempt=attempt)


def names(batch: tuple[DecodeRequest, ...]) -> list[str]:
    return [f"{each.utterance} {each.kind}" for each in batch]


def test_an_empty_queue_gives_an_empty_batch() -> None:
    queue = DecodeQueue()
    assert queue.choose_batch() == ()
    assert len(queue) == 0


def test_finals_go_before_partials() -> None:
    queue = DecodeQueue()
    queue.accept(short(1, "a", PARTIAL))
    queue.accept(short(2, "b", FINAL))
    assert len(queue) == 2
    assert names(queue.choose_batch()) == ["b final", "a partial"]
    assert len(queue) == 0


def test_finals_of_one_channel_keep_their_order_one_a_batch() -> None:
    queue = DecodeQueue()
    for utterance in ("a1", "a2", "a3"):
        queue.accept(short(1, utterance, FINAL))
    queue.accept(short(2, "b1", FINAL))
    assert names(queue.choose_batch()) == ["a1 final", "b1 final"]
    assert names(queue.choose_batch()) == ["a2 final"]
    assert names(queue.choose_batch()) == ["a3 final"]


def test_a_newer_partial_takes_the_place_of_an_older_one_and_is_counted() -> None:
    queue = DecodeQueue()
    old, new = short(1, "a", PARTIAL), short(1, "a", PARTIAL)
    queue.accept(old)
    queue.accept(short(2, "b", PARTIAL))
    queue.accept(new)
    assert queue.shed == 1
    batch = queue.choose_batch()
    assert batch[0] is new, "and keeps the place in the line of the one it replaces"
    assert len(batch) == 2


def test_a_final_takes_the_place_of_its_partial_only() -> None:
    queue = DecodeQueue()
    queue.accept(short(1, "a", PARTIAL))
    queue.accept(short(1, "a", FINAL))
    assert names(queue.choose_batch()) == ["a final"]
    queue.accept(short(1, "b", PARTIAL))
    queue.accept(short(1, "a", FINAL))
    assert names(queue.choose_batch()) == ["a final"]
    assert names(queue.choose_batch()) == ["b partial"]


def test_a_partial_waits_while_a_final_of_its_channel_does() -> None:
    queue = DecodeQueue()
    queue.accept(short(1, "a1", FINAL))
    queue.accept(short(1, "a2", FINAL))
    queue.accept(short(1, "a3", PARTIAL))
    assert [names(queue.choose_batch()) for _ in range(3)] == [
        ["a1 final"],
        ["a2 final"],
        ["a3 partial"],
    ]


def test_a_final_that_is_tried_again_goes_before_the_later_ones_of_its_channel() -> None:
    queue = DecodeQueue()
    queue.accept(short(2, "b1", FINAL))
    queue.accept(short(1, "a2", FINAL))
    queue.accept(short(1, "a1", FINAL, attempt=2))
    assert names(queue.choose_batch()) == ["a1 final", "b1 final"]
    assert names(queue.choose_batch()) == ["a2 final"]


def test_more_channels_than_a_batch_holds_take_turns() -> None:
    queue = DecodeQueue()
    for channel in range(1, LARGEST_BATCH + 4):
        queue.accept(short(channel, f"u{channel}", PARTIAL))
    first = queue.choose_batch()
    assert len(first) == LARGEST_BATCH
    for channel in range(1, LARGEST_BATCH + 1):
        queue.accept(short(channel, f"u{channel}", PARTIAL))
    assert [each.channel for each in queue.choose_batch()][:3] == [9, 10, 11]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("speak"), st.integers(1, 12)),
        st.tuples(st.just("end"), st.integers(1, 12)),
        st.tuples(st.just("batch"), st.sampled_from(["well", "badly"])),
    ),
    max_size=80,
)


@given(steps=STEPS)
def test_no_final_is_dropped_or_overtaken_and_nobody_is_starved(
    steps: list[tuple[str, int | str]],
) -> None:
    """Against a model: each channel's finals come out once and in order, a failed one again before
    the next; whoever waits is in a batch after as many batches as finals were before them."""
    queue = DecodeQueue()
    awaited: dict[int, deque[str]] = {channel: deque() for channel in range(1, 13)}
    numbers = dict.fromkeys(awaited, 1)

    def take(outcome: str) -> tuple[DecodeRequest, ...]:
        batch = queue.choose_batch()
        assert len(batch) <= LARGEST_BATCH
        assert len({each.channel for each in batch}) == len(batch)
        kinds = [each.kind for each in batch]
        assert kinds == sorted(kinds), "finals first"
        for each in batch:
            line = awaited[each.channel]
            if each.kind is PARTIAL:
                assert not line, "a partial of a later utterance went before a final"
                assert each.utterance == f"{each.channel}-{numbers[each.channel]}"
            else:
                assert each.utterance == line[0]
                if outcome == "badly" and each.attempt < 3:
                    queue.accept(
                        short(each.channel, each.utterance, FINAL, attempt=each.attempt + 1)
                    )
                else:
                    line.popleft()
        return batch

    for action, value in steps:
        if isinstance(value, str):
            take(value)
            continue
        utterance = f"{value}-{numbers[value]}"
        if action == "speak":
            queue.accept(short(value, utterance, PARTIAL))
        else:
            queue.accept(short(value, utterance, FINAL))
            awaited[value].append(utterance)
            numbers[value] += 1
    waiting = len(queue)
    taken = 0
    while batch := take("well"):
        taken += len(batch)
    assert taken == waiting
    assert len(queue) == 0
    assert not any(awaited.values())


def test_what_is_dropped_is_not_decoded() -> None:
    queue = DecodeQueue()
    queue.accept(short(1, "u1", DecodeKind.FINAL))
    queue.accept(short(2, "u2", DecodeKind.PARTIAL))
    queue.drop()
    assert (len(queue), queue.choose_batch()) == (0, ())
