import json

import pytest

from captioner.domain import MessageId
from captioner.errors import WireError
from captioner.server.answers import NewMessage, parse_message, parse_signal


def body(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def test_signals_and_messages_may_be_anonymous() -> None:
    assert parse_signal(body(signal="slower")) == ("slower", "")
    assert parse_message(body(name="Anna", text="Hi")) == NewMessage("Anna", "Hi", None, "")
    with pytest.raises(WireError):
        parse_signal(body(signal=1))
    with pytest.raises(WireError):
        parse_message(body(name="Anna", text=["Hi"]))


def test_a_message_may_have_an_id_of_its_sender_and_a_language() -> None:
    new = parse_message(body(name="Eva", text="Hi", id="k3J-_9aZ", language="pt-BR"))
    assert new == NewMessage("Eva", "Hi", MessageId("k3J-_9aZ"), "pt-BR")
    for wrong in ({"id": "short"}, {"id": "e1.4 or so"}, {"id": "x" * 65}, {"language": "no code"}):
        with pytest.raises(WireError):
            parse_message(body(name="Eva", text="Hi", **wrong))
