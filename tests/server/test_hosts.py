import pytest

from captioner.errors import AccessError
from captioner.server.hosts import (
    INVITED_FOR_S,
    LONGEST_NAME,
    MOST_INVITATIONS,
    OWNER,
    Hosts,
    Role,
)


def hosts_with(role: Role = Role.HELPER) -> Hosts:
    hosts = Hosts("key")
    hosts.invite(role, "token", 0.0)
    return hosts


def test_the_key_of_the_printed_link_is_the_owners() -> None:
    seat = Hosts("key").find("key")
    assert seat is not None
    assert (seat.id, seat.role) == (OWNER, Role.HOST)
    assert Hosts("key").find("kez") is None
    assert Hosts("key").find(None) is None


def test_an_invitation_works_once() -> None:
    hosts = hosts_with()
    assert hosts.is_invited("token", 1.0)
    seat = hosts.accept("token", "  Eva\n", "her key", 1.0)
    assert (seat.name, seat.role) == ("Eva", Role.HELPER)
    assert hosts.find("her key") == seat
    assert not hosts.is_invited("token", 1.0)
    with pytest.raises(AccessError):
        hosts.accept("token", "Mallory", "another key", 2.0)
    assert hosts.find("another key") is None


def test_an_invitation_is_over_after_a_while() -> None:
    hosts = hosts_with()
    with pytest.raises(AccessError):
        hosts.accept("token", "Eva", "her key", INVITED_FOR_S)
    assert hosts.find("her key") is None


def test_a_token_that_was_never_given_is_none() -> None:
    with pytest.raises(AccessError):
        Hosts("key").accept("guess", "Mallory", "k", 0.0)


def test_invitations_are_bounded_and_the_oldest_goes_first() -> None:
    hosts = Hosts("key")
    for number in range(MOST_INVITATIONS + 1):
        hosts.invite(Role.HOST, f"t{number}", 0.0)
    assert not hosts.is_invited("t0", 0.0)
    assert hosts.is_invited("t1", 0.0)


def test_a_seat_can_be_taken_back_but_not_the_owners() -> None:
    hosts = hosts_with(Role.HOST)
    seat = hosts.accept("token", "Eva" * 40, "her key", 1.0)
    assert len(seat.name) == LONGEST_NAME
    assert hosts.is_seated(seat)
    hosts.take_back(seat.id)
    assert not hosts.is_seated(seat)
    assert hosts.find("her key") is None
    for nobody in (seat.id, OWNER, "h99"):
        with pytest.raises(AccessError):
            hosts.take_back(nobody)
    assert hosts.find("key") is not None


def test_a_host_sees_who_is_there_by_their_open_pages() -> None:
    hosts = hosts_with()
    seat = hosts.accept("token", "Eva", "her key", 1.0)
    hosts.enter(seat)
    hosts.enter(seat)
    hosts.leave(seat)
    assert [(each.seat.id, each.is_here) for each in hosts.report()] == [
        (OWNER, False),
        (seat.id, True),
    ]
    hosts.leave(seat)
    hosts.leave(seat)  # once too often harms nobody
    assert not hosts.report()[1].is_here
