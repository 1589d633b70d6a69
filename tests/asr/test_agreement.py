import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.asr.agreement import (
    AGREED_LAG_S,
    ALONE_LAG_S,
    PACE_CHARACTERS_S,
    STABLE_DECODES,
    Agreement,
    compared,
    kept_in_order,
)


def said(agreement: Agreement, *decodes: tuple[str, float]) -> list[str]:
    """What is shown after each decode, the stable part before a bar."""
    lines = []
    for text, heard_s in decodes:
        shown = agreement.accept(text, heard_s)
        lines.append(f"{shown.text[: shown.stable]}|{shown.text[shown.stable :]}")
    return lines


def test_a_guess_of_the_rest_of_the_sentence_is_not_shown() -> None:
    """A decode of 0.8 s of sound said eight words: there was time for one or two."""
    assert said(Agreement("en"), ("Let us explain that with our supplier in", 0.8)) == ["|Let us"]


def test_words_on_which_two_decodes_agree_are_shown_and_the_rest_waits() -> None:
    lines = said(
        Agreement("en"),
        ("We have three open", 1.0),
        ("We have three old questions", 1.4),
    )
    assert lines[-1] == "|We have three"


def test_a_word_that_three_decodes_agree_on_stays() -> None:
    agreement = Agreement("en")
    same = "We have three open questions"
    assert said(agreement, (same, 3.0), (same, 4.0), (same, 5.0))[-1] == f"{same}|"
    assert said(agreement, ("They have four", 6.0), ("They have four", 7.0))[-1] == f"{same}|"


def test_what_is_not_stable_is_replaced_when_two_decodes_agree_on_something_else() -> None:
    lines = said(
        Agreement("en"),
        ("Daan we spent", 1.2),
        ("Last December", 2.2),
        ("Last December we", 3.2),
    )
    assert lines[0] == "|Daan we"
    assert lines[1] == "|Daan we", "one decode that differs takes nothing back"
    assert lines[2].startswith("|Last December")


def test_what_was_shown_does_not_shrink_when_a_decode_is_shorter() -> None:
    lines = said(Agreement("en"), ("We have three", 3.0), ("We have", 4.0))
    assert lines == ["|We have three", "|We have three"]


def test_case_and_punctuation_are_no_disagreement_and_the_latest_form_is_shown() -> None:
    lines = said(Agreement("en"), ("well I agree", 2.0), ("Well, I agree.", 3.0))
    assert lines[-1] == "|Well, I agree."


def test_stable_text_keeps_its_very_letters() -> None:
    agreement = Agreement("en")
    said(agreement, *[("well I agree", second) for second in (2.0, 3.0, 4.0)])
    shown = agreement.accept("Well, I agree. Who else", 5.0)
    assert shown.text[: shown.stable] == "well I agree"
    assert shown.text == "well I agree Who else"


def test_a_decode_of_nothing_changes_nothing() -> None:
    assert said(Agreement("en"), ("We have", 2.0), ("", 3.0)) == ["|We have", "|We have"]


def test_repeated_words_are_words_like_others() -> None:
    lines = said(Agreement("en"), ("no no no wait", 2.0), ("no no no wait a", 3.0))
    assert lines[-1] == "|no no no wait a"


def test_the_lags_are_in_order_of_how_much_is_promised() -> None:
    assert 0 < AGREED_LAG_S <= ALONE_LAG_S < 1
    assert STABLE_DECODES > 2


WORDS = st.lists(st.sampled_from(["a", "b", "bb", "c,", "C.", "d"]), max_size=6).map(" ".join)


SIGNS = st.text(alphabet="我们。，a 1ที่ไ้", max_size=12)


@given(
    st.one_of(
        st.tuples(st.just("en"), st.lists(st.tuples(WORDS, st.floats(0.05, 1.5)), max_size=12)),
        st.tuples(
            st.sampled_from(["zh", "ja", "th"]),
            st.lists(st.tuples(SIGNS, st.floats(0.05, 1.5)), max_size=12),
        ),
    )
)
def test_stable_text_never_changes_and_nothing_is_shown_before_there_was_time_to_say_it(
    spoken: tuple[str, list[tuple[str, float]]],
) -> None:
    language, decodes = spoken
    agreement = Agreement(language)
    heard_s, stable = 0.0, ""
    for text, more_s in decodes:
        heard_s += more_s
        shown = agreement.accept(text, heard_s)
        assert shown.text.startswith(stable)
        assert 0 <= shown.stable <= len(shown.text)
        assert len(shown.text) <= heard_s * PACE_CHARACTERS_S
        stable = shown.text[: shown.stable]


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("Gaza,", "gaza"),
        ("ÉTÉ", "été"),
        ("o'clock", "oclock"),
        ("—", "—"),
        ("题，", "题"),
        ("ที่", "ที่"),
        ("को।", "को"),
    ],
)
def test_words_are_compared_without_case_and_punctuation(word: str, key: str) -> None:
    assert compared(word) == key


def test_kept_in_order_is_the_longest_common_subsequence() -> None:
    assert kept_in_order(("a", "b", "c"), ("a", "x", "c")) == 2
    assert kept_in_order(("a", "b"), ()) == 0
    assert kept_in_order((), ("a",)) == 0


def test_what_only_one_decode_said_or_the_newest_disputes_is_not_settled() -> None:
    agreement = Agreement("en")
    settled = [agreement.is_settled]
    for text, heard_s in (("Daan we", 1.2), ("Daan we", 1.7), ("Last December", 2.7)):
        agreement.accept(text, heard_s)
        settled.append(agreement.is_settled)
    assert settled == [False, False, True, False]


def test_words_that_only_follow_what_is_settled_are_no_hurry() -> None:
    """Every newest decode has a word more than the one before: hurrying each time cost a quarter of
    all partials."""
    agreement = Agreement("en")
    agreement.accept("Daan we", 1.2)
    agreement.accept("Daan we have", 2.2)
    assert agreement.accept("Daan we have three open", 3.2).text == "Daan we have three open"
    assert agreement.is_settled


def test_the_first_word_is_due_when_there_was_time_to_say_it() -> None:
    agreement = Agreement("en")
    assert agreement.first_word_s == 0.0
    agreement.accept("Unbelievably so", 0.7)
    assert not agreement.shown.text
    assert agreement.accept("Unbelievably so", agreement.first_word_s).text == "Unbelievably"


def test_where_no_blanks_tell_words_apart_text_grows_sign_by_sign() -> None:
    """A sentence was one word that every decode changed: its first four signs stood for 8 s."""
    said_so_far = [
        "我们今天",
        "我们今天先讨论",
        "我们今天先讨论预算的问题",
        "我们今天先讨论预算的问题，然后看看",
        "我们今天先讨论预算的问题，然后看看下个月的时间表",
    ]
    agreement = Agreement("zh")
    lines = said(agreement, *[(text, 1.0 + at) for at, text in enumerate(said_so_far)])
    assert lines[:2] == ["|我们今天", "|我们今天先讨论"]
    assert lines[2:] == [
        "我们今天|先讨论预算的问题",
        "我们今天先讨论|预算的问题，然后看看",
        "我们今天先讨论预算的问题，|然后看看下个月的时间表",
    ]
    assert agreement.is_settled
    assert agreement.count_changed("我们今天先讨论预算的课题。") == 1


def test_a_word_and_a_half_in_signs_are_hardly_a_beginning() -> None:
    agreement = Agreement("zh")
    said(agreement, ("我们今", 0.8), ("我们今后", 1.3))
    assert not agreement.is_settled
    said(agreement, ("我们今后先", 1.8))
    assert agreement.is_settled


def test_a_name_among_signs_is_one_word_and_a_guess_of_signs_waits_too() -> None:
    lines = said(Agreement("zh"), ("我用 GitHub 的时候大家都在", 1.2), ("我用 GitHub 的时候", 2.4))
    assert lines == ["|我用 GitHub", "|我用 GitHub 的时候"]
