import pytest

from captioner.store.private_names import can_vouch_for

INSIDE = ["10.1.2.3", "172.31.0.9", "192.168.1.5", "127.0.0.1", "::1", "fd12::5", "fe80::1%eth0"]
INSIDE += ["laptop.local", "laptop.lan", "laptop.home.arpa", "localhost"]
OUTSIDE = ["8.8.8.8", "172.32.0.1", "192.0.2.2", "2001:db8::1", "example.com", "bank.localx", ""]


@pytest.mark.parametrize("name", INSIDE)
def test_what_lies_in_a_private_network(name: str) -> None:
    assert can_vouch_for(name)


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_does_not(name: str) -> None:
    assert not can_vouch_for(name)
