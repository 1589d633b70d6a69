"""The list of packages, from a server that means well and from others."""

import json

import pytest

from captioner.errors import FetchError
from captioner.fetch.argos_index import USUAL, VARIABLE, index_address, list_packages, parse_index
from tests.fakes.fake_source import FakeIndex


def row(**more: object) -> dict[str, object]:
    usual = {"from_code": "en", "to_code": "nl", "package_version": "1.8", "links": ["http://x/y"]}
    return usual | more


def test_the_pairs_of_an_index_are_listed() -> None:
    with FakeIndex({"en_nl": b"", "nl_en": b""}) as index:
        offers = list_packages({VARIABLE: f"{index.url}/argos/"})
    assert [(offer.from_code, offer.to_code) for offer in offers] == [("en", "nl"), ("nl", "en")]
    assert (offers[0].from_name, offers[0].to_name, offers[0].version) == (
        "English",
        "Dutch",
        "1.8",
    )
    assert offers[0].links == (f"{index.url}/translate-en_nl-1_8.argosmodel",)


def test_the_newest_of_a_pair_is_offered_by_number_and_not_by_letter() -> None:
    rows = [row(package_version=each) for each in ("1.9", "1.10", "1.2")]
    (offer,) = parse_index(json.dumps(rows).encode())
    assert offer.version == "1.10"


@pytest.mark.parametrize(
    "odd",
    [
        7,
        {},
        row(type="sbd"),
        row(links="http://x"),
        row(links=["ipfs://x"]),
        row(from_code=None),
        row(to_code="../up"),
    ],
)
def test_a_row_that_means_nothing_to_us_does_not_hide_the_others(odd: object) -> None:
    assert len(parse_index(json.dumps([odd, row()]).encode())) == 1


@pytest.mark.parametrize("body", [b"", b"<html>Sign in</html>", b"{}", b"[" * 100_000, b"\xff"])
def test_rubbish_instead_of_an_index_is_told(body: bytes) -> None:
    with FakeIndex({}) as index:
        index.files["/argos/index.json"] = body
        with pytest.raises(FetchError, match="sign-in page") as raised:
            list_packages({VARIABLE: f"{index.url}/argos"})
    assert raised.value.code == "source_failed"


@pytest.mark.parametrize(
    ("status", "code"), [(404, "not_at_source"), (429, "source_busy"), (500, "source_unreachable")]
)
def test_an_index_in_trouble_is_told(status: int, code: str) -> None:
    with FakeIndex({}) as index:
        index.status = status
        with pytest.raises(FetchError) as raised:
            list_packages({VARIABLE: f"{index.url}/argos"})
    assert raised.value.code == code


def test_without_a_network_the_stick_is_named() -> None:
    with pytest.raises(FetchError, match="on a stick"):
        list_packages({VARIABLE: "http://127.0.0.1:9/"})


def test_the_index_is_named_as_argostranslate_does_it() -> None:
    assert index_address({}) == USUAL + "index.json"
    assert index_address({VARIABLE: "http://here/x"}) == "http://here/x/index.json"
