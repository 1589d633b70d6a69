import pytest

from captioner.captions.events import CaptionRevised
from captioner.captions.statistics import Delays, Statistics, measure
from captioner.domain import ChannelId, UtteranceId


def caption(
    channel: int,
    start: float,
    end: float,
    text: str,
    state: str = "final",
    at: float | None = None,
    rev: int = 1,
) -> CaptionRevised:
    return CaptionRevised(
        seq=1,
        at=end + 0.8 if at is None else at,
        utterance=UtteranceId(f"{channel}-{start}"),
        rev=rev,
        channel=ChannelId(channel),
        state=state,
        text=text,
        stable=0,
        start=start,
        end=end,
        language="en",
    )


def figures(*captions: CaptionRevised) -> Statistics:
    delays = Delays()
    for each in captions:
        delays.accept(each)
    return measure(captions, [ChannelId(1), ChannelId(2)], 60.0, delays)


def test_who_spoke_for_how_long_and_how_fast_in_the_order_of_the_microphones() -> None:
    found = figures(
        caption(2, 0, 30, "word " * 60), caption(1, 30, 36, "too little"), caption(1, 40, 42, "yes")
    )
    first, second = found.speaking
    assert (first.channel, first.seconds, first.utterances, first.words) == (1, 8, 2, 3)
    assert first.words_per_minute is None, "eight seconds tell no pace"
    assert (second.channel, second.words_per_minute) == (2, 120)


def test_whoever_said_nothing_is_there_too() -> None:
    found = figures()
    assert [(each.channel, each.seconds) for each in found.speaking] == [(1, 0), (2, 0)]
    assert (found.first_text, found.final, found.overlap_s) == (None, None, 0.0)


def test_seconds_in_which_several_spoke_count_once() -> None:
    found = figures(caption(1, 0, 10, "a"), caption(2, 4, 6, "b"), caption(2, 9, 12, "c"))
    assert found.overlap_s == pytest.approx(3)


def test_partials_give_the_first_text_and_finals_the_last() -> None:
    found = figures(
        caption(1, 10, 12, "go", "partial", at=11.0), caption(1, 10, 14, "good", at=15.0, rev=2)
    )
    assert found.first_text is not None
    assert found.final is not None
    assert (found.first_text.median_s, found.final.median_s) == (1.0, 1.0)
    assert (found.first_text.p95_s, found.first_text.count) == (1.0, 1)


def test_out_of_a_record_the_first_text_is_not_known_any_more() -> None:
    """Partials are not kept: taking finals for first texts would make captions look late."""
    found = figures(caption(1, 0, 4, "short"), caption(1, 10, 14, "good", rev=5))
    assert found.first_text is None
    assert found.final is not None


def test_the_worst_is_no_worse_than_it_was() -> None:
    early, late = caption(1, 0, 1, "a", at=2), caption(1, 9, 10, "a", at=13)
    found = figures(early, late).final
    assert found is not None
    assert (found.median_s, found.p95_s) == (2.0, 3.0)


def test_corrections_and_what_was_withdrawn_are_no_delays() -> None:
    found = figures(
        caption(1, 0, 4, "", at=5), caption(1, 10, 14, "by hand", "edited", at=500, rev=3)
    )
    assert (found.first_text, found.final) == (None, None)
