import pytest

from captioner.captions.messages import (
    LONGEST_AUTHOR,
    LONGEST_MESSAGE,
    SIGNALS,
    message_deleted,
    message_typed,
    signal_raised,
)
from captioner.domain import MessageId, MessageState
from captioner.errors import MeetingError

EVAS = MessageId("evas-first")


def test_what_was_typed_is_one_visible_line_under_a_name() -> None:
    typed = message_typed(EVAS, " Eva\n", "Which\tdate? \u202e😀", "en", 7, 2.5)
    assert (typed.seq, typed.at, typed.message, typed.language) == (7, 2.5, EVAS, "en")
    assert (typed.name, typed.text, typed.state) == ("Eva", "Which date? 😀", MessageState.TYPED)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("", "Hi"),
        ("Eva", " \n"),
        ("Eva", "x" * (LONGEST_MESSAGE + 1)),
        ("x" * (LONGEST_AUTHOR + 1), "Hi"),
    ],
)
def test_nothing_nobody_and_far_too_much_are_refused(name: str, text: str) -> None:
    with pytest.raises(MeetingError):
        message_typed(EVAS, name, text, "", 1, 0.0)


def test_of_a_deleted_message_only_its_id_is_left() -> None:
    typed = message_typed(EVAS, "Eva", "My number", "en", 7, 2.5)
    gone = message_deleted(typed, 9, 8.0)
    assert (gone.message, gone.name, gone.text, gone.language) == (EVAS, "", "", None)
    for known in (gone, None):
        with pytest.raises(MeetingError):
            message_deleted(known, 10, 9.0)


def test_a_signal_is_one_of_four_and_signed_only_by_who_signs() -> None:
    for signal in SIGNALS:
        assert signal_raised(signal, " ", 1, 0.0).name is None
    assert signal_raised("wait", " Eva\n", 1, 0.0).name == "Eva"
    for wrong in (("louder", ""), ("wait", "x" * (LONGEST_AUTHOR + 1))):
        with pytest.raises(MeetingError):
            signal_raised(*wrong, 1, 0.0)
