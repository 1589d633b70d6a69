import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from captioner.bench.bleed import (
    FRAME_COLUMNS,
    Flags,
    bleed_charts,
    count_frames,
    count_words,
    join_rows,
    match_words,
)
from captioner.bench.tables import render_table
from captioner.scoring import Reference

ANNA, BRAM = 1, 2
ASKED = Reference(ANNA, 1.0, 3.0, "Who will review the contract?")
SAID = Reference(BRAM, 3.5, 5.5, "Finance pays us.")
FRAMES = 200


def truth(*spoken: Sequence[tuple[int, int]]) -> Flags:
    """What every microphone may hear, when its channels are in step."""
    speaks = np.zeros((len(spoken), FRAMES), bool)
    for speaker, stretches in enumerate(spoken):
        for first, last in stretches:
            speaks[speaker, first:last] = True
    return np.stack([speaks] * len(spoken))


def heard(speaks: Flags) -> Flags:
    """What a detector that is never wrong hears in each microphone."""
    anybody: Flags = np.asarray(speaks.any(1))
    return anybody


def finals(*captions: tuple[int, float, float, str]) -> list[dict[str, Any]]:
    numbers = itertools.count(1)
    keys = ("channel", "start", "end", "text")
    return [
        {"type": "caption", "utterance": f"u{next(numbers)}", "state": "final"}
        | dict(zip(keys, each, strict=True))
        for each in captions
    ]


def test_a_room_that_gives_everybody_their_own_is_not_wrong() -> None:
    speaks = truth([(10, 60)], [(80, 150)])
    voiced = heard(speaks)
    figures = count_frames(speaks, voiced, speaks[range(2), range(2)])
    assert (figures.lost, figures.leaked, figures.wrong) == (0, 0, 0)
    assert figures.own == 50 - 8 + 70 - 8  # without the edges
    assert figures.others > 100


def test_a_room_that_lets_everything_through_leaks_all_and_loses_nothing() -> None:
    speaks = truth([(10, 60)], [(80, 150)])
    voiced = heard(speaks)
    figures = count_frames(speaks, voiced, voiced)
    assert figures.leaked == figures.others == 120
    assert figures.lost == 0


def test_one_speaker_who_is_lost_stands_out_from_the_mean() -> None:
    speaks = truth([(10, 60)], [(80, 150)])
    passed = speaks[range(2), range(2)].copy()
    passed[0] = False
    figures = count_frames(speaks, heard(speaks), passed)
    assert figures.worst_lost == 1.0
    assert figures.lost == 42 < figures.own


def test_who_speaks_at_the_same_time_is_nobodys_bleed() -> None:
    speaks = truth([(10, 100)], [(10, 100)])
    voiced = heard(speaks)
    assert count_frames(speaks, voiced, voiced).others == 0


def test_what_no_detector_hears_is_nobodys_fault() -> None:
    speaks = truth([(10, 60)], [(80, 150)])
    silent = np.zeros((2, FRAMES), bool)
    figures = count_frames(speaks, silent, silent)
    assert (figures.own, figures.others, figures.spoken) == (0, 0, 0)


def test_captions_that_are_right_count_as_words_only() -> None:
    events = finals((ANNA, 1.0, 3.0, ASKED.text), (BRAM, 3.5, 5.5, SAID.text))
    figures = count_words([ASKED, SAID], events, {})
    assert (figures.words, figures.matched, figures.finals) == (8, 8, 2)
    assert (figures.misplaced, figures.duplicated, figures.suppressed) == (0, 0, 0)


def test_a_voice_captioned_on_two_channels_is_a_duplicate() -> None:
    events = finals((ANNA, 1.0, 3.0, ASKED.text), (BRAM, 1.1, 3.0, "who will review a contract"))
    figures = count_words([ASKED, SAID], events, {})
    assert (figures.duplicated, figures.misplaced) == (1, 4)


def test_a_final_with_a_sentence_of_each_is_a_duplicate_too() -> None:
    events = finals((BRAM, 1.1, 5.5, f"{ASKED.text} {SAID.text}"))
    figures = count_words([ASKED, SAID], events, {})
    assert (figures.duplicated, figures.misplaced, figures.matched) == (1, 5, 3)


def test_a_word_that_everybody_says_is_no_bleed() -> None:
    events = finals((BRAM, 1.1, 5.5, f"The. {SAID.text}"))
    assert count_words([ASKED, SAID], events, {}).misplaced == 0


def test_the_same_sentence_said_later_by_another_is_theirs() -> None:
    again = Reference(BRAM, 9.0, 11.0, ASKED.text)
    events = finals((ANNA, 1.0, 3.0, ASKED.text), (BRAM, 9.0, 11.0, ASKED.text))
    assert count_words([ASKED, again], events, {}).duplicated == 0


def test_a_missing_word_was_suppressed_only_if_its_sound_was_left_out() -> None:
    events = finals((ANNA, 1.0, 3.0, "Who will review"))
    first_second = set(range(round(1 / 0.032)))
    rest_of_it = set(range(round(2.6 / 0.032), round(3 / 0.032)))
    assert count_words([ASKED], events, {ANNA: first_second}).suppressed == 0
    assert count_words([ASKED], events, {ANNA: rest_of_it}).suppressed == 1  # "contract"
    assert count_words([ASKED], events, {BRAM: rest_of_it}).suppressed == 0


def test_a_caption_that_was_taken_back_says_nothing() -> None:
    assert count_words([ASKED, SAID], finals((BRAM, 1.0, 3.0, "")), {}).finals == 0


@pytest.mark.parametrize(
    ("said", "told", "found"),
    [
        ("a b c", "a b c", {0: 0, 1: 1, 2: 2}),
        ("a b c", "x b", {1: 1}),
        ("a b", "b a b", {0: 1, 1: 2}),
        ("", "a", {}),
    ],
)
def test_words_are_matched_in_their_order(said: str, told: str, found: dict[int, int]) -> None:
    assert match_words(said.split(), told.split()) == found


def test_runs_of_one_condition_make_one_row() -> None:
    runs = [
        {"condition": "base", "lost": 1.0, "worst_lost": 4.0, "words": 100},
        {"condition": "base", "lost": 3.0, "worst_lost": 9.0, "words": 110},
    ]
    row = join_rows(runs)
    assert row == {"condition": "base", "lost": 2.0, "worst_lost": 9.0, "words": 210}
    assert "base" in render_table(FRAME_COLUMNS, [row])


def test_many_conditions_are_drawn_in_two_halves() -> None:
    figures = {"leaked": 1.0, "lost": 2.0, "wer": 3.0, "wer_alone": 4.0}
    charts = bleed_charts([{"condition": name, **figures} for name in "abc"])
    assert [list(chart.groups) for chart in charts] == [["a", "b"], ["c"]] * 2
    assert [next(iter(chart.series.values()))[0] for chart in charts] == [1.0, 1.0, 3.0, 3.0]
