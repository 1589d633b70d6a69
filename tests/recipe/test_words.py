"""When each word is said, from the events of a synthesiser."""

import pytest

from recipe.words import times_of_words


def test_a_word_ends_where_the_next_begins() -> None:
    words = times_of_words("We agree.", [(0, 0.0), (3, 0.2)], [0.9], 0.9)
    assert [word.text for word in words] == ["We", "agree."]
    assert [word.start_s for word in words] == pytest.approx([0.0, 0.2])
    assert [word.end_s for word in words] == pytest.approx([0.2, 0.9])


def test_words_spoken_as_one_share_its_time_by_their_letters() -> None:
    words = times_of_words("one of the rest", [(0, 0.0), (4, 0.4), (11, 0.9)], [], 1.3)
    assert [w.start_s for w in words] == pytest.approx([0.0, 0.4, 0.6, 0.9])


def test_a_word_before_a_pause_ends_with_its_clause() -> None:
    words = times_of_words("No. Yes.", [(0, 0.0), (4, 1.0)], [0.4, 1.5], 1.5)
    assert words[0].end_s == pytest.approx(0.4)


def test_an_event_between_words_is_passed_over() -> None:
    words = times_of_words("No. Yes.", [(0, 0.0), (3, 0.9), (4, 1.0)], [], 1.5)
    assert [w.start_s for w in words] == pytest.approx([0.0, 1.0])
