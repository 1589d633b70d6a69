"""How far one text is from another."""

import pytest

from recipe.scoring import chrf, word_errors


def test_words_wrong_are_counted_without_marks_and_capitals() -> None:
    assert word_errors("Okay, I agree.", "okay i agree") == (0, 3)
    assert word_errors("Okay, I agree.", "okay we agree now") == (2, 3)


def test_the_same_text_scores_one_and_another_nearly_nothing() -> None:
    assert chrf("Wie gaat het budget delen?", "Wie gaat het budget delen?") == 1.0
    assert chrf("Wie gaat het budget delen?", "xyz") == 0.0
    assert 0.3 < chrf("Wie gaat het budget delen?", "Wie gaat het verslag delen?") < 0.9


def test_recall_counts_more_than_precision() -> None:
    whole, half = "abcdefghijkl", "abcdef"
    assert chrf(whole, half) < chrf(half, whole)
    assert chrf("ab", "ab") == pytest.approx(1.0)
