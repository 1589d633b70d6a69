"""One question to a source."""

import pytest

from captioner.errors import FetchError
from captioner.fetch.asking import Interrupted, ask, parse_wait
from tests.fakes.fake_source import FakeSource


def test_an_answer_is_read_to_its_end_and_asked_for_as_it_is() -> None:
    with FakeSource({"/x": b"content"}) as source, ask(f"{source.url}/x") as answer:
        assert answer.status == 200
        assert (answer.read(4), answer.read(100), answer.read(1)) == (b"cont", b"ent", b"")


def test_a_redirection_to_another_protocol_is_not_followed() -> None:
    with FakeSource({"/x": b""}) as source:
        source.moves_on = True
        source.lead_to = "file:///etc/passwd"
        with pytest.raises(Interrupted), ask(f"{source.url}/x"):
            pass


@pytest.mark.parametrize(
    ("value", "wait_s"),
    [(None, None), ("", None), ("7", 7.0), ("-3", 0.0), ("Sat, 21 Nov 2026 20:00:00 GMT", None)],
)
def test_the_wait_that_a_source_asks_for(value: str | None, wait_s: float | None) -> None:
    assert parse_wait(value) == wait_s


def test_the_proxy_of_the_system_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeSource() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with pytest.raises(FetchError, match=r"hub\.example does not give out /x"):
            ask("http://hub.example/x")
    assert proxy.requests == ["GET http://hub.example/x"]


def test_an_address_of_no_web_is_refused() -> None:
    with pytest.raises(FetchError, match="begins with http"):
        ask("file:///etc/passwd")
