"""A phone's connection is what its endpoint sees: both sides must agree on it."""

from captioner.audio.sources.phone import PhoneCall as RealCall
from captioner.server.phone_call import PhoneCall


def test_a_phones_connection_is_all_that_its_endpoint_asks_for() -> None:
    named = {name for name in vars(PhoneCall) if not name.startswith("_")}
    assert named == {"next", "accept", "skip_to", "room", "leave"}
    assert all(hasattr(RealCall, name) for name in named)
