import pytest

from captioner.asr.spoken import suggest_language
from captioner.domain import Hypothesis


def heard(language: str, log_probability: float, text: str = "one two three") -> Hypothesis:
    return Hypothesis(text, language, log_probability, 0.01)


@pytest.mark.parametrize(
    ("hypotheses", "suggested", "why"),
    [
        ([heard("en", -0.9), heard("nl", -0.3)], "nl", "clearly surer in Dutch"),
        ([heard("en", -0.4), heard("nl", -0.3)], None, "too close: nothing is said"),
        ([heard("en", -0.3), heard("nl", -0.9)], None, "the chosen one is right"),
        ([heard("en", -2.0), heard("nl", -1.2)], None, "sure of neither"),
        ([heard("en", -0.9, ""), heard("nl", -0.3)], "nl", "nothing at all as English"),
        ([heard("en", -0.9, "Anna"), heard("nl", -0.1, "Anna")], None, "a name is no language"),
        ([heard("nl", -0.3), heard("de", -0.2), heard("en", -0.9)], "de", "the best of them"),
        ([], None, "nothing was heard"),
    ],
)
def test_another_language_is_suggested_only_where_it_is_clear(
    hypotheses: list[Hypothesis], suggested: str | None, why: str
) -> None:
    assert suggest_language(hypotheses, "en") == suggested, why
