"""The figures that everything is judged by must themselves be right."""

import pytest

from captioner.scoring import (
    Reference,
    median,
    percentile,
    score_events,
    split_words,
    word_distance,
)

SAID = [Reference(1, 1.0, 3.0, "We have three open questions.")]


def caption(seq: int, text: str, state: str = "partial", **other: object) -> dict[str, object]:
    """A caption event of utterance u on channel 1, whose rev is its seq."""
    return {
        "type": "caption",
        "seq": seq,
        "at": float(seq),
        "utterance": "u",
        "rev": seq,
        "channel": 1,
        "state": state,
        "text": text,
        "stable": 0,
        "start": 1.0,
        "end": 3.0,
        **other,
    }


def test_perfect_captions_have_no_errors() -> None:
    score = score_events(
        SAID, [caption(2, "We have"), caption(4, "We have three open questions", "final")]
    )
    assert score.errors == score.missed == score.unfinished == score.broken == 0
    assert (score.words, score.finals, score.erasure) == (5, 1, 0.0)
    assert score.first_text == (1.0,)
    assert score.final == (1.0,)


def test_a_word_under_the_wrong_name_counts_twice() -> None:
    said = [*SAID, Reference(2, 5.0, 6.0, "Okay then")]
    wrong = caption(4, "We have three open questions okay then", "final", end=6.0)
    assert score_events(said, [wrong]).errors == 4


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("a b c", "a b c", 0),
        ("a b c", "a x c", 1),
        ("a b c", "a c", 1),
        ("a b c", "a b b c", 1),
        ("", "a b", 2),
        ("a b", "", 2),
        ("a b c d", "b c d a", 2),
    ],
)
def test_word_distance_is_levenshteins(said: str, heard: str, errors: int) -> None:
    assert word_distance(said.split(), heard.split()) == errors


def test_words_taken_back_are_erasure() -> None:
    events = [
        caption(1, "We have tree"),
        caption(2, "We have three"),
        caption(3, "We have three open questions", "final"),
    ]
    assert score_events(SAID, events).erasure == pytest.approx(1 / 5)


def test_a_caption_without_a_final_is_unfinished_and_its_words_erased() -> None:
    score = score_events(SAID, [caption(1, "We have")])
    assert (score.unfinished, score.missed, score.errors) == (1, 1, 5)


def test_a_withdrawn_caption_is_no_final() -> None:
    score = score_events(SAID, [caption(1, "We have"), caption(2, "", "final")])
    assert (score.finals, score.missed, score.broken, score.unfinished) == (0, 1, 0, 0)


@pytest.mark.parametrize(
    "broken",
    [
        [caption(1, "We have", "final"), caption(2, "We have three")],
        [caption(1, "We have", "final"), caption(2, "We have three", "final")],
        [caption(2, "We"), caption(1, "We have", rev=3, at=2.0)],
        [caption(1, "We", rev=2), caption(2, "We have", rev=2)],
        [caption(1, "We", at=5.0), caption(2, "We have", at=4.0)],
        [caption(1, "We have", stable=7), caption(2, "He has")],
    ],
    ids=[
        "partial after final",
        "two finals",
        "seq falls",
        "rev stays",
        "at falls",
        "stable changes",
    ],
)
def test_every_broken_promise_is_counted(broken: list[dict[str, object]]) -> None:
    assert score_events(SAID, broken).broken == 1


def test_a_persons_edit_breaks_nothing() -> None:
    events = [caption(1, "We have", "final"), caption(2, "We had", "edited")]
    assert score_events(SAID, events).broken == 0


def test_turns_close_together_are_one_for_latency() -> None:
    said = [Reference(1, 1.0, 2.0, "We have"), Reference(1, 2.5, 3.0, "three open questions")]
    score = score_events(said, [caption(4, "We have three open questions", "final")])
    assert score.final == (1.0,)


def test_other_events_are_not_captions() -> None:
    score = score_events(SAID, [{"type": "status", "seq": 1, "at": 0.0, "state": "live"}])
    assert score.finals == 0


def test_statistics_of_nothing_are_none() -> None:
    assert median([]) is None
    assert percentile([], 0.95) is None
    assert percentile([3.0, 1.0, 2.0], 0.95) == 3.0
    assert split_words("It’s 5 o'clock, Anna!") == ["it's", "5", "o'clock", "anna"]
