import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.domain import Muting
from captioner.errors import MeetingError, WireError, error_table
from captioner.server.answers import parse_message, parse_signal
from captioner.server.new_meeting import parse_new_meeting
from captioner.server.wire import (
    STATUS_OF_CODE,
    Place,
    event_id,
    parse_channel_patch,
    parse_place,
    parse_scrolled,
    render_error,
    status_of,
)


def body(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def test_a_patch_changes_what_it_names() -> None:
    assert parse_channel_patch(body(name="Anna")).colour is None
    assert parse_channel_patch(body(colour="red")).name is None
    assert parse_channel_patch(body(name="")).name == ""
    with pytest.raises(WireError):
        parse_channel_patch(body(letter="A"))
    with pytest.raises(WireError):
        parse_channel_patch(body(name=None))


@pytest.mark.parametrize(
    ("switches", "muting"),
    [
        ({"muted": True}, Muting.MUTED),
        ({"muted": False}, Muting.HEARD),
        ({"private": True}, Muting.PRIVATE),
        ({"private": False}, Muting.HEARD),
        ({"muted": True, "private": True}, Muting.PRIVATE),
        ({"muted": True, "private": False}, Muting.MUTED),
        ({"name": "Anna"}, None),
    ],
)
def test_a_channel_is_muted_or_private_or_heard(
    switches: dict[str, object], muting: Muting | None
) -> None:
    assert parse_channel_patch(body(**switches)).muting is muting


def test_a_switch_is_true_or_false() -> None:
    with pytest.raises(WireError, match="true or false"):
        parse_channel_patch(body(muted="no"))


@given(st.binary(max_size=60) | st.from_type(object).map(lambda value: repr(value).encode()))
def test_no_bytes_do_more_than_be_refused(garbage: bytes) -> None:
    for parse in (parse_new_meeting, parse_channel_patch, parse_signal, parse_message):
        with contextlib.suppress(WireError):
            parse(garbage)


@pytest.mark.parametrize(
    ("since", "epoch", "last", "place"),
    [
        (None, None, None, Place(0, None)),
        ("12", None, None, Place(12, None)),
        ("12", "ab", None, Place(12, "ab")),
        ("12", "", None, Place(12, None)),
        ("-1", "ab", None, Place(0, "ab")),
        ("1e3", None, None, Place(0, None)),
        ("²", None, None, Place(0, None)),  # a digit to isdigit, not to int
        ("9" * 5000, None, None, Place(0, None)),
        ("12", "ab", "", Place(12, "ab")),
        ("12", "ab", "cd:34", Place(34, "cd")),  # the browser knows better than the address
        (None, None, "34", Place(34, None)),
        ("12", "ab", "34", Place(34, "ab")),
        (None, None, "rubbish", Place(0, None)),
    ],
)
def test_a_place_is_read_leniently(
    since: str | None, epoch: str | None, last: str | None, place: Place
) -> None:
    query = {"since": since, "epoch": epoch}
    assert parse_place({key: text for key, text in query.items() if text}, last) == place


@pytest.mark.parametrize(
    ("asked", "languages"),
    [
        ("", ()),
        ("nl", ("nl",)),
        ("nl,de,nl", ("nl", "de")),
        (" NL , pt_BR ", ("nl", "pt-br")),
        (",,<b>,nl", ("nl",)),
        ("x" * 13, ()),
        (",".join("abcdefghij"), tuple("abcdefgh")),
    ],
)
def test_languages_are_read_leniently_and_no_more_than_one_can_read(
    asked: str, languages: tuple[str, ...]
) -> None:
    assert parse_place({"language": asked}).languages == languages


def test_what_was_scrolled_to_is_a_language_and_some_utterances() -> None:
    assert parse_scrolled(body(language="NL", utterances=["u1", 2, "u3"])) == ("nl", ["u1", "u3"])


@pytest.mark.parametrize(
    "fields",
    [
        {"language": "nl"},
        {"language": "nl", "utterances": "u1"},
        {"language": "", "utterances": []},
        {"language": 3, "utterances": []},
        {"language": "nl", "utterances": ["u"] * 51},
    ],
)
def test_what_cannot_have_been_scrolled_to_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(WireError):
        parse_scrolled(body(**fields))


def test_an_event_id_comes_back_as_the_place_it_names() -> None:
    assert parse_place({}, event_id("b084", 17)) == Place(17, "b084")


def test_an_error_goes_out_with_code_and_sentence() -> None:
    error = MeetingError("unknown_meeting", "There is no “meeting” here.")
    out: dict[str, Any] = json.loads(render_error(error))
    assert out == {"type": "error", "code": "unknown_meeting", "message": error.message}
    assert status_of(error) == 404
    assert status_of(WireError("bad_message", "No.")) == 400


def test_only_codes_that_exist_have_a_status() -> None:
    assert STATUS_OF_CODE.keys() <= error_table().keys()
