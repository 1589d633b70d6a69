import itertools
from collections.abc import Sequence

import pytest

from captioner.server import access
from captioner.server.access import (
    CODE_LENGTH,
    CODE_LETTERS,
    RateLimit,
    is_key,
    is_own_origin,
    make_code,
    normalise_code,
)


def test_a_code_is_made_of_letters_that_nobody_mistakes_for_others() -> None:
    picks = itertools.cycle(range(len(CODE_LETTERS)))

    def in_turn(letters: Sequence[str]) -> str:
        return letters[next(picks)]

    codes = [make_code(in_turn) for _ in range(20)]
    assert all(len(code) == CODE_LENGTH for code in codes)
    assert not set("".join(codes)) & set("01IOL")
    assert all(normalise_code(code) == code for code in codes)


@pytest.mark.parametrize(
    "typed",
    ["abc234", "ABC-234", " abc 234 ", "abc–234", "a b c.2_3/4", "http://10.0.0.5:8080/m/ABC234"],
)
def test_a_code_may_be_typed_any_way(typed: str) -> None:
    assert normalise_code(typed) == "ABC234"


@pytest.mark.parametrize(
    ("given", "is_right"),
    [
        ("secret", True),
        ("Secret", False),
        ("secret ", False),
        ("", False),
        (None, False),
        ("sécret", False),
    ],
)
def test_only_the_very_key_is_the_key(given: str | None, is_right: bool) -> None:
    assert is_key(given, "secret") is is_right


@pytest.mark.parametrize(
    ("origin", "host", "is_own"),
    [
        (None, "127.0.0.1:8081", True),  # a program, or a navigation
        ("http://127.0.0.1:8081", "127.0.0.1:8081", True),
        ("http://127.0.0.1:8080", "127.0.0.1:8081", False),  # the viewers' page
        ("http://evil.example", "127.0.0.1:8081", False),
        ("null", "127.0.0.1:8081", False),  # a sandboxed frame, or a file
        ("", "127.0.0.1:8081", False),
        ("http://127.0.0.1:8081", None, False),
        ("http://[", "127.0.0.1:8081", False),  # urlsplit refuses it with a ValueError
        ("http://127.0.0.1:8081@evil.example", "127.0.0.1:8081", False),
    ],
)
def test_only_our_own_pages_may_command(origin: str | None, host: str | None, is_own: bool) -> None:
    assert is_own_origin(origin, host) is is_own


def test_each_sender_is_limited_apart_and_may_again_after_the_interval() -> None:
    limit = RateLimit(3.0)
    assert limit.allow("anna", 0.0)
    assert not limit.allow("anna", 2.9)
    assert limit.allow("bram", 2.9)
    assert limit.allow("anna", 3.0)


def test_what_was_refused_does_not_count_against_a_sender() -> None:
    limit = RateLimit(3.0)
    assert limit.allow("anna", 0.0)
    assert not limit.allow("anna", 2.0)
    assert limit.allow("anna", 3.1)


def test_senders_of_long_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "MOST_REMEMBERED", 10)
    limit = RateLimit(3.0)
    for number in range(1000):
        assert limit.allow(f"10.0.0.{number}", number * 1.0)
    assert len(limit._last) <= 11
    assert not limit.allow("10.0.0.999", 1000.0)
