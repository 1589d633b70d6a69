import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.captions.events import CaptionRevised, MessageTyped, NumberedEvent
from captioner.captions.timeline import Entry, Timeline
from captioner.domain import ChannelId, MessageId, MessageState, UtteranceId


def caption(
    seq: int, utterance: str = "u1", text: str = "Hello.", state: str = "partial", **more: Any
) -> CaptionRevised:
    values: dict[str, Any] = {
        "seq": seq,
        "at": float(seq),
        "utterance": UtteranceId(utterance),
        "rev": seq,
        "channel": ChannelId(1),
        "state": state,
        "text": text,
        "stable": 0,
        "start": 0.0,
        "end": 1.0,
        "language": "en",
    }
    return CaptionRevised(**(values | more))


def message(seq: int) -> MessageTyped:
    return MessageTyped(
        seq=seq,
        at=float(seq),
        message=MessageId(f"m{seq}"),
        name="Eva",
        text=f"message {seq}",
        state=MessageState.TYPED,
    )


def filled(*numbered: NumberedEvent) -> Timeline:
    timeline = Timeline()
    for event in numbered:
        timeline.append(event)
    return timeline


def numbers(entries: list[Entry]) -> list[int]:
    return [entry.seq for entry in entries]


def test_an_entry_carries_the_line_that_goes_out_for_its_event() -> None:
    entry = Timeline().append(message(1))
    assert json.loads(entry.line)["text"] == "message 1"
    assert entry.seq == 1


@pytest.mark.parametrize("seq", [4, 3, 0, -1])
def test_numbers_must_rise(seq: int) -> None:
    timeline = filled(message(4))
    with pytest.raises(ValueError, match="seq must rise"):
        timeline.append(message(seq))
    assert timeline.seq == 4
    assert numbers(timeline.since(0)) == [4]


def test_since_gives_what_came_after_in_order() -> None:
    timeline = filled(message(1), caption(2, "a"), message(3), caption(7, "b", state="final"))
    assert numbers(timeline.since(0)) == [1, 2, 3, 7]
    assert numbers(timeline.since(2)) == [3, 7]
    assert timeline.since(7) == timeline.since(99) == []


def test_a_limit_cuts_the_oldest_first_also_among_partials() -> None:
    timeline = filled(caption(1, "a"), message(2), caption(3, "b"), message(4))
    assert numbers(timeline.since(0, 2)) == [1, 2]
    assert numbers(timeline.since(2, 1)) == [3]
    assert timeline.since(0, 0) == []


def test_superseded_partials_are_gone() -> None:
    timeline = filled(caption(1), message(2), caption(3))
    assert numbers(timeline.since(0)) == [2, 3]
    timeline.append(caption(4, state="final"))
    assert numbers(timeline.since(0)) == [2, 4]


@pytest.mark.parametrize(("state", "text"), [("deleted", ""), ("edited", "My number is secret.")])
def test_a_text_that_a_person_removed_is_nowhere(state: str, text: str) -> None:
    timeline = filled(
        message(1),
        caption(2, "a", "My number is 12"),
        caption(3, "a", "My number is 1234.", "final"),
        caption(4, "b", "Thanks.", "final"),
        caption(5, "a", text, state),
    )
    assert numbers(timeline.since(0)) == [1, 4, 5]
    assert "12" not in "".join(entry.line for entry in timeline.since(0))
    assert "12" not in "".join(each.text for each in timeline.captions())
    newest = timeline.caption(UtteranceId("a"))
    assert newest is not None
    assert newest.text == text


def test_a_message_that_was_deleted_is_nowhere_and_its_id_stays_known() -> None:
    gone = MessageTyped(
        seq=4, at=4.0, message=MessageId("m2"), name="", text="", state=MessageState.DELETED
    )
    timeline = filled(message(1), message(2), message(3))
    assert [each.seq for each in timeline.messages()] == [1, 2, 3]
    timeline.append(gone)
    assert numbers(timeline.since(0)) == [1, 3, 4]
    assert "message 2" not in "".join(entry.line for entry in timeline.since(0))
    assert [each.seq for each in timeline.messages()] == [1, 3]
    assert timeline.message(MessageId("m2")) == gone
    assert timeline.message(MessageId("m9")) is None


def test_an_edit_of_an_edit_leaves_only_the_last() -> None:
    timeline = filled(
        caption(1, "a", "one", "final"),
        caption(2, "a", "two", "edited"),
        caption(3, "a", "", "deleted"),
    )
    assert numbers(timeline.since(0)) == [3]


def test_captions_are_ordered_by_when_they_began_and_the_empty_left_out() -> None:
    timeline = filled(
        caption(1, "late", "second", "final", start=9.0),
        caption(2, "early", "first", "final", start=3.0),
        caption(3, "gone", "", "final", start=1.0),
    )
    assert [each.text for each in timeline.captions()] == ["first", "second"]


def test_captions_that_began_together_keep_their_order_when_one_is_edited() -> None:
    timeline = filled(
        caption(1, "b", "two", "final", channel=ChannelId(2)),
        caption(2, "a", "one", "final", channel=ChannelId(1)),
    )
    assert [each.text for each in timeline.captions()] == ["one", "two"]
    timeline.append(caption(3, "a", "one!", "edited", channel=ChannelId(1)))
    assert [each.text for each in timeline.captions()] == ["one!", "two"]


def test_an_utterance_nobody_knows_has_no_caption() -> None:
    assert Timeline().caption(UtteranceId("u9")) is None


def test_ten_thousand_partials_of_one_utterance_keep_one_entry() -> None:
    """Memory grows with what was said, not with how often it was revised."""
    timeline = filled(*(caption(seq, text="x" * (seq % 9 + 1)) for seq in range(1, 10_001)))
    assert numbers(timeline.since(0)) == [10_000]
    assert sum(len(part) for part in vars(timeline).values() if hasattr(part, "__len__")) == 2


STORIES = st.lists(
    st.tuples(
        st.sampled_from(["u1", "u2", "u3", "u4", ""]),
        st.sampled_from(["partial", "partial", "final", "edited", "deleted"]),
        st.integers(1, 3),
    ),
    max_size=40,
)


def story(steps: list[tuple[str, str, int]]) -> list[NumberedEvent]:
    """Events in a lawful order: partials, one final, then a person's changes; gaps in `seq`."""
    seq = 0
    settled: dict[str, str] = {}
    told: list[NumberedEvent] = []
    for utterance, wanted, gap in steps:
        seq += gap
        before = settled.get(utterance, "partial")
        if not utterance:
            told.append(message(seq))
        elif before != "deleted":
            state = wanted
            if before == "partial" and wanted in ("edited", "deleted"):
                state = "final"
            elif before != "partial" and wanted in ("partial", "final"):
                state = "edited"
            settled[utterance] = state
            text = "" if state == "deleted" else f"text {seq}"
            told.append(caption(seq, utterance, text, state))
    return told


def shown_by(lines: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """What a viewer's page shows after these events: each utterance's newest state and text."""
    page: dict[str, tuple[str, str]] = {}
    for body in lines:
        if body["type"] == "caption":
            page[body["utterance"]] = (body["state"], body["text"])
    return {utterance: seen for utterance, seen in page.items() if seen[1]}


@given(steps=STORIES, seed=st.integers(0, 2**32))
def test_any_viewer_that_reads_now_and_then_ends_with_the_same_captions(
    steps: list[tuple[str, str, int]], seed: int
) -> None:
    """Viewers that read at random moments, in pieces of random size, against a plain list."""
    chance = random.Random(seed)
    timeline = Timeline()
    everything: list[dict[str, Any]] = []
    viewers: list[list[dict[str, Any]]] = [[] for _ in range(3)]
    places = [0, 0, 0]

    def read(number: int, limit: int | None) -> int:
        entries = timeline.since(places[number], limit)
        assert limit is None or len(entries) <= limit
        viewers[number] += [json.loads(entry.line) for entry in entries]
        places[number] = entries[-1].seq if entries else places[number]
        return len(entries)

    for event in story(steps):
        everything.append(json.loads(timeline.append(event).line))
        for number in range(3):
            if chance.random() < 0.4:
                read(number, chance.choice([1, 2, 5, None]))
    for number in range(3):
        while read(number, chance.choice([1, 2, None])):
            pass

    newest = everything[-1]["seq"] if everything else 0
    plain = [
        body
        for index, body in enumerate(everything)
        if body["type"] != "caption" or not _is_superseded(body, everything[index + 1 :])
    ]
    assert [json.loads(entry.line) for entry in timeline.since(0)] == plain
    for number, lines in enumerate(viewers):
        seqs = [body["seq"] for body in lines]
        assert seqs == sorted(set(seqs)), "in order, nothing twice"
        assert shown_by(lines) == shown_by(everything)
        assert places[number] == newest
        messages = [body for body in everything if body["type"] == "message"]
        assert [body for body in lines if body["type"] == "message"] == messages


def _is_superseded(body: dict[str, Any], later: list[dict[str, Any]]) -> bool:
    """A partial by any later revision, a final or edit by a person's later one."""
    return any(
        after["type"] == "caption"
        and after["utterance"] == body["utterance"]
        and (body["state"] == "partial" or after["state"] in ("edited", "deleted"))
        for after in later
    )
