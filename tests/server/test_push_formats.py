import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from captioner.server.push_formats import Pushed, Webhook, YouTube, Zoom, with_country, with_query

CAPTION = Pushed(
    meeting="m1",
    utterance="u1",
    rev=2,
    channel=1,
    speaker="Anna",
    state="final",
    text="Good dæg.",
    language="en",
    start=1.0,
    end=2.0,
    said_at=datetime(2025, 3, 4, 9, 0, 1, 250_000, tzinfo=UTC),
)


def test_a_webhook_gets_everything_as_json() -> None:
    post = Webhook("http://127.0.0.1/x").post(7, CAPTION)
    assert (post.url, post.content_type) == ("http://127.0.0.1/x", "application/json")
    assert json.loads(post.body) == {
        "sequence": 7,
        "meeting": "m1",
        "utterance": "u1",
        "rev": 2,
        "channel": 1,
        "speaker": "Anna",
        "state": "final",
        "text": "Good dæg.",
        "language": "en",
        "start": 1.0,
        "end": 2.0,
    }


def test_zoom_gets_text_with_number_and_language_in_its_signed_address() -> None:
    zoom = Zoom("https://wmcc.example/closedcaption?id=2&signature=a%2Cb")
    post = zoom.post(7, CAPTION)
    assert post.url == ("https://wmcc.example/closedcaption?id=2&signature=a%2Cb&seq=7&lang=en-US")
    assert post.body == "Anna: Good dæg.\n".encode()
    assert post.content_type == "text/plain; charset=utf-8"
    assert zoom.number_url == "https://wmcc.example/closedcaption/seq?id=2&signature=a%2Cb"


def test_youtube_gets_the_time_of_the_words_above_them() -> None:
    post = YouTube("http://upload.example/closedcaption?cid=abc").post(7, CAPTION)
    assert post.url == "http://upload.example/closedcaption?cid=abc&seq=7"
    assert post.body == "2025-03-04T09:00:01.250\nAnna: Good dæg.\n".encode()


@pytest.mark.parametrize(
    ("state", "text", "by_webhook", "by_others"),
    [
        ("final", "Hi.", True, True),
        ("edited", "Hi!", True, False),
        ("deleted", "", True, False),
        ("final", "", False, False),
    ],
)
def test_only_a_webhook_is_told_of_corrections(
    state: str, text: str, by_webhook: bool, by_others: bool
) -> None:
    caption = replace(CAPTION, state=state, text=text)
    assert Webhook("u").wants(caption) is by_webhook
    assert Zoom("u").wants(caption) is YouTube("u").wants(caption) is by_others


def test_languages_get_a_country() -> None:
    assert [with_country(each) for each in ("en", "nl", "zh", "pt-BR")] == [
        *("en-US", "nl-NL", "zh-CN", "pt-BR")
    ]


def test_an_address_without_a_query_gets_one() -> None:
    assert with_query("http://x/y", seq="1") == "http://x/y?seq=1"
