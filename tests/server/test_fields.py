import pytest

from captioner.errors import WireError
from captioner.server.fields import object_of, text_of


def test_a_body_is_an_object_and_nothing_else() -> None:
    assert object_of(b'{"name": "Eva"}') == {"name": "Eva"}
    for wrong in (b"", b"[]", b"{", b"\xff", b"[" * 100_000):
        with pytest.raises(WireError):
            object_of(wrong)


def test_a_text_is_one_of_whole_characters() -> None:
    assert text_of({"name": "Eva 😀"}, "name", "") == "Eva 😀"
    assert text_of({}, "name", "nobody") == "nobody"
    for wrong in (3, None, ["Eva"], "\ud800"):
        with pytest.raises(WireError):
            text_of({"name": wrong}, "name", "")
