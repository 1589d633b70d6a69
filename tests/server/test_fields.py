import pytest

from captioner.errors import WireError
from captioner.server.fields import object_of, switch_of, text_of


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(WireError):
        object_of(body)


def test_a_text_has_whole_characters() -> None:
    assert text_of({"name": "Zoë"}, "name", "") == "Zoë"
    assert text_of({}, "name", "nobody") == "nobody"
    for wrong in (7, None, ["a"], "\ud800"):
        with pytest.raises(WireError):
            text_of({"name": wrong}, "name", "")


def test_a_switch_is_on_off_or_not_touched() -> None:
    assert [switch_of({"on": value}, "on") for value in (True, False)] == [True, False]
    assert switch_of({}, "on") is None
    for wrong in (1, "true", None):
        with pytest.raises(WireError):
            switch_of({"on": wrong}, "on")
