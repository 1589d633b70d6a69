"""What others are sent of a meeting: a webhook, and the caption inputs of Zoom and YouTube.

Zoom: text with `seq` and `lang` in the address, `seq` one higher with each new text and the same
when it is sent again (support.zoom.com KB0060368). YouTube: the same with the UTC time of the words
in a line above them (support.google.com/youtube/answer/6077032).
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlencode, urlsplit, urlunsplit

COUNTRIES = {"en": "US", "ja": "JP", "zh": "CN", "da": "DK", "sv": "SE", "uk": "UA", "cs": "CZ"}
"""Where it is not the language's own code in capitals."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """A caption on its way out."""

    meeting: str
    utterance: str
    rev: int
    channel: int
    speaker: str
    state: str
    """final, edited or deleted."""
    text: str
    language: str
    start: float
    end: float
    said_at: datetime
    """When it began, UTC."""


@dataclass(frozen=True, slots=True)
class Post:
    """One HTTP POST."""

    url: str
    body: bytes
    content_type: str


class Target(Protocol):
    """Somebody who is sent captions, in their own format."""

    @property
    def name(self) -> str:
        """What a host calls it."""

    @property
    def longest_wait_s(self) -> float:
        """What could not be sent for so long is of no use any more."""

    def wants(self, caption: Pushed) -> bool:
        """Whether a caption is sent at all."""

    def post(self, number: int, caption: Pushed) -> Post:
        """The request for it; `number` is the same when it is sent again."""

    @property
    def number_url(self) -> str:
        """Where to ask for the number of the last caption that came; empty: nobody knows."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A program of the host's, which gets corrections too."""

    url: str
    name: str = "webhook"
    longest_wait_s: float = 600.0
    number_url: str = ""

    def wants(self, caption: Pushed) -> bool:
        return bool(caption.text) or caption.state == "deleted"

    def post(self, number: int, caption: Pushed) -> Post:
        body = {
            "sequence": number,
            "meeting": caption.meeting,
            "utterance": caption.utterance,
            "rev": caption.rev,
            "channel": caption.channel,
            "speaker": caption.speaker,
            "state": caption.state,
            "text": caption.text,
            "language": caption.language,
            "start": caption.start,
            "end": caption.end,
        }
        return Post(
            self.url, json.dumps(body, ensure_ascii=False).encode("utf-8"), "application/json"
        )


@dataclass(frozen=True, slots=True)
class Zoom:
    """Zoom's input for closed captions; what was sent cannot be corrected."""

    url: str
    name: str = "Zoom"
    longest_wait_s: float = 30.0

    @property
    def number_url(self) -> str:
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/seq"))

    def wants(self, caption: Pushed) -> bool:
        return caption.state == "final" and bool(caption.text)

    def post(self, number: int, caption: Pushed) -> Post:
        url = with_query(self.url, seq=str(number), lang=with_country(caption.language))
        return Post(url, f"{caption.speaker}: {caption.text}\n".encode(), TEXT)


@dataclass(frozen=True, slots=True)
class YouTube:
    """YouTube's input for live captions; what was sent cannot be corrected."""

    url: str
    name: str = "YouTube"
    longest_wait_s: float = 30.0
    number_url: str = ""

    def wants(self, caption: Pushed) -> bool:
        return caption.state == "final" and bool(caption.text)

    def post(self, number: int, caption: Pushed) -> Post:
        said_at = caption.said_at.astimezone(UTC).replace(tzinfo=None)
        body = f"{said_at.isoformat(timespec='milliseconds')}\n{caption.speaker}: {caption.text}\n"
        return Post(with_query(self.url, seq=str(number)), body.encode(), TEXT)


TEXT = "text/plain; charset=utf-8"


def with_query(url: str, **more: str) -> str:
    """An address with more in its query; what it has already stays as it is, for it is signed."""
    parts = urlsplit(url)
    query = "&".join(each for each in (parts.query, urlencode(more)) if each)
    return urlunsplit(parts._replace(query=query))


def with_country(language: str) -> str:
    """A language as Zoom wants it: en-US."""
    return (
        language if "-" in language else f"{language}-{COUNTRIES.get(language, language.upper())}"
    )
