from collections.abc import Callable

import pytest

from captioner.errors import WireError
from captioner.server.orders import (
    parse_edit,
    parse_new_channel,
    parse_on,
    parse_role,
    parse_with,
)


def test_what_a_host_orders_is_read() -> None:
    assert parse_edit(b'{"text": "three", "rev": 4}') == ("three", 4)
    assert parse_edit(b'{"text": ""}') == ("", None)
    assert parse_on(b'{"on": true}') is True
    assert parse_with(b'{"with": 3}') == 3
    assert parse_role(b'{"role": "helper"}') == "helper"
    new = parse_new_channel(b'{"device": "mic-3", "name": "Chen", "language": "nl"}')
    assert (new.device, new.spec.name, new.spec.language) == ("mic-3", "Chen", "nl")


@pytest.mark.parametrize(
    ("parse", "body"),
    [
        (parse_edit, b"{}"),
        (parse_edit, b'{"text": "a", "rev": "4"}'),
        (parse_edit, b'{"text": "a", "rev": true}'),
        (parse_on, b"{}"),
        (parse_on, b'{"on": 1}'),
        (parse_with, b'{"with": "3"}'),
        (parse_with, b'{"with": true}'),
        (parse_role, b'{"role": "owner"}'),
        (parse_role, b"{}"),
        (parse_new_channel, b'{"name": "Chen"}'),
        (parse_new_channel, b"[]"),
    ],
)
def test_what_nobody_can_mean_is_refused(parse: Callable[[bytes], object], body: bytes) -> None:
    with pytest.raises(WireError):
        parse(body)
