import pytest

from captioner.errors import WireError
from captioner.server.fields import object_of, text_of


def test_a_body_is_an_object() -> None:
    assert object_of(b'{"a": 1}') == {"a": 1}
    for wrong in (b"", b"[]", b"null", b"{", b"\xff", b"[" * 100_000):
        with pytest.raises(WireError):
            object_of(wrong)


def test_a_text_is_whole_and_a_text() -> None:
    fields = {"name": "Zoë", "half": "\ud800", "number": 1}
    assert text_of(fields, "name", "") == "Zoë"
    assert text_of(fields, "missing", "usual") == "usual"
    for key in ("half", "number"):
        with pytest.raises(WireError, match=key):
            text_of(fields, key, "")
