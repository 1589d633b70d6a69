import pytest

from captioner.translate.codes import clean_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nl", "nl"),
        (" NL", "nl"),
        ("pt_BR", "pt-br"),
        ("zh-Hans", "zh-hans"),
        ("", ""),
        ("-", ""),
        ("n l", ""),
        ("<i>", ""),
        ("naïve", ""),
        ("x" * 13, ""),
    ],
)
def test_a_code_is_read_as_it_was_meant(text: str, code: str) -> None:
    assert clean_code(text) == code
