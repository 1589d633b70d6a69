"""Against servers of this machine: good ones, slow ones, broken ones, dead ones."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from captioner.errors import SettingsError
from captioner.server.push import Pusher, check_url, last_number, send
from captioner.server.push_formats import Post, Webhook, YouTube, Zoom
from tests.fakes.caption_input import CaptionInput, caption_input
from tests.fakes.recording_viewer import until
from tests.server.test_push_formats import CAPTION


@pytest.fixture
def server() -> Iterator[CaptionInput]:
    with caption_input() as found:
        yield found


@pytest.fixture
async def pusher(server: CaptionInput) -> AsyncIterator[Pusher]:
    made = Pusher(Webhook(server.url), timeout_s=0.3)
    made.start()
    yield made
    await made.close(0.0)


def numbers(server: CaptionInput) -> list[tuple[int, str]]:
    bodies = [json.loads(body) for _, body in server.came]
    return [(body["sequence"], body["text"]) for body in bodies]


async def test_captions_arrive_in_order_with_rising_numbers(
    server: CaptionInput, pusher: Pusher
) -> None:
    for text in ("One.", "Two.", "Three."):
        pusher.accept(replace(CAPTION, text=text))
    await until(lambda: len(server.came) == 3)
    assert numbers(server) == [(1, "One."), (2, "Two."), (3, "Three.")]


async def test_what_a_server_answers_with_an_error_is_sent_again_with_its_number(
    server: CaptionInput, pusher: Pusher, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers = [500]
    with caplog.at_level(logging.WARNING):
        pusher.accept(CAPTION)
        pusher.accept(replace(CAPTION, utterance="u2", text="Two."))
        await until(lambda: len(server.came) == 3)
    assert numbers(server) == [(1, CAPTION.text), (1, CAPTION.text), (2, "Two.")]
    assert "HTTP 500" in caplog.text
    assert CAPTION.text not in caplog.text
    assert str(server.port) not in caplog.text  # the address may be a secret


async def test_a_slow_server_does_not_hold_up_who_speaks(
    server: CaptionInput, pusher: Pusher
) -> None:
    server.slow_s = 1.0  # longer than is waited for
    began = time.perf_counter()
    for number in range(1000):
        pusher.accept(replace(CAPTION, utterance=f"u{number}"))
    assert time.perf_counter() - began < 0.5
    await until(lambda: pusher.queue.is_failing)
    assert len(pusher.queue) == 1000


async def test_a_dead_server_costs_the_end_of_the_meeting_no_more_than_its_patience() -> None:
    with caption_input() as gone:
        url = gone.url
    pusher = Pusher(Webhook(url))
    pusher.start()
    pusher.accept(CAPTION)
    await until(lambda: pusher.queue.is_failing)
    began = time.perf_counter()
    await pusher.close(0.05)
    await pusher.close()
    assert time.perf_counter() - began < 1.0


async def test_the_last_captions_are_sent_before_the_service_stops(server: CaptionInput) -> None:
    pusher = Pusher(Webhook(server.url))
    pusher.start()
    pusher.accept(CAPTION)
    await pusher.close()
    assert len(server.came) == 1


async def test_a_redirection_is_trouble_and_is_not_followed(server: CaptionInput) -> None:
    """Words would go where nobody sent them."""
    with caption_input() as elsewhere:
        server.answers, server.location = [307], elsewhere.url
        assert send(Post(server.url, b"x", "text/plain"), 1.0) == "HTTP 307"
        assert elsewhere.came == []


async def test_no_proxy_of_the_machine_gets_a_word(
    server: CaptionInput, monkeypatch: pytest.MonkeyPatch
) -> None:
    with caption_input() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        assert send(Post(server.url, b"x", "text/plain"), 1.0) == ""
        assert proxy.came == []


async def test_zoom_goes_on_with_the_number_that_it_knows(server: CaptionInput) -> None:
    """The service was started again during a call: numbers must rise on."""
    server.number = "41"
    pusher = Pusher(Zoom(server.url))
    pusher.start()
    pusher.accept(CAPTION)
    await pusher.close()
    asked, sent = server.came
    assert asked == ("/cc/seq?id=1", "GET")
    assert sent == ("/cc?id=1&seq=42&lang=en-US", f"Anna: {CAPTION.text}\n")


def test_a_number_that_nobody_knows_is_none(server: CaptionInput) -> None:
    server.number = "no number"
    assert last_number(server.url, 1.0) == 0
    assert last_number("http://127.0.0.1:1/", 1.0) == 0


async def test_youtube_gets_text_with_its_time(server: CaptionInput) -> None:
    pusher = Pusher(YouTube(server.url))
    pusher.start()
    pusher.accept(CAPTION)
    await pusher.close()
    expected = f"2025-03-04T09:00:01.250\nAnna: {CAPTION.text}\n"
    assert server.came == [("/cc?id=1&seq=1", expected)]


async def test_what_was_taken_back_while_the_server_was_away_never_leaves(
    server: CaptionInput,
) -> None:
    pusher = Pusher(Zoom(server.url))
    pusher.accept(CAPTION)
    pusher.accept(replace(CAPTION, utterance="u2", text="Rong."))
    pusher.accept(replace(CAPTION, rev=3, state="deleted", text=""))
    pusher.accept(replace(CAPTION, utterance="u2", rev=3, state="edited", text="Right."))
    pusher.start()
    await pusher.close()
    assert [body for _, body in server.came if body != "GET"] == ["Anna: Right.\n"]


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "ftp://x/y", "x.example/cc", "http://"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="begins with http"):
        check_url(url)


async def test_an_address_that_nobody_can_call_is_trouble_and_no_crash() -> None:
    assert send(Post("http://127.0.0.1:99999/", b"", "text/plain"), 0.2)
    assert send(Post("http://127.0.0.1/ a\nb", b"", "text/plain"), 0.2)
    assert await asyncio.to_thread(send, Post("https://127.0.0.1:1/", b"", "text/plain"), 0.2)
