import random

import pytest

from captioner.captions.events import CaptionRevised, MessageTyped
from captioner.captions.timeline import Entry, Timeline
from captioner.domain import ChannelId, MessageId, UtteranceId
from captioner.server.fanout import Cursor

EPOCH = "e1"


def say(timeline: Timeline, utterance: str, rev: int, state: str, text: str = "words") -> Entry:
    return timeline.append(
        CaptionRevised(
            seq=timeline.seq + 1,
            at=0.0,
            utterance=UtteranceId(utterance),
            rev=rev,
            channel=ChannelId(1),
            state=state,
            text=text,
            stable=0,
            start=0.0,
            end=1.0,
            language="en",
        )
    )


def talk(timeline: Timeline) -> None:
    for number in range(1, 6):
        for rev in range(1, 4):
            say(timeline, f"u{number}", rev, "partial")
        say(timeline, f"u{number}", 4, "final")


@pytest.mark.parametrize(
    ("since", "epoch", "first"),
    [
        (0, None, 4),
        (0, EPOCH, 4),
        (4, EPOCH, 8),
        (4, None, 8),
        (20, EPOCH, None),
        (21, EPOCH, 4),  # more than there is: the number is of another meeting's life
        (4, "e0", 4),  # a number of another epoch says nothing
        (20, "", 4),
    ],
)
def test_a_place_counts_only_in_its_own_epoch_and_up_to_the_newest_number(
    since: int, epoch: str | None, first: int | None
) -> None:
    timeline = Timeline()
    talk(timeline)
    taken = Cursor(timeline, EPOCH, since, epoch).take(100)
    assert (taken[0].seq if taken else None) == first


def test_a_slow_viewer_skips_superseded_partials_and_no_final() -> None:
    timeline = Timeline()
    cursor = Cursor(timeline, EPOCH, 0, None)
    say(timeline, "u1", 1, "partial")
    assert [entry.seq for entry in cursor.take(10)] == [1]
    say(timeline, "u1", 2, "partial")
    say(timeline, "u1", 3, "partial")
    say(timeline, "u1", 4, "final")
    say(timeline, "u2", 1, "partial")
    say(timeline, "u2", 2, "partial")
    assert [entry.seq for entry in cursor.take(10)] == [4, 6]
    assert cursor.take(10) == []


def test_whoever_takes_a_few_at_a_time_gets_the_same_in_order() -> None:
    timeline = Timeline()
    talk(timeline)
    cursor, taken = Cursor(timeline, EPOCH, 0, None), []
    while entries := cursor.take(2):
        assert len(entries) <= 2
        taken += [entry.seq for entry in entries]
    assert taken == [4, 8, 12, 16, 20]


@pytest.mark.parametrize("seed", range(20))
def test_however_slowly_somebody_reads_they_end_with_the_same_captions(seed: int) -> None:
    chance = random.Random(seed)
    timeline = Timeline()
    cursor = Cursor(timeline, EPOCH, 0, None)
    revs: dict[str, int] = {}
    finals: set[str] = set()
    got: list[Entry] = []
    for _ in range(400):
        if chance.random() < 0.1:
            seq = timeline.seq + 1
            own = MessageId(f"m{seq}")
            timeline.append(
                MessageTyped(seq=seq, at=0.0, message=own, name="A", text="hm", state="typed")
            )
        else:
            utterance = f"u{chance.randrange(30)}"
            if utterance in finals:
                continue
            revs[utterance] = revs.get(utterance, 0) + 1
            state = "final" if chance.random() < 0.3 else "partial"
            if state == "final":
                finals.add(utterance)
            say(timeline, utterance, revs[utterance], state, f"{utterance} {revs[utterance]}")
        if chance.random() < 0.2:
            got += cursor.take(chance.choice((1, 3, 64)))
    while entries := cursor.take(3):
        got += entries
    numbers = [entry.seq for entry in got]
    assert numbers == sorted(set(numbers))
    newest = {
        entry.event.utterance: entry.event.text
        for entry in got
        if isinstance(entry.event, CaptionRevised)
    }
    assert newest == {caption.utterance: caption.text for caption in timeline.captions()}
    captions = [entry.event for entry in got if isinstance(entry.event, CaptionRevised)]
    ended = [caption.utterance for caption in captions if caption.state == "final"]
    assert sorted(ended) == sorted(finals)
    assert sum(e.event.type == "message" for e in got) == sum(
        e.event.type == "message" for e in timeline.since(0)
    )
