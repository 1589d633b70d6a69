import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.asr.signs import (
    SIGN_LANGUAGES,
    UNSPACED_LANGUAGES,
    signs_a_word,
    split_parts,
    spoken_length,
)


@pytest.mark.parametrize(
    ("text", "language", "parts"),
    [
        ("We have three", "en", ["We", " have", " three"]),
        ("네, 알겠습니다", "ko", ["네,", " 알겠습니다"]),
        ("", "zh", []),
        ("……", "zh", ["……"]),
        ("我们，今天。", "zh", ["我", "们，", "今", "天。"]),
        ("「我」用GitHub的 3.5亿", "zh", ["「我」", "用", "GitHub", "的", " 3.5", "亿"]),
        ("𠮷野家で", "ja", ["𠮷", "野", "家", "で"]),
        ("ที่นี่ ดี", "th", ["ที่", "นี่", " ดี"]),  # marks stay with their letter
        ("သတ္တ", "my", ["သ", "တ္တ"]),  # and so does what stands below it
        ("ខ្មែរ", "km", ["ខ្មែ", "រ"]),
    ],
)
def test_words_are_parts_and_so_are_signs_where_no_blanks_tell_words_apart(
    text: str, language: str, parts: list[str]
) -> None:
    assert split_parts(text, language) == parts


@given(
    st.text(alphabet="aB1.我们。「ที่ไ้က္ខ្ 한'é\u0301", max_size=40),
    st.sampled_from(["en", *sorted(UNSPACED_LANGUAGES)]),
)
def test_parts_put_together_are_the_text_again(text: str, language: str) -> None:
    parts = split_parts(text, language)
    assert "".join(parts) == " ".join(text.split())
    assert all(part.strip() for part in parts)
    assert all(spoken_length(part, language) >= len(part) for part in parts)


def test_a_sign_takes_as_long_to_say_as_two_letters_or_as_one() -> None:
    assert spoken_length("three", "en") == spoken_length(" three", "en") == 6
    assert [spoken_length("我", each) for each in ("zh", "yue", "ja")] == [2, 2, 2]
    assert spoken_length(" GitHub", "zh") == 7
    assert spoken_length("ที่", "th") == 3


@pytest.mark.parametrize(("language", "signs"), [("en", 1), ("ko", 1), ("zh", 2), ("th", 4)])
def test_how_many_parts_count_as_a_word(language: str, signs: int) -> None:
    assert signs_a_word(language) == signs
    assert "ko" in SIGN_LANGUAGES - UNSPACED_LANGUAGES, "Korean has both"
